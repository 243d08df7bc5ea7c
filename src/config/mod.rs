//! What people configure: trust folders and the server.

pub mod rules;
pub mod trust;
