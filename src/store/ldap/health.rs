//! Which servers can be used: what is known of each, and when to look again.

use std::time::{Duration, Instant};

/// How often a server that answers is checked.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// How soon a server that fell is checked again; each time twice as late, up to a limit.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(30);
/// A server that fell more than once is not preferred for so long after it rose; each time twice as long, up to a limit.
const FIRST_TRIAL: Duration = Duration::from_secs(10);
const LAST_TRIAL: Duration = Duration::from_mins(5);
/// After so long without a fall, earlier falls are forgotten.
const STEADY: Duration = Duration::from_mins(10);
/// Doublings are counted up to here.
const MOST_DOUBLINGS: u32 = 10;

/// A server of a directory, and whether it can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerHealth {
    /// Its address.
    pub server: String,
    /// What is known of it.
    pub standing: ServerStanding,
}

impl ServerHealth {
    /// Whether it answered when it was asked last. `None` if it was not asked yet.
    #[must_use]
    pub const fn is_up(&self) -> Option<bool> {
        match self.standing {
            ServerStanding::Unknown => None,
            ServerStanding::Up => Some(true),
            ServerStanding::Down { .. } => Some(false),
        }
    }
}

/// What is known of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerStanding {
    /// It was not asked yet.
    Unknown,
    /// It answered when it was asked last.
    Up,
    /// It did not.
    Down {
        /// Why, and what to do.
        reason: String,
    },
}

/// How willingly a server is used; the smaller, the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Preference {
    Usable,
    /// It rose, but has fallen more than once.
    OnTrial,
    /// A question to it had no answer, and nobody has looked since.
    Doubted,
    Down,
}

/// What is known of one server.
#[derive(Debug)]
pub(super) struct Health {
    standing: ServerStanding,
    doubted: bool,
    /// Falls since it was steady.
    falls: u32,
    /// Checks since it fell.
    tries: u32,
    changed: Instant,
    next_check: Instant,
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self { standing: ServerStanding::Unknown, doubted: false, falls: 0, tries: 0, changed: now, next_check: now }
    }

    pub(super) fn standing(&self) -> &ServerStanding {
        &self.standing
    }

    pub(super) fn next_check(&self) -> Instant {
        self.next_check
    }

    pub(super) fn preference(&self, now: Instant) -> Preference {
        match self.standing {
            ServerStanding::Down { .. } => Preference::Down,
            _ if self.doubted => Preference::Doubted,
            ServerStanding::Up if now < self.changed + self.trial() => Preference::OnTrial,
            _ => Preference::Usable,
        }
    }

    /// It gave an answer. True if that is news.
    pub(super) fn answered(&mut self, now: Instant) -> bool {
        let rose = matches!(self.standing, ServerStanding::Down { .. });
        if self.standing != ServerStanding::Up {
            self.changed = now;
        }
        if !rose && now.saturating_duration_since(self.changed) >= STEADY {
            self.falls = 0;
        }
        self.standing = ServerStanding::Up;
        self.doubted = false;
        self.tries = 0;
        self.next_check = now + CHECK_EVERY;
        rose
    }

    /// It gave none. True if that is news.
    pub(super) fn failed(&mut self, now: Instant, reason: String) -> bool {
        let fell = !matches!(self.standing, ServerStanding::Down { .. });
        if fell {
            self.changed = now;
            self.falls = self.falls.saturating_add(1);
            self.tries = 0;
        }
        self.standing = ServerStanding::Down { reason };
        self.doubted = false;
        self.next_check = now + doubled(FIRST_RETRY, self.tries, LAST_RETRY);
        self.tries = self.tries.saturating_add(1);
        fell
    }

    /// A question had no answer, which may be the question's fault.
    pub(super) fn doubt(&mut self, now: Instant) {
        if !matches!(self.standing, ServerStanding::Down { .. }) {
            self.doubted = true;
            self.next_check = now;
        }
    }

    fn trial(&self) -> Duration {
        match self.falls {
            0 | 1 => Duration::ZERO,
            falls => doubled(FIRST_TRIAL, falls - 2, LAST_TRIAL),
        }
    }
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    (first * (1 << times.min(MOST_DOUBLINGS))).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_server_that_rose_is_used_at_once_and_one_that_flaps_is_not() {
        let start = Instant::now();
        let mut health = Health::new(start);
        assert_eq!(health.preference(start), Preference::Usable);
        assert!(!health.answered(start));
        assert!(health.failed(start, "gone".to_owned()));
        assert!(!health.failed(after(start, 1), "gone".to_owned()));
        assert_eq!(health.preference(after(start, 1)), Preference::Down);
        assert!(health.answered(after(start, 2)));
        assert_eq!(health.preference(after(start, 2)), Preference::Usable);
        assert!(health.failed(after(start, 3), "gone".to_owned()));
        assert!(health.answered(after(start, 4)));
        assert_eq!(health.preference(after(start, 4)), Preference::OnTrial);
        assert_eq!(health.preference(after(start, 14)), Preference::Usable);
        assert!(health.failed(after(start, 15), "gone".to_owned()));
        assert!(health.answered(after(start, 16)));
        assert_eq!(health.preference(after(start, 35)), Preference::OnTrial);
        assert_eq!(health.preference(after(start, 36)), Preference::Usable);
        // Long after, all is forgotten.
        assert!(!health.answered(after(start, 16 + STEADY.as_secs())));
        assert!(health.failed(after(start, 1000), "gone".to_owned()));
        assert!(health.answered(after(start, 1001)));
        assert_eq!(health.preference(after(start, 1001)), Preference::Usable);
    }

    #[test]
    fn a_server_that_is_gone_is_asked_less_and_less() {
        let start = Instant::now();
        let mut health = Health::new(start);
        let mut waits = Vec::new();
        for _ in 0..8 {
            health.failed(start, "gone".to_owned());
            waits.push((health.next_check() - start).as_secs());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
    }

    #[test]
    fn a_doubted_server_is_looked_at_now() {
        let start = Instant::now();
        let mut health = Health::new(start);
        health.answered(start);
        health.doubt(after(start, 1));
        assert_eq!((health.preference(after(start, 1)), health.next_check()), (Preference::Doubted, after(start, 1)));
        assert!(!health.answered(after(start, 1)));
        assert_eq!(health.preference(after(start, 1)), Preference::Usable);
    }
}
