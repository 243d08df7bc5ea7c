//! What time it is, as an argument.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved; for tests and examples.
#[derive(Debug)]
pub struct ManualClock {
    unix_milliseconds: AtomicI64,
}

impl ManualClock {
    /// A clock that shows `start`, to the millisecond.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self { unix_milliseconds: AtomicI64::new(start.as_millisecond()) }
    }

    /// Moves the clock forward, or back if `by` is negative.
    pub fn advance(&self, by: SignedDuration) {
        let milliseconds = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.unix_milliseconds.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.unix_milliseconds.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

/// `moment` and a whole number of seconds; the ends of time if it leaves the calendar.
#[must_use]
pub(crate) fn add_seconds(moment: Timestamp, seconds: i64) -> Timestamp {
    moment.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX)
}
