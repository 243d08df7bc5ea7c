//! What several topics need.

pub mod shared;
