//! What several topics need.

pub mod browser;
pub mod shared;
