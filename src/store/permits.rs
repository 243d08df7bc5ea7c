//! How many may do something at a time, and how long others wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A limit on how many work at a time.
pub(super) struct Permits {
    most: usize,
    working: Mutex<usize>,
    freed: Condvar,
}

/// Nobody was done in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("all {most} were in use for {:.1} seconds", waited.as_secs_f64())]
pub(super) struct AllInUse {
    most: usize,
    waited: Duration,
}

/// The right to work. Given back on drop, also when the work panics.
pub(super) struct Permit<'a>(&'a Permits);

impl Permits {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), working: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits until another one is done, but not longer than the deadline.
    pub(super) fn take(&self, deadline: Instant) -> Result<Permit<'_>, AllInUse> {
        let limit = deadline.saturating_duration_since(Instant::now());
        let (mut working, waited) = self
            .freed
            .wait_timeout_while(self.working(), limit, |working| *working >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(AllInUse { most: self.most, waited: limit });
        }
        *working += 1;
        Ok(Permit(self))
    }

    fn working(&self) -> MutexGuard<'_, usize> {
        self.working.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        *self.0.working() -= 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends() {
        let permits = Permits::new(2);
        let soon = || Instant::now() + Duration::from_millis(20);
        let first = permits.take(soon()).ok().unwrap();
        let _second = permits.take(soon()).ok().unwrap();
        let in_use = permits.take(soon()).err().unwrap();
        assert_eq!(in_use.to_string(), "all 2 were in use for 0.0 seconds");
        drop(first);
        assert!(permits.take(soon()).is_ok());
    }
}
