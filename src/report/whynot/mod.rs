//! Why somebody does not get a role or a claim, for people and for programs.

mod block;
mod human;
mod json;
mod tree;

pub(in crate::report) use human::tree;
pub use human::{denial, human};
pub use json::json;
pub(in crate::report) use json::missing;
