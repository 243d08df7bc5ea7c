//! The syntax tree of a pattern to an automaton.
//!
//! Anchors and word boundaries speak of the units before and after a place. So first the tree becomes a graph with
//! these conditions on its edges, and then every place of it is told apart by what stands before it and by what is
//! guessed to stand after it; a wrong guess leads nowhere.

use std::collections::BTreeMap;

use super::automaton::{Automaton, STATES};
use crate::engine::regex::assertion::Assertion;
use crate::engine::regex::ast::Node;
use crate::engine::regex::category;
use crate::engine::regex::set::UnitSet;

/// What to make of constructs that no finite automaton has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Precision {
    /// Give up.
    Exact,
    /// Take them for anything that they could match, so that no text is lost.
    AtLeast,
}

/// The texts in which the tree matches somewhere; `None` where that cannot be told, or takes too many states.
pub(super) fn found_in(tree: &Node, precision: Precision) -> Option<Automaton> {
    let mut graph = Graph { precision, assertions: Assertions::Kept, edges: vec![Vec::new()] };
    graph.edge(0, Edge::Units(UnitSet::all(), 0))?;
    let end = graph.node(tree, 0)?;
    graph.edge(end, Edge::Units(UnitSet::all(), end))?;
    graph.told_apart(end)
}

/// The texts that a part of a pattern can take, wherever it stands: at least those.
pub(super) fn taken_by(node: &Node) -> Option<Automaton> {
    let mut graph = Graph { precision: Precision::AtLeast, assertions: Assertions::Ignored, edges: vec![Vec::new()] };
    let end = graph.node(node, 0)?;
    graph.told_apart(end)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Assertions {
    Kept,
    Ignored,
}

enum Edge {
    Free(usize),
    Units(UnitSet, usize),
    If(Assertion, usize),
}

struct Graph {
    precision: Precision,
    assertions: Assertions,
    edges: Vec<Vec<Edge>>,
}

impl Graph {
    /// Adds what the node matches after `from`; gives where that ends.
    fn node(&mut self, node: &Node, from: usize) -> Option<usize> {
        match node {
            Node::Empty => Some(from),
            Node::Unit(unit) => self.units(from, UnitSet::new(vec![(*unit, *unit)])),
            Node::Set(set) => self.units(from, UnitSet::clone(set)),
            Node::Assertion(Assertion::SearchStart) if self.precision == Precision::Exact => None,
            Node::Assertion(_) if self.assertions == Assertions::Ignored => Some(from),
            Node::Assertion(assertion) => {
                let to = self.place()?;
                self.edge(from, Edge::If(*assertion, to))?;
                Some(to)
            }
            Node::Concat(items) => items.iter().try_fold(from, |from, item| self.node(item, from)),
            Node::Alternation(branches) => self.branches(branches.iter(), from),
            Node::Capture { body, .. } => self.node(body, from),
            Node::Repeat { body, min, max, .. } => self.repeat(body, *min, *max, from),
            _ if self.precision == Precision::Exact => None,
            Node::Atomic(body) => self.node(body, from),
            Node::Look { .. } => Some(from),
            Node::BackReference { .. } => {
                let to = self.place()?;
                self.edge(from, Edge::Free(to))?;
                self.edge(to, Edge::Units(UnitSet::all(), to))?;
                Some(to)
            }
            Node::IfGroup { yes, no, .. } | Node::IfMatches { yes, no, .. } => {
                self.branches([&**yes, &**no].into_iter(), from)
            }
        }
    }

    fn units(&mut self, from: usize, set: UnitSet) -> Option<usize> {
        let to = self.place()?;
        self.edge(from, Edge::Units(set, to))?;
        Some(to)
    }

    fn branches<'n>(&mut self, branches: impl Iterator<Item = &'n Node>, from: usize) -> Option<usize> {
        let to = self.place()?;
        for branch in branches {
            let end = self.node(branch, from)?;
            self.edge(end, Edge::Free(to))?;
        }
        Some(to)
    }

    fn repeat(&mut self, body: &Node, min: u32, max: Option<u32>, from: usize) -> Option<usize> {
        let mut at = from;
        for _ in 0..min {
            at = self.node(body, at)?;
        }
        let Some(max) = max else {
            let start = self.place()?;
            self.edge(at, Edge::Free(start))?;
            let end = self.node(body, start)?;
            self.edge(end, Edge::Free(start))?;
            return Some(start);
        };
        let to = self.place()?;
        self.edge(at, Edge::Free(to))?;
        for _ in min..max {
            // A place of its own, so that what leaves one round cannot come back into it.
            let start = self.place()?;
            self.edge(at, Edge::Free(start))?;
            at = self.node(body, start)?;
            self.edge(at, Edge::Free(to))?;
        }
        Some(to)
    }

    fn place(&mut self) -> Option<usize> {
        self.edges.push(Vec::new());
        (self.edges.len() <= STATES).then(|| self.edges.len() - 1)
    }

    fn edge(&mut self, from: usize, edge: Edge) -> Option<()> {
        self.edges.get_mut(from)?.push(edge);
        Some(())
    }

    /// The automaton of the graph, with its conditions worked in.
    fn told_apart(&self, end: usize) -> Option<Automaton> {
        let guesses = Guesses::of(self);
        let mut automaton = Automaton::nothing();
        let mut known: BTreeMap<(usize, Before, After), usize> = BTreeMap::new();
        let mut open = Vec::new();
        let mut reach = |automaton: &mut Automaton, open: &mut Vec<_>, place: (usize, Before, After)| {
            *known.entry(place).or_insert_with(|| {
                let state = automaton.state();
                open.push((place, state));
                state
            })
        };
        for &(after, _) in &guesses.units {
            let start = reach(&mut automaton, &mut open, (0, Before::Start, after));
            automaton.free(0, start);
        }
        while let Some(((place, before, after), state)) = open.pop() {
            if automaton.is_too_large() {
                return None;
            }
            if place == end && after == After::End {
                automaton.free(state, automaton.accept);
            }
            for edge in self.edges.get(place)? {
                match edge {
                    Edge::Free(to) => {
                        let to = reach(&mut automaton, &mut open, (*to, before, after));
                        automaton.free(state, to);
                    }
                    Edge::If(assertion, to) if holds(*assertion, before, after) => {
                        let to = reach(&mut automaton, &mut open, (*to, before, after));
                        automaton.free(state, to);
                    }
                    Edge::If(..) => {}
                    Edge::Units(set, to) => {
                        let Some(follows) = guesses.units_of(after) else { continue };
                        let units = set.intersection(follows);
                        if units.ranges().is_empty() {
                            continue;
                        }
                        let set = automaton.set(units);
                        for next in guesses.following(after) {
                            let to = reach(&mut automaton, &mut open, (*to, after.become_before(), next));
                            automaton.step(state, set, to);
                        }
                    }
                }
            }
        }
        Some(automaton)
    }
}

