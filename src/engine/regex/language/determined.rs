//! One automaton of a product, with the sets of states that it was found to be in.
//!
//! Where a set leads is worked out once and then looked up: the places of a product share the sets of its parts.

use std::collections::HashMap;

use super::automaton::Automaton;
use super::class::Class;

/// An automaton that is in one set of its states at a time.
pub(super) struct Determined<'a> {
    pub(super) automaton: &'a Automaton,
    /// Whether it must accept; otherwise it must not.
    pub(super) wanted: bool,
    /// Its place among the parts of the product.
    part: usize,
    /// The sets of states, each sorted, by number.
    sets: Vec<Vec<usize>>,
    numbers: HashMap<Vec<usize>, usize>,
    /// The number of the set that a class of units leads to, by set and class.
    steps: HashMap<(usize, usize), usize>,
}

impl<'a> Determined<'a> {
    pub(super) fn new(automaton: &'a Automaton, wanted: bool, part: usize) -> Self {
        Self { automaton, wanted, part, sets: Vec::new(), numbers: HashMap::new(), steps: HashMap::new() }
    }

    /// The number of a set.
    pub(super) fn number(&mut self, states: Vec<usize>) -> usize {
        *self.numbers.entry(states).or_insert_with_key(|states| {
            self.sets.push(states.clone());
            self.sets.len() - 1
        })
    }

    /// The set of a number.
    pub(super) fn states(&self, number: usize) -> &[usize] {
        self.sets.get(number).map_or(&[], Vec::as_slice)
    }

    /// The number of the set that `units`, which are class `class`, lead to.
    pub(super) fn step(&mut self, number: usize, class: usize, units: &Class) -> usize {
        if let Some(known) = self.steps.get(&(number, class)) {
            return *known;
        }
        let reached = self.states(number).iter().flat_map(|state| self.after(*state, units)).collect();
        let reached = self.number(closed(self.automaton, reached));
        self.steps.insert((number, class), reached);
        reached
    }

    /// Whether some text of units of these classes is accepted, whatever the other parts say.
    pub(super) fn can_accept(&self, classes: &[Class]) -> bool {
        let mut is_taken = vec![false; self.automaton.sets.len()];
        for within in classes.iter().filter_map(|class| class.within.get(self.part)) {
            is_taken.iter_mut().zip(within).for_each(|(taken, holds)| *taken |= holds);
        }
        let mut seen = vec![false; self.automaton.states.len()];
        let mut open = vec![0];
        while let Some(state) = open.pop() {
            if state == self.automaton.accept {
                return true;
            }
            let (Some(known), Some(at)) = (seen.get_mut(state), self.automaton.states.get(state)) else { continue };
            if !std::mem::replace(known, true) {
                open.extend(&at.free);
                open.extend(at.steps.iter().filter(|(set, _)| is_taken.get(*set) == Some(&true)).map(|(_, to)| *to));
            }
        }
        false
    }

    /// The states that a unit leads to from one state.
    fn after(&self, state: usize, units: &Class) -> impl Iterator<Item = usize> {
        let within = units.within.get(self.part).map_or(&[][..], Vec::as_slice);
        let steps = self.automaton.states.get(state).map_or(&[][..], |state| &state.steps);
        steps.iter().filter(move |(set, _)| within.get(*set) == Some(&true)).map(|(_, to)| *to)
    }
}

/// The states that can be reached from these without taking anything, sorted.
pub(super) fn closed(part: &Automaton, mut open: Vec<usize>) -> Vec<usize> {
    let mut seen = vec![false; part.states.len()];
    let mut reached = Vec::new();
    while let Some(state) = open.pop() {
        if let Some(known) = seen.get_mut(state)
            && !std::mem::replace(known, true)
        {
            reached.push(state);
            open.extend(part.states.get(state).into_iter().flat_map(|state| &state.free));
        }
    }
    reached.sort_unstable();
    // States that only lead on would make equal places look different.
    let matters =
        |state: &usize| *state == part.accept || part.states.get(*state).is_some_and(|state| !state.steps.is_empty());
    reached.retain(matters);
    reached
}
