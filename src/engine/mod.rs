//! Meaning: what a rule set does to a set of claims. Pure and synchronous.

pub mod claim;
pub mod query;
pub mod trust;

pub use claim::Claim;
pub use query::{AttributeStore, Query, Row, StoreError, Stores};
