//! Further attribute stores: whether each can be asked, and only that.

use super::finding::Finding;
use crate::engine::{StoreError, Stores};

/// One finding for each store.
pub(super) fn check(stores: &Stores) -> Vec<Finding> {
    stores
        .names()
        .map(|name| {
            let subject = format!("store `{name}`");
            match stores.reachable(name) {
                Ok(()) if stores.may_write(name) => Finding::warning(subject, "it answers, and `read_only` is false")
                    .why("a rule could change what it holds")
                    .help("leave `read_only` out, unless a query calls a function that must write"),
                Ok(()) => Finding::ok(subject, "it answers, and is only read"),
                Err(error) => Finding::error(subject, told(&error))
                    .why("a rule that asks it issues nothing")
                    .help("correct its section under `stores`, or the server that it names"),
            }
        })
        .collect()
}

/// The reason alone: the store does not know under which name rules ask it.
fn told(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable { reason, .. } => format!("it did not answer: {reason}"),
        other => other.to_string(),
    }
}
