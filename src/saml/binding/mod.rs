//! How messages travel in HTTP, without HTTP [SAML-Bindings].

pub mod post;
pub mod redirect;

mod query;
