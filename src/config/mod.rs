//! What people configure: trust folders and the server.

pub mod rulecheck;
pub mod rules;
#[cfg(feature = "idp")]
pub mod server;
pub mod stores;
pub mod trust;
