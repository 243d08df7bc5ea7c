//! How long a connection of the service account is used.

use std::time::{Duration, Instant};

/// Connections that nobody used for so long are not trusted: a firewall may have dropped them without a word.
const IDLE: Duration = Duration::from_mins(1);
/// The LDAP library remembers the number of every search; a connection is not used for more than these.
const MOST_OPERATIONS: u32 = 20_000;
/// Connections are made anew, so that certificates and authorities that changed are looked at.
const MOST_AGE: Duration = Duration::from_mins(15);

/// What a connection has been through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wear {
    pub opened: Instant,
    pub last_used: Instant,
    pub operations: u32,
}

impl Wear {
    /// Whether it may be used once more.
    pub(super) fn is_bearable(self, now: Instant) -> bool {
        now.saturating_duration_since(self.last_used) < IDLE
            && now.saturating_duration_since(self.opened) < MOST_AGE
            && self.operations < MOST_OPERATIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_has_its_time() {
        let start = Instant::now();
        let usable = |used: u64, now: u64, operations| {
            let at = |second| start + Duration::from_secs(second);
            Wear { opened: start, last_used: at(used), operations }.is_bearable(at(now))
        };
        assert!(usable(0, 59, 19_999));
        assert!(!usable(0, 60, 1), "nobody used it");
        assert!(usable(899, 899, 1));
        assert!(!usable(899, 900, 1), "it is old");
        assert!(!usable(1, 1, 20_000), "it was used often");
    }
}
