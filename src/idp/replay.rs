//! Requests that have been answered, so that none is answered twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Most answered requests that are remembered.
const MOST: usize = 200_000;

/// The IDs of answered requests, each remembered until the request is too old to be accepted.
#[derive(Debug, Default)]
pub struct AnsweredRequests {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    seen: BTreeSet<(String, String)>,
    by_end: BTreeMap<Timestamp, Vec<(String, String)>>,
}

impl AnsweredRequests {
    /// Whether a request has been answered.
    #[must_use]
    pub fn contains(&self, issuer: &str, id: &str) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen.contains(&(issuer.to_owned(), id.to_owned()))
    }

    /// Notes that a request is being answered, and remembers it until `until`. `false` if it was noted before, or if
    /// no more can be remembered.
    #[must_use]
    pub fn note(&self, issuer: &str, id: &str, until: Timestamp, now: Timestamp) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(entry) = state.by_end.first_entry().filter(|entry| *entry.key() <= now) {
            for key in entry.remove() {
                state.seen.remove(&key);
            }
        }
        let key = (issuer.to_owned(), id.to_owned());
        if state.seen.len() >= MOST || !state.seen.insert(key.clone()) {
            return false;
        }
        state.by_end.entry(until).or_default().push(key);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        let answered = AnsweredRequests::default();
        assert!(!answered.contains("sp", "_1"));
        assert!(answered.note("sp", "_1", at(10), at(0)));
        assert!(answered.contains("sp", "_1"));
        assert!(!answered.note("sp", "_1", at(10), at(1)), "the same request");
        assert!(answered.note("other", "_1", at(10), at(1)), "another party may use the same ID");
        assert!(answered.note("sp", "_1", at(20), at(10)), "it is forgotten when it is too old anyway");
    }
}
