//! XML that strangers wrote, as a tree: parsed once, within limits, without document types and entities.

#![cfg_attr(
    not(feature = "idp"),
    allow(dead_code, unused_imports, reason = "only the server checks signatures and asks for metadata")
)]

mod error;
mod limits;
pub(crate) mod name;
pub(crate) mod tree;

pub use error::Error;
pub use limits::Limits;
pub(crate) use name::Name;
pub(crate) use tree::{Node, Tree};
