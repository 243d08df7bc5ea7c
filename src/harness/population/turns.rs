//! Results of workers, taken in the order of their work.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Takes what workers bring in the order of their portions. Who is early waits, so that little is held at a time.
pub(super) struct Turns<F, E> {
    state: Mutex<State<F, E>>,
    moved: Condvar,
}

struct State<F, E> {
    next: usize,
    fold: F,
    over: bool,
    failure: Option<E>,
}

/// Tells the others when a worker panics, so that none waits for its portion for ever.
pub(super) struct Watch<'t, F, E>(&'t Turns<F, E>);

impl<F, E> Turns<F, E> {
    /// Nothing was taken yet.
    pub(super) fn new(fold: F) -> Self {
        Self { state: Mutex::new(State { next: 0, fold, over: false, failure: None }), moved: Condvar::new() }
    }

    /// To be held by a worker as long as it works.
    pub(super) fn watch(&self) -> Watch<'_, F, E> {
        Watch(self)
    }

    /// Takes a portion when all before it are taken. A failure ends it. Says whether to go on.
    pub(super) fn take<T>(&self, portion: usize, result: Result<T, E>) -> bool
    where
        F: FnMut(usize, T),
    {
        let waits = |state: &mut State<F, E>| state.next != portion && !state.over;
        let mut state = self.moved.wait_while(self.state(), waits).unwrap_or_else(PoisonError::into_inner);
        if state.over {
            return false;
        }
        match result {
            Ok(taken) => (state.fold)(portion, taken),
            Err(failure) => {
                state.failure = Some(failure);
                state.over = true;
            }
        }
        state.next += 1;
        let goes_on = !state.over;
        drop(state);
        self.moved.notify_all();
        goes_on
    }

    /// The first failure in the order of the portions, if there was one.
    pub(super) fn finish(self) -> Result<(), E> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        state.failure.map_or(Ok(()), Err)
    }

    fn state(&self) -> MutexGuard<'_, State<F, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F, E> Drop for Watch<'_, F, E> {
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
        let turns: Turns<_, ()> = Turns::new(|number, text: &str| seen.push((number, text.to_owned())));
        thread::scope(|scope| {
            scope.spawn(|| turns.take(1, Ok("b")));
            scope.spawn(|| turns.take(2, Ok("c")));
            scope.spawn(|| turns.take(0, Ok("a")));
        });
        turns.finish().unwrap();
        assert_eq!(seen, [(0, "a".to_owned()), (1, "b".to_owned()), (2, "c".to_owned())]);
    }

    #[test]
    fn a_failure_ends_it_for_all() {
        let turns: Turns<_, &str> = Turns::new(|_, (): ()| {});
        thread::scope(|scope| {
            scope.spawn(|| assert!(!turns.take(1, Ok(()))));
            scope.spawn(|| assert!(!turns.take(0, Err("gone"))));
        });
        assert_eq!(turns.finish(), Err("gone"));
    }

    #[test]
    fn a_panic_leaves_nobody_waiting() {
        let turns: Turns<_, ()> = Turns::new(|_, (): ()| {});
        let joined = thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.take(1, Ok(())));
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
