//! Many refusals of one kind, counted instead of recorded one by one: a stranger fills no disk with them.
//!
//! The first of a kind from one source stand for themselves; the last of those says so and gives its reference number to
//! all that follow in the same window. What followed is told once, when the window is over. Time is an argument, memory
//! is bounded: sources that find no room are counted together.

#[cfg(test)]
mod laws;
pub(super) mod refusals;
mod source;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::clock::add_seconds;
pub use source::Source;

/// When refusals are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldingLimits {
    /// How many of one kind from one source stand for themselves in a window; at least 1.
    pub singles: u64,
    /// Seconds after the first of them at which the window ends.
    pub window_seconds: i64,
    /// Most windows of sources that are open at once; beyond, there is one for each kind.
    pub remembered: usize,
}

/// What becomes of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It stands for itself.
    Single,
    /// It stands for itself, and until then its reference number for all that are like it.
    Last(Timestamp),
    /// It is counted, and has this reference number.
    Folded(String),
}

/// Refusals that were counted in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold<K> {
    /// Their kind.
    pub kind: K,
    /// Where they came from.
    pub source: Source,
    /// Their reference number.
    pub reference: String,
    /// How many.
    pub count: u64,
    /// When the first of them came.
    pub first: Timestamp,
    /// When the last of them came.
    pub last: Timestamp,
}

/// Counts refusals by kind and source. There must be a bounded number of kinds.
#[derive(Debug)]
pub struct Folding<K> {
    limits: FoldingLimits,
    state: Mutex<State<K>>,
}

#[derive(Debug)]
struct State<K> {
    open: BTreeMap<(K, Source), Window>,
    /// Of windows that are over.
    untold: BTreeMap<(K, Source), Fold<K>>,
}

#[derive(Debug)]
struct Window {
    began: Timestamp,
    singles: u64,
    /// That of the last single one.
    reference: String,
    folded: Option<Counted>,
}

#[derive(Debug)]
struct Counted {
    count: u64,
    first: Timestamp,
    last: Timestamp,
}

impl<K: Copy + Ord> Folding<K> {
    /// Nothing was refused yet.
    #[must_use]
    pub fn new(limits: FoldingLimits) -> Self {
        Self { limits, state: Mutex::new(State { open: BTreeMap::new(), untold: BTreeMap::new() }) }
    }

    /// Takes note of a refusal, which has a reference number until it turns out to be one of many.
    pub fn note(&self, kind: K, source: Source, now: Timestamp, reference: &str) -> Noted {
        let limits = self.limits;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (kind, source);
        state.close(&key, limits, now);
        if !state.open.contains_key(&key) && state.open.len() >= limits.remembered {
            key = (kind, Source::Others);
            state.close(&key, limits, now);
        }
        let window = state.open.entry(key).or_insert_with(|| Window::begin(now));
        window.note(limits, now, reference)
    }

    /// Takes back a refusal that stood for itself, and of which no record could be written: the next one stands in its
    /// place.
    pub fn unwritten(&self, kind: K, source: Source) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = if state.open.contains_key(&(kind, source)) { (kind, source) } else { (kind, Source::Others) };
        if let Some(window) = state.open.get_mut(&key) {
            window.singles = window.singles.saturating_sub(1);
        }
    }

    /// What was counted in windows that are over, for whoever tells it. It is forgotten here.
    #[must_use]
    pub fn ended(&self, now: Timestamp) -> Vec<Fold<K>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let over = state.open.extract_if(.., |_, window| window.is_over(self.limits, now)).collect();
        state.take(over, self.limits)
    }

    /// What was counted in any window, as at the end.
    #[must_use]
    pub fn all(&self) -> Vec<Fold<K>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut state.open).into_iter().collect();
        state.take(all, self.limits)
    }

    /// Keeps what could not be told, for the next time.
    pub fn put_back(&self, folds: impl IntoIterator<Item = Fold<K>>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for fold in folds {
            state.keep(fold, self.limits);
        }
    }
}

impl<K: Copy + Ord> State<K> {
    fn close(&mut self, key: &(K, Source), limits: FoldingLimits, now: Timestamp) {
        if self.open.get(key).is_some_and(|window| window.is_over(limits, now))
            && let Some(fold) = self.open.remove(key).and_then(|window| window.into_fold(*key))
        {
            self.keep(fold, limits);
        }
    }

    fn take(&mut self, over: Vec<((K, Source), Window)>, limits: FoldingLimits) -> Vec<Fold<K>> {
        for fold in over.into_iter().filter_map(|(key, window)| window.into_fold(key)) {
            self.keep(fold, limits);
        }
        std::mem::take(&mut self.untold).into_values().collect()
    }

    fn keep(&mut self, fold: Fold<K>, limits: FoldingLimits) {
        let mut key = (fold.kind, fold.source);
        if !self.untold.contains_key(&key) && self.untold.len() >= limits.remembered {
            key.1 = Source::Others;
        }
        match self.untold.get_mut(&key) {
            Some(kept) => {
                kept.count += fold.count;
                kept.first = kept.first.min(fold.first);
                kept.last = kept.last.max(fold.last);
            }
            None => drop(self.untold.insert(key, Fold { source: key.1, ..fold })),
        }
    }
}

impl Window {
    fn begin(now: Timestamp) -> Self {
        Self { began: now, singles: 0, reference: String::new(), folded: None }
    }

    /// A window that began far in the future did so before the clock was set back.
    fn is_over(&self, limits: FoldingLimits, now: Timestamp) -> bool {
        self.ends(limits) <= now || add_seconds(now, limits.window_seconds) < self.began
    }

    fn ends(&self, limits: FoldingLimits) -> Timestamp {
        add_seconds(self.began, limits.window_seconds)
    }

    fn note(&mut self, limits: FoldingLimits, now: Timestamp, reference: &str) -> Noted {
        let most = limits.singles.max(1);
        if self.singles < most {
            self.singles += 1;
            if self.singles < most {
                return Noted::Single;
            }
            reference.clone_into(&mut self.reference);
            return Noted::Last(self.ends(limits));
        }
        let counted = self.folded.get_or_insert(Counted { count: 0, first: now, last: now });
        counted.count += 1;
        counted.first = counted.first.min(now);
        counted.last = counted.last.max(now);
        Noted::Folded(self.reference.clone())
    }

    /// `None` if nothing was counted.
    fn into_fold<K>(self, (kind, source): (K, Source)) -> Option<Fold<K>> {
        let Self { reference, folded, .. } = self;
        folded.map(|Counted { count, first, last }| Fold { kind, source, reference, count, first, last })
    }
}
