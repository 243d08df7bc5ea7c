//! How many may do something at a time, and how long others wait.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::failure::Failure;

/// A limit on how many work at a time.
pub(super) struct Permits {
    most: usize,
    /// What is waited for, and the setting that limits it.
    what: &'static str,
    setting: &'static str,
    working: Mutex<usize>,
    freed: Condvar,
}

/// The right to work. Given back on drop, also when the work panics.
pub(super) struct Permit<'a>(&'a Permits);

impl Permits {
    pub(super) fn new(most: usize, what: &'static str, setting: &'static str) -> Self {
        Self { most: most.max(1), what, setting, working: Mutex::default(), freed: Condvar::new() }
    }

    /// Waits until another one is done, but not longer than the deadline.
    pub(super) fn take(&self, deadline: Instant) -> Result<Permit<'_>, Failure> {
        let limit = deadline.saturating_duration_since(Instant::now());
        let (mut working, waited) = self
            .freed
            .wait_timeout_while(self.working(), limit, |working| *working >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(Failure::Timeout(format!(
                "waiting for {}: all {} were in use for {:.1} seconds; raise `{}` if the directory can bear it",
                self.what,
                self.most,
                limit.as_secs_f64(),
                self.setting
            )));
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn waiting_ends() {
        let permits = Permits::new(2, "a seat", "seats");
        let soon = || Instant::now() + Duration::from_millis(20);
        let first = permits.take(soon()).ok().unwrap();
        let _second = permits.take(soon()).ok().unwrap();
        let failure = permits.take(soon()).err().unwrap();
        assert!(failure.reason().contains("all 2 were in use") && failure.reason().contains("`seats`"), "{failure:?}");
        drop(first);
        assert!(permits.take(soon()).is_ok());
    }
}
