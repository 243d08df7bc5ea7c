//! What several topics need.

pub mod browser;
pub mod saml;
pub mod shared;
