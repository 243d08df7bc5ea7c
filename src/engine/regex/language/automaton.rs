//! A finite automaton over UTF-16 code units, with steps that take nothing.

use crate::engine::regex::set::UnitSet;

/// How many states an automaton may have.
pub(super) const STATES: usize = 20_000;

/// Goes from state 0 to `accept`.
#[derive(Debug, Clone)]
pub(super) struct Automaton {
    /// The sets that steps are labelled with.
    pub(super) sets: Vec<UnitSet>,
    pub(super) states: Vec<State>,
    pub(super) accept: usize,
}

/// Where one can go from a state.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// Without taking anything.
    pub(super) free: Vec<usize>,
    /// By taking a unit of a set, given by its place in [`Automaton::sets`].
    pub(super) steps: Vec<(usize, usize)>,
}

impl Automaton {
    /// Only the empty text.
    pub(super) fn empty_text() -> Self {
        Self { sets: Vec::new(), states: vec![State::default()], accept: 0 }
    }

    /// No text at all.
    pub(super) fn nothing() -> Self {
        Self { sets: Vec::new(), states: vec![State::default(), State::default()], accept: 1 }
    }

    /// Any number of units of a set.
    pub(super) fn many(set: UnitSet) -> Self {
        let state = State { free: Vec::new(), steps: vec![(0, 0)] };
        Self { sets: vec![set], states: vec![state], accept: 0 }
    }

    /// One text.
    pub(super) fn text(text: &str) -> Self {
        let mut automaton = Self::empty_text();
        for unit in text.encode_utf16() {
            let set = automaton.set(UnitSet::new(vec![(unit, unit)]));
            let next = automaton.state();
            automaton.step(automaton.accept, set, next);
            automaton.accept = next;
        }
        automaton
    }

    /// A text of this automaton, then one of `other`.
    pub(super) fn then(mut self, other: &Self) -> Self {
        let (start, accept) = self.take_in(other);
        self.free(self.accept, start);
        self.accept = accept;
        self
    }

    /// A text of this automaton or one of `other`.
    pub(super) fn or(&self, other: &Self) -> Self {
        let mut both = Self::nothing();
        for part in [self, other] {
            let (start, accept) = both.take_in(part);
            both.free(0, start);
            both.free(accept, both.accept);
        }
        both
    }

    /// Whether it has more states than anything here should have.
    pub(super) fn is_too_large(&self) -> bool {
        self.states.len() > STATES
    }

    pub(super) fn state(&mut self) -> usize {
        self.states.push(State::default());
        self.states.len() - 1
    }

    /// The place of a set; equal sets share one.
    pub(super) fn set(&mut self, set: UnitSet) -> usize {
        if let Some(known) = self.sets.iter().position(|known| *known == set) {
            return known;
        }
        self.sets.push(set);
        self.sets.len() - 1
    }

    pub(super) fn free(&mut self, from: usize, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.free.push(to);
        }
    }

    pub(super) fn step(&mut self, from: usize, set: usize, to: usize) {
        if let Some(state) = self.states.get_mut(from) {
            state.steps.push((set, to));
        }
    }

    /// Copies the states of another automaton; gives where its start and its accepting state are now.
    fn take_in(&mut self, other: &Self) -> (usize, usize) {
        let offset = self.states.len();
        let sets: Vec<usize> = other.sets.iter().map(|set| self.set(set.clone())).collect();
        for state in &other.states {
            let free = state.free.iter().map(|to| to + offset).collect();
            let steps = state.steps.iter().filter_map(|&(set, to)| Some((*sets.get(set)?, to + offset))).collect();
            self.states.push(State { free, steps });
        }
        (offset, other.accept + offset)
    }
}
