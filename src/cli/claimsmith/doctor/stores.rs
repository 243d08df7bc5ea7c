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
                Err(error) => {
                    let told = told(error);
                    let (message, help) = match told.rsplit_once("; ") {
                        Some((message, help)) => (message, help.to_owned()),
                        None => (told.as_str(), format!("correct `stores.{name}`, or the server that it names")),
                    };
                    Finding::error(subject, format!("it cannot be asked: {message}"))
                        .why("a rule that asks it issues nothing")
                        .help(help)
                }
            }
        })
        .collect()
}

/// The reason alone: the store does not know under which name rules ask it. What to do stands behind the last semicolon.
fn told(error: StoreError) -> String {
    match error {
        StoreError::Unavailable { reason, .. } => reason,
        other => other.to_string(),
    }
}
