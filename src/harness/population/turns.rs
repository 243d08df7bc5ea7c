//! Results of workers, taken in the order of their work.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Portions that may lie here before it is their turn. Workers need not wait for one that is a little slower.
const MOST_EARLY: usize = 4;

/// Takes what workers bring in the order of their portions. Who is far ahead waits, so that little is held at a time.
pub(super) struct Turns<F, T, E> {
    state: Mutex<State<F, T, E>>,
    moved: Condvar,
}

struct State<F, T, E> {
    next: usize,
    early: BTreeMap<usize, Result<T, E>>,
    fold: F,
    over: bool,
    failure: Option<E>,
}

/// Tells the others when a worker panics, so that none waits for its portion for ever.
pub(super) struct Watch<'t, F, T, E>(&'t Turns<F, T, E>);

impl<F, T, E> Turns<F, T, E> {
    /// Nothing was taken yet.
    pub(super) fn new(fold: F) -> Self {
        Self {
            state: Mutex::new(State { next: 0, early: BTreeMap::new(), fold, over: false, failure: None }),
            moved: Condvar::new(),
        }
    }

    /// To be held by a worker as long as it works.
    pub(super) fn watch(&self) -> Watch<'_, F, T, E> {
        Watch(self)
    }

    /// Takes a portion, at once or when all before it are taken. A failure ends it. Says whether to go on.
    pub(super) fn take(&self, portion: usize, result: Result<T, E>) -> bool
    where
        F: FnMut(usize, T),
    {
        let waits =
            |state: &mut State<F, T, E>| state.next != portion && state.early.len() >= MOST_EARLY && !state.over;
        let mut state = self.moved.wait_while(self.state(), waits).unwrap_or_else(PoisonError::into_inner);
        state.early.insert(portion, result);
        let before = state.next;
        state.take_turns();
        let (has_moved, goes_on) = (state.next != before, !state.over);
        drop(state);
        if has_moved {
            self.moved.notify_all();
        }
        goes_on
    }

    /// The first failure in the order of the portions, if there was one.
    pub(super) fn finish(self) -> Result<(), E> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.failure.map_or(Ok(()), Err)
    }

    fn state(&self) -> MutexGuard<'_, State<F, T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: FnMut(usize, T), T, E> State<F, T, E> {
    /// Takes those whose turn it is.
    fn take_turns(&mut self) {
        while !self.over
            && let Some(result) = self.early.remove(&self.next)
        {
            match result {
                Ok(taken) => (self.fold)(self.next, taken),
                Err(failure) => {
                    self.failure = Some(failure);
                    self.over = true;
                }
            }
            self.next += 1;
        }
    }
}

impl<F, T, E> Drop for Watch<'_, F, T, E> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.state().over = true;
            self.0.moved.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_taken_in_order_whoever_is_first() {
        let mut seen = Vec::new();
        let turns: Turns<_, _, ()> = Turns::new(|number, portion: usize| seen.push((number, portion)));
        let last = 2 * MOST_EARLY;
        thread::scope(|scope| {
            for portion in (0..=last).rev() {
                let turns = &turns;
                scope.spawn(move || turns.take(portion, Ok(portion)));
            }
        });
        turns.finish().unwrap();
        assert_eq!(seen, (0..=last).map(|portion| (portion, portion)).collect::<Vec<_>>());
    }

    #[test]
    fn a_failure_ends_it_for_all() {
        let mut seen = Vec::new();
        let turns: Turns<_, (), &str> = Turns::new(|number, ()| seen.push(number));
        assert!(turns.take(2, Ok(())));
        assert!(turns.take(0, Ok(())));
        assert!(!turns.take(1, Err("gone")));
        assert!(!turns.take(3, Ok(())));
        assert_eq!(turns.finish(), Err("gone"));
        assert_eq!(seen, [0]);
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        let turns: Turns<_, (), ()> = Turns::new(|_, ()| {});
        assert!((1..=MOST_EARLY).all(|portion| turns.take(portion, Ok(()))), "as many may be early");
        let joined = thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.take(MOST_EARLY + 1, Ok(())));
            let panicking = scope.spawn(|| {
                let _watch = turns.watch();
                panic!("on purpose");
            });
            assert!(panicking.join().is_err());
            waiting.join().unwrap()
        });
        assert!(!joined);
    }
}
