//! What several topics need.

pub mod aws_response;
pub mod browser;
pub mod python;
pub mod saml;
pub mod shared;
