//! People who were found by a name, remembered for a while, so that the next question about them is one search.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::aged::Aged;
use crate::store::sid::Sid;

/// How many names are remembered; about 500 bytes each.
const MOST: usize = 20_000;
/// How long. What is remembered is checked against the directory whenever it is used.
const AGE: Duration = Duration::from_hours(1);
/// For so long nobody asks again whether a name still leads to the same account.
const FRESH: Duration = Duration::from_secs(3);

/// Where a name led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// The distinguished name, as the directory writes it.
    pub dn: String,
    pub sid: Sid,
    /// The condition by which the account was found. While the entry meets it, the account bears the name.
    pub filter: String,
    /// Whether the account bears the name by itself. Otherwise it has the name only as long as nobody else is given it,
    /// which the entry does not tell.
    pub lasting: bool,
    pub found: Instant,
}

impl Seen {
    /// Whether it was found just now.
    pub(super) fn is_fresh(&self) -> bool {
        self.found.elapsed() < FRESH
    }
}

/// People by the names under which they were found.
pub(super) struct SeenPeople(Aged<String, Arc<Seen>>);

impl SeenPeople {
    pub(super) fn new() -> Self {
        Self(Aged::new(MOST))
    }

    /// Where a name led, if that can still be relied on once it is checked.
    pub(super) fn recall(&self, name: &str) -> Option<Arc<Seen>> {
        let seen = self.0.recall(&key(name), Instant::now(), |_| AGE)?;
        (seen.lasting || seen.is_fresh()).then_some(seen)
    }

    pub(super) fn remember(&self, name: &str, seen: Arc<Seen>) {
        let found = seen.found;
        self.0.remember(key(name), seen, found);
    }

    pub(super) fn forget(&self, name: &str) {
        self.0.forget(&key(name));
    }
}

/// The directory compares names without case. Names that it takes for one and that differ here are remembered twice;
/// none that it tells apart may be one here, as the Kelvin sign and `K` in lower case would be.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_nobody_bears_by_themselves_is_soon_forgotten() {
        let people = SeenPeople::new();
        let seen = |lasting, found| {
            let (dn, filter) = ("CN=a".to_owned(), "(sAMAccountName=a)".to_owned());
            Arc::new(Seen { dn, sid: "S-1-5-21-1-2-3-4".parse().unwrap(), filter, lasting, found })
        };
        people.remember("A@corp", seen(false, Instant::now()));
        assert!(people.recall("a@CORP").is_some());
        people.remember("k", seen(true, Instant::now()));
        assert_eq!(people.recall("\u{212a}"), None);
        let Some(earlier) = Instant::now().checked_sub(FRESH) else { return };
        people.remember("a@corp", seen(false, earlier));
        assert_eq!(people.recall("a@corp"), None);
        people.remember("a@corp", seen(true, earlier));
        assert!(people.recall("a@corp").is_some());
        people.forget("A@CORP");
        assert_eq!(people.recall("a@corp"), None);
    }
}
