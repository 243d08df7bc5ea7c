//! How often what happened, for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

pub use crate::store::directory::Condition as DirectoryCondition;

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one more.
    pub(super) fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The number so far.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted.
#[derive(Debug, Default)]
pub struct Counters {
    /// Passwords that were right.
    pub sign_ins: Counter,
    /// Sign-ins that were refused.
    pub sign_ins_refused: Counter,
    /// Sign-ins that failed because the directory did not answer.
    pub sign_ins_failed: Counter,
    /// Responses signed and handed out.
    pub responses: Counter,
    /// Issuances refused by rule or by check.
    pub issuances_refused: Counter,
    /// Issuances that failed on our side.
    pub issuances_failed: Counter,
    /// Sessions ended by their users.
    pub sign_outs: Counter,
    /// Passwords changed.
    pub password_changes: Counter,
    /// Changes of passwords that were refused.
    pub password_changes_refused: Counter,
    /// Changes of passwords that failed because the directory did not answer.
    pub password_changes_failed: Counter,
    /// Requests that could not be accepted.
    pub requests_refused: Counter,
    /// Refusals that were counted in one audit record with others.
    pub folded: Counter,
    /// Audit records that could not be written.
    pub audit_failures: Counter,
}
