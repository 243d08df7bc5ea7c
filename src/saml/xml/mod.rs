//! XML as SAML needs it: canonical text out, a limited tree in.

mod escape;
mod limits;
pub(crate) mod name;
pub(crate) mod time;
pub(crate) mod tree;
pub(crate) mod writer;

pub use limits::Limits;
pub(crate) use name::Name;
pub(crate) use tree::{Node, Tree};
pub(crate) use writer::Writer;
