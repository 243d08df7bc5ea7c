//! Several automata at once: the texts that all of some accept and none of the others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Search;
use super::automaton::Automaton;
use super::class::{Class, classes};
use super::determined::{Determined, closed};
use crate::engine::regex::set::UnitSet;

/// How many combinations of states are looked at before the question stays open.
const LOOKED_AT: usize = 20_000;
/// How many combinations of states the result may have.
const KEPT: usize = 3_000;
/// How often a state may be left over one class of units before the question stays open.
const LEFT: usize = 5_000_000;

/// Automata that must accept, and automata that must not.
pub(super) struct Product<'a> {
    parts: Vec<Determined<'a>>,
    classes: Vec<Class>,
}

/// For every part, the number of the states that it can be in.
type Place = Vec<usize>;

impl<'a> Product<'a> {
    pub(super) fn new(all_of: &[&'a Automaton], none_of: &[&'a Automaton]) -> Self {
        let wanted = all_of.iter().map(|part| (*part, true));
        let parts: Vec<_> = wanted.chain(none_of.iter().map(|part| (*part, false))).collect();
        let classes = classes(&parts);
        let parts = parts.into_iter().enumerate().map(|(number, (part, wanted))| Determined::new(part, wanted, number));
        Self { parts: parts.collect(), classes }
    }

    /// The shortest text, if there is one.
    pub(super) fn example(&mut self) -> Search {
        if self.parts.iter().any(|part| part.wanted && !part.can_accept(&self.classes)) {
            return Search::None;
        }
        let start = self.start();
        if self.accepts(&start) {
            return Search::Found(String::new());
        }
        let mut seen = BTreeSet::from([start.clone()]);
        // Every place with the one it was reached from, and the unit that led there.
        let mut path: Vec<(usize, u16)> = vec![(0, 0)];
        let mut open = VecDeque::from([(0, start)]);
        let mut left = 0;
        while let Some((from, place)) = open.pop_front() {
            left += self.cost(&place);
            if left > LEFT {
                return Search::Open;
            }
            for class in 0..self.classes.len() {
                let Some(next) = self.step(&place, class) else { continue };
                if seen.contains(&next) {
                    continue;
                }
                path.push((from, self.classes.get(class).map_or(0, |class| class.example)));
                let index = path.len() - 1;
                if self.accepts(&next) {
                    return Search::Found(walked(&path, index));
                }
                if path.len() > LOOKED_AT {
                    return Search::Open;
                }
                seen.insert(next.clone());
                open.push_back((index, next));
            }
        }
        Search::None
    }

    /// An automaton of exactly these texts; `None` if it would be too large.
    pub(super) fn automaton(&mut self) -> Option<Automaton> {
        let mut result = Automaton::nothing();
        let start = self.start();
        let mut known = BTreeMap::from([(start.clone(), 0)]);
        let mut open = vec![(start, 0)];
        let mut left = 0;
        while let Some((place, state)) = open.pop() {
            left += self.cost(&place);
            if left > LEFT {
                return None;
            }
            if self.accepts(&place) {
                result.free(state, result.accept);
            }
            let mut steps: BTreeMap<usize, UnitSet> = BTreeMap::new();
            for class in 0..self.classes.len() {
                let Some(next) = self.step(&place, class) else { continue };
                let to = *known.entry(next).or_insert_with_key(|next| {
                    let state = result.state();
                    open.push((next.clone(), state));
                    state
                });
                let units = steps.entry(to).or_default();
                *units = self.classes.get(class).map_or_else(UnitSet::default, |class| units.union(&class.units));
            }
            for (to, units) in steps {
                let set = result.set(units);
                result.step(state, set, to);
            }
            if known.len() > KEPT {
                return None;
            }
        }
        Some(result)
    }

    /// What it takes to find out where a place leads.
    fn cost(&self, place: &Place) -> usize {
        let states = self.parts.iter().zip(place).map(|(part, number)| part.states(*number).len());
        self.classes.len() * states.sum::<usize>()
    }

    fn start(&mut self) -> Place {
        self.parts.iter_mut().map(|part| part.number(closed(part.automaton, vec![0]))).collect()
    }

    fn accepts(&self, place: &Place) -> bool {
        let mut parts = self.parts.iter().zip(place);
        parts.all(|(part, number)| part.states(*number).contains(&part.automaton.accept) == part.wanted)
    }

    /// Where a unit of a class leads; nowhere if a part that must accept no longer can.
    fn step(&mut self, place: &Place, class: usize) -> Option<Place> {
        let units = self.classes.get(class)?;
        let mut next = Vec::with_capacity(place.len());
        for (part, &number) in self.parts.iter_mut().zip(place) {
            let reached = part.step(number, class, units);
            if part.wanted && part.states(reached).is_empty() {
                return None;
            }
            next.push(reached);
        }
        Some(next)
    }
}

fn walked(path: &[(usize, u16)], mut index: usize) -> String {
    let mut units = Vec::new();
    while index > 0 {
        let Some(&(from, unit)) = path.get(index) else { break };
        units.push(unit);
        index = from;
    }
    units.reverse();
    String::from_utf16_lossy(&units)
}
