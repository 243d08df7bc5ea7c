//! Further attribute stores: whether each can be asked.

use super::finding::Finding;
use crate::engine::Stores;

/// One finding for each store.
pub(super) fn check(stores: &Stores) -> Vec<Finding> {
    stores
        .names()
        .map(|name| {
            let subject = format!("store `{name}`");
            match stores.reachable(name) {
                Ok(()) => Finding::ok(subject, "it answers"),
                Err(error) => Finding::error(subject, error.to_string())
                    .why("a rule that asks it issues nothing")
                    .help("correct its section under `stores`, or the server that it names"),
            }
        })
        .collect()
}
