//! How a store gets on with its servers, for whoever watches it.

use super::counters::OperationCounts;
use super::health::ServerHealth;

/// What a store asked of its servers so far, and what is known of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// What was asked, counted.
    pub operations: OperationCounts,
    /// The servers, those first that are preferred. One can stand here more than once.
    pub servers: Vec<ServerHealth>,
}

impl Condition {
    /// Both together.
    #[must_use]
    pub(in crate::store) fn and(mut self, other: Self) -> Self {
        self.operations += other.operations;
        self.servers.extend(other.servers);
        self
    }
}
