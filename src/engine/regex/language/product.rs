//! Several automata at once: the texts that all of some accept and none of the others.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Search;
use super::automaton::Automaton;
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

/// Units that no set of any part tells apart.
pub(super) struct Class {
    units: UnitSet,
    /// The one that reads best in an example.
    example: u16,
    /// For every part, which of its sets hold these units.
    pub(super) within: Vec<Vec<bool>>,
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

/// The classes of units that every part which must accept can take somewhere: others lead nowhere.
fn classes(parts: &[(&Automaton, bool)]) -> Vec<Class> {
    let sets: Vec<&UnitSet> = parts.iter().flat_map(|(part, _)| &part.sets).collect();
    let mut starts: Vec<u32> = vec![0];
    for &(low, high) in sets.iter().flat_map(|set| set.ranges()) {
        starts.extend([u32::from(low), u32::from(high) + 1]);
    }
    starts.sort_unstable();
    starts.dedup();
    let mut by_members: BTreeMap<Vec<bool>, Vec<(u16, u16)>> = BTreeMap::new();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(u32::from(u16::MAX), |next| next - 1);
        let (Ok(low), Ok(high)) = (u16::try_from(start), u16::try_from(end)) else { continue };
        by_members.entry(sets.iter().map(|set| set.contains(low)).collect()).or_default().push((low, high));
    }
    let mut classes: Vec<Class> = by_members
        .into_iter()
        .filter_map(|(members, ranges)| {
            let mut members = members.into_iter();
            let within: Vec<Vec<bool>> =
                parts.iter().map(|(part, _)| members.by_ref().take(part.sets.len()).collect()).collect();
            if parts.iter().zip(&within).any(|((_, wanted), within)| *wanted && !within.contains(&true)) {
                return None;
            }
            let example = ranges.iter().map(|range| best(*range)).min_by_key(|unit| rank(*unit)).unwrap_or_default();
            Some(Class { units: UnitSet::new(ranges), example, within })
        })
        .collect();
    classes.sort_by_cached_key(|class| rank(class.example));
    classes
}

/// The unit of a range that reads best.
fn best((low, high): (u16, u16)) -> u16 {
    let inside = |unit: &u16| (low..=high).contains(unit);
    PREFERRED.bytes().map(u16::from).find(inside).unwrap_or(low)
}

/// Smaller reads better.
fn rank(unit: u16) -> (usize, u16) {
    let preferred = u8::try_from(unit).ok().and_then(|byte| PREFERRED.bytes().position(|known| known == byte));
    let strange = if (0x20..0xD800).contains(&unit) && unit != 0x7F { 1_000 } else { 2_000 };
    (preferred.unwrap_or(strange), unit)
}

const PREFERRED: &str = "a1Axbcdefghijklmnopqrstuvwyz023456789BCDEFGHIJKLMNOPQRSTUVWXYZ-_.@ ,:/+=\\";

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
