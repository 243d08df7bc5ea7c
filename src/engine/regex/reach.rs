//! How far into a value a pattern gets: the place at which nothing that could follow would help any more.
//!
//! The pattern runs as a set of states over the value. What no set of states can do exactly (look-around,
//! back-references, atomic groups, conditionals, word boundaries) is taken to hold. So when the set runs empty, no value
//! that begins like this can match; if the pattern has such a part, it may have been lost earlier.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::DotNetRegex;
use super::assertion::Assertion;
use super::ast::Node;
use super::find::byte_of;
use super::set::UnitSet;

/// The most states of a pattern.
const MOST_STATES: usize = 20_000;
/// The most visits to states in one question.
const MOST_VISITS: usize = 20_000_000;

/// `\n`
const NEWLINE: u16 = 10;

/// How far a pattern gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The byte from which it got furthest: 0 for a pattern that is tied to the start.
    pub start: usize,
    /// The byte at which nothing can go on; the length of the value if more was expected at its end.
    pub end: usize,
    /// What could have stood there.
    pub expected: Expected,
    /// Whether it got exactly so far. If not, the pattern has parts that may have failed before.
    pub exact: bool,
}

/// What a pattern would go on with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Code units as ranges, both ends included.
    pub units: Vec<(u16, u16)>,
    /// The end of the value.
    pub end: bool,
}

impl DotNetRegex {
    /// How far the pattern gets into a value that it does not match. `None` if that cannot be told: the pattern or the
    /// value is too large, or what fails is a part of the pattern that this does not follow.
    #[must_use]
    pub fn reach(&self, value: &str) -> Option<Reach> {
        let machine = Machine::new(&self.tree)?;
        let units: Vec<u16> = value.encode_utf16().collect();
        let mut visits = MOST_VISITS;
        let mut best: Option<(usize, Stop)> = None;
        let starts = if self.program().anchored { 0 } else { units.len() };
        for start in 0..=starts {
            let stop = machine.run(&units, start, &mut visits)?;
            if best.as_ref().is_none_or(|(from, best)| stop.at - start > best.at - from) {
                best = Some((start, stop));
            }
        }
        let (start, stop) = best?;
        let (start, end) = (byte_of(value, start), byte_of(value, stop.at));
        let exact = machine.exact && !(machine.minds_newline && value.contains('\n'));
        Some(Reach { start, end, expected: stop.expected, exact })
    }
}

/// Where a run ended.
struct Stop {
    at: usize,
    expected: Expected,
}

/// A state; numbers are those of the states that follow.
enum State {
    Take(Arc<UnitSet>, usize),
    Split(usize, usize),
    Assert(Assertion, usize),
    Accept,
}

struct Machine {
    states: Vec<State>,
    first: usize,
    exact: bool,
    /// `$` or `\Z` occurs.
    minds_newline: bool,
}

impl Machine {
    fn new(tree: &Node) -> Option<Self> {
        let mut machine = Self { states: vec![State::Accept], first: 0, exact: true, minds_newline: false };
        machine.first = machine.build(tree, 0)?;
        Some(machine)
    }

    /// Adds the states of a node before `next` and gives the first of them.
    fn build(&mut self, node: &Node, next: usize) -> Option<usize> {
        Some(match node {
            Node::Empty => next,
            Node::Unit(unit) => self.push(State::Take(Arc::new(UnitSet::new(vec![(*unit, *unit)])), next))?,
            Node::Set(set) => {
                // Nothing is in it, so what leads here leads nowhere.
                self.exact &= !set.ranges().is_empty();
                self.push(State::Take(Arc::clone(set), next))?
            }
            Node::Assertion(assertion) => {
                self.exact &= !matches!(assertion, Assertion::WordBoundary | Assertion::NotWordBoundary);
                self.minds_newline |= *assertion == Assertion::EndOrFinalNewline;
                self.push(State::Assert(*assertion, next))?
            }
            Node::Concat(items) => items.iter().rev().try_fold(next, |next, item| self.build(item, next))?,
            Node::Alternation(branches) => self.any_of(branches.iter(), next)?,
            Node::Capture { body, .. } => self.build(body, next)?,
            Node::Repeat { body, min, max, .. } => self.repeat(body, *min, *max, next)?,
            Node::Atomic(body) => {
                self.exact = false;
                self.build(body, next)?
            }
            Node::Look { .. } => {
                self.exact = false;
                next
            }
            Node::BackReference { .. } => {
                self.exact = false;
                self.repeat(&Node::Set(Arc::new(UnitSet::all())), 0, None, next)?
            }
            Node::IfGroup { yes, no, .. } | Node::IfMatches { yes, no, .. } => {
                self.exact = false;
                self.any_of([&**yes, &**no].into_iter(), next)?
            }
        })
    }