/// What stands before a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Before {
    Start,
    Newline,
    Word,
    Other,
}

/// What is guessed to stand after a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    End,
    /// A newline, and nothing more.
    FinalNewline,
    /// A newline, and more.
    Newline,
    Word,
    Other,
}

impl After {
    const fn become_before(self) -> Before {
        match self {
            Self::End => Before::Start,
            Self::FinalNewline | Self::Newline => Before::Newline,
            Self::Word => Before::Word,
            Self::Other => Before::Other,
        }
    }
}

/// The guesses that make a difference to a graph, each with the units that make it true.
struct Guesses {
    units: Vec<(After, UnitSet)>,
}

impl Guesses {
    fn of(graph: &Graph) -> Self {
        let any = |wanted: &[Assertion]| {
            graph.edges.iter().flatten().any(|edge| matches!(edge, Edge::If(found, _) if wanted.contains(found)))
        };
        let newline = UnitSet::new(vec![(10, 10)]);
        let mut units = vec![(After::End, UnitSet::default())];
        let mut rest = UnitSet::all();
        if any(&[Assertion::EndOrFinalNewline, Assertion::LineEnd, Assertion::LineStart]) {
            units.push((After::FinalNewline, newline.clone()));
            units.push((After::Newline, newline.clone()));
            rest = rest.minus(&newline);
        }
        if any(&[Assertion::WordBoundary, Assertion::NotWordBoundary]) {
            let word = category::WORD.union(&UnitSet::new(vec![(0x200C, 0x200D)]));
            rest = rest.minus(&word);
            units.push((After::Word, word));
        }
        units.push((After::Other, rest));
        Self { units }
    }

    fn units_of(&self, after: After) -> Option<&UnitSet> {
        self.units.iter().find(|(known, _)| *known == after).map(|(_, units)| units)
    }

    /// What can stand after the unit that a guess was about.
    fn following(&self, after: After) -> impl Iterator<Item = After> {
        self.units.iter().map(|(next, _)| *next).filter(move |next| match after {
            After::End => false,
            After::FinalNewline => *next == After::End,
            After::Newline => *next != After::End,
            After::Word | After::Other => true,
        })
    }
}

fn holds(assertion: Assertion, before: Before, after: After) -> bool {
    match assertion {
        Assertion::Start | Assertion::SearchStart => before == Before::Start,
        Assertion::LineStart => matches!(before, Before::Start | Before::Newline),
        Assertion::End => after == After::End,
        Assertion::EndOrFinalNewline => matches!(after, After::End | After::FinalNewline),
        Assertion::LineEnd => matches!(after, After::End | After::FinalNewline | After::Newline),
        Assertion::WordBoundary => (before == Before::Word) != (after == After::Word),
        Assertion::NotWordBoundary => (before == Before::Word) == (after == After::Word),
    }
}
