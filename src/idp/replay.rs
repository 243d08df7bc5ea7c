//! Requests that have been answered, so that none is answered twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Most answered requests that are remembered.
const MOST: usize = 200_000;
/// Most of them that one user may cause, so that nobody uses up what all need.
const MOST_PER_USER: usize = 1_000;

/// The IDs of answered requests, each remembered until the request is too old to be accepted.
///
/// Only a request that a signed-in user got an assertion for is noted: strangers cannot fill the memory.
#[derive(Debug, Default)]
pub struct AnsweredRequests {
    state: Mutex<State>,
}

/// Why a request was not noted, and must not be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotNoted {
    /// It was noted before.
    Before,
    /// No more can be remembered, for this user or at all.
    TooMany,
}

#[derive(Debug, Default)]
struct State {
    seen: BTreeSet<(String, String)>,
    by_end: BTreeMap<Timestamp, Vec<Noted>>,
    by_user: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Noted {
    key: (String, String),
    user: String,
}

impl AnsweredRequests {
    /// Whether a request has been answered.
    #[must_use]
    pub fn contains(&self, issuer: &str, id: &str) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.seen.contains(&(issuer.to_owned(), id.to_owned()))
    }

    /// Notes that a request is being answered for `user`, and remembers it until `until`.
    ///
    /// # Errors
    ///
    /// It was noted before, or no more can be remembered.
    pub fn note(&self, issuer: &str, id: &str, user: &str, until: Timestamp, now: Timestamp) -> Result<(), NotNoted> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.forget(now);
        let key = (issuer.to_owned(), id.to_owned());
        if state.seen.contains(&key) {
            return Err(NotNoted::Before);
        }
        let of_user = state.by_user.get(user).copied().unwrap_or(0);
        if state.seen.len() >= MOST || of_user >= MOST_PER_USER {
            return Err(NotNoted::TooMany);
        }
        state.by_user.insert(user.to_owned(), of_user + 1);
        state.seen.insert(key.clone());
        state.by_end.entry(until).or_default().push(Noted { key, user: user.to_owned() });
        Ok(())
    }
}

impl State {
    fn forget(&mut self, now: Timestamp) {
        while let Some(entry) = self.by_end.first_entry().filter(|entry| *entry.key() <= now) {
            for Noted { key, user } in entry.remove() {
                self.seen.remove(&key);
                match self.by_user.get_mut(&user) {
                    Some(count) if *count > 1 => *count -= 1,
                    _ => drop(self.by_user.remove(&user)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_request_is_answered_once() {
        let answered = AnsweredRequests::default();
        let note = |issuer: &str, until: i64, now: i64| answered.note(issuer, "_1", "alice", at(until), at(now));
        assert!(!answered.contains("sp", "_1"));
        assert_eq!(note("sp", 10, 0), Ok(()));
        assert!(answered.contains("sp", "_1"));
        assert_eq!(note("sp", 10, 1), Err(NotNoted::Before), "the same request");
        assert_eq!(note("other", 10, 1), Ok(()), "another party may use the same ID");
        assert_eq!(note("sp", 20, 10), Ok(()), "it is forgotten when it is too old anyway");
    }

    #[test]
    fn one_user_cannot_use_up_what_all_need() {
        let answered = AnsweredRequests::default();
        let note = |user: &str, id: usize, now: i64| answered.note("sp", &format!("_{id}"), user, at(10), at(now));
        for id in 0..MOST_PER_USER {
            assert_eq!(note("mallory", id, 0), Ok(()));
        }
        assert_eq!(note("mallory", MOST_PER_USER, 0), Err(NotNoted::TooMany));
        assert_eq!(note("alice", MOST_PER_USER, 0), Ok(()));
        let later = answered.note("sp", "_later", "mallory", at(20), at(10));
        assert_eq!(later, Ok(()), "what is forgotten counts no more");
        assert_eq!(answered.state.lock().unwrap().by_user.get("alice"), None);
    }
}