    fn any_of<'n>(&mut self, branches: impl DoubleEndedIterator<Item = &'n Node>, next: usize) -> Option<usize> {
        let mut first = None;
        for branch in branches.rev() {
            let branch = self.build(branch, next)?;
            first = Some(match first {
                Some(others) => self.push(State::Split(branch, others))?,
                None => branch,
            });
        }
        Some(first.unwrap_or(next))
    }

    fn repeat(&mut self, body: &Node, min: u32, max: Option<u32>, next: usize) -> Option<usize> {
        let mut after = match max {
            None => {
                let again = self.push(State::Split(next, next))?;
                let first = self.build(body, again)?;
                if let Some(state) = self.states.get_mut(again) {
                    *state = State::Split(first, next);
                }
                again
            }
            Some(max) => {
                let mut after = next;
                for _ in min..max {
                    let first = self.build(body, after)?;
                    after = self.push(State::Split(first, next))?;
                }
                after
            }
        };
        for _ in 0..min {
            after = self.build(body, after)?;
        }
        Some(after)
    }

    fn push(&mut self, state: State) -> Option<usize> {
        self.states.push(state);
        (self.states.len() <= MOST_STATES).then(|| self.states.len() - 1)
    }

    /// Runs until nothing is left. `None` if the run gets through, or takes too long.
    fn run(&self, units: &[u16], start: usize, visits: &mut usize) -> Option<Stop> {
        let mut live = BTreeSet::from([self.first]);
        let mut at = start;
        loop {
            let (takes, end) = self.closure(&live, units, at, visits)?;
            let expected = || {
                let ranges = takes.iter().flat_map(|(set, _)| set.ranges()).copied().collect();
                Expected { units: UnitSet::new(ranges).ranges().to_vec(), end }
            };
            let Some(&unit) = units.get(at) else { return Some(Stop { at, expected: expected() }) };
            live = takes.iter().filter(|(set, _)| set.contains(unit)).map(|(_, next)| *next).collect();
            if live.is_empty() {
                return Some(Stop { at, expected: expected() });
            }
            at += 1;
        }
    }

    /// What can be taken next from these states, and whether the value could end here instead. `None` if the pattern is
    /// through already.
    fn closure(
        &self,
        live: &BTreeSet<usize>,
        units: &[u16],
        at: usize,
        visits: &mut usize,
    ) -> Option<(Vec<(&UnitSet, usize)>, bool)> {
        let mut seen: BTreeSet<usize> = live.clone();
        let mut waiting: Vec<usize> = live.iter().rev().copied().collect();
        let (mut takes, mut end) = (Vec::new(), false);
        while let Some(state) = waiting.pop() {
            *visits = visits.checked_sub(1)?;
            let mut go = |next: usize| {
                if seen.insert(next) {
                    waiting.push(next);
                }
            };
            match self.states.get(state)? {
                State::Accept => return None,
                State::Take(set, next) => takes.push((&**set, *next)),
                State::Split(one, other) => {
                    go(*other);
                    go(*one);
                }
                State::Assert(assertion, next) => match assertion {
                    Assertion::WordBoundary | Assertion::NotWordBoundary => go(*next),
                    Assertion::Start | Assertion::LineStart | Assertion::SearchStart => {
                        if assertion.holds(units, at, 0) {
                            go(*next);
                        }
                    }
                    Assertion::EndOrFinalNewline if units.get(at) == Some(&NEWLINE) => {
                        // It holds for a value that ends with this newline.
                        end = true;
                        go(*next);
                    }
                    Assertion::End | Assertion::EndOrFinalNewline | Assertion::LineEnd => {
                        if assertion.holds(units, at, 0) {
                            go(*next);
                        } else {
                            end = true;
                        }
                    }
                },
            }
        }
        Some((takes, end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(pattern: &str, value: &str) -> Option<(usize, usize, Expected)> {
        let reach = DotNetRegex::new(pattern).unwrap().reach(value)?;
        assert!(reach.exact, "{pattern}");
        Some((reach.start, reach.end, reach.expected))
    }

    fn of(units: &[(char, char)], end: bool) -> Expected {
        Expected { units: units.iter().map(|&(low, high)| (low as u16, high as u16)).collect(), end }
    }

    #[test]
    fn a_pattern_tied_to_the_start_fails_where_nothing_can_go_on() {
        let digit = ('0', '9');
        assert_eq!(reach("^AWS-[0-9]{3}", "aws-123"), Some((0, 0, of(&[('A', 'A')], false))));
        assert_eq!(reach("^AWS-[0-9]{3}", "AWS-12x"), Some((0, 6, of(&[digit], false))));
        assert_eq!(reach("^AWS-[0-9]{3}", "AWS-12"), Some((0, 6, of(&[digit], false))));
        assert_eq!(reach(r"^AWS-[0-9]{1,2}\z", "AWS-123"), Some((0, 6, of(&[], true))));
        assert_eq!(reach(r"^AWS-[0-9]{1,3}\z", "AWS-1x"), Some((0, 5, of(&[digit], true))));
        assert_eq!(reach("^(Dev|Ops)-", "Det-1"), Some((0, 2, of(&[('v', 'v')], false))));
        assert_eq!(reach("^ü-a$", "ü-b"), Some((0, 3, of(&[('a', 'a')], false))));
    }

    #[test]
    fn a_pattern_that_matches_anywhere_is_followed_from_its_best_start() {
        assert_eq!(reach("admin[0-9]", "the adminx"), Some((4, 9, of(&[('0', '9')], false))));
    }

    #[test]
    fn what_the_states_do_not_follow_is_said() {
        let reach = |pattern: &str, value: &str| DotNetRegex::new(pattern).unwrap().reach(value);
        assert_eq!(reach("^(?!x)[a-z]+$", "x"), None, "only the look-ahead fails");
        let found = reach("^(?!x)[a-z]+$", "ab1").unwrap();
        assert_eq!((found.end, found.exact), (2, false));
        assert_eq!(reach(r"^(a+)\1z", "aabz!"), None, "the back-reference is taken to hold");
    }
}
