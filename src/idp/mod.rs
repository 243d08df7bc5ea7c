//! The sign-on: authenticate, authorize, issue. Knows nothing of HTTP.
//!
//! Three values are proofs: [`authentication::AuthenticatedUser`] is made only by the check of a password, a ticket or
//! a live session, [`request::ValidatedRequest`] only by the check of a request, [`issuance::AuthorizedIssuance`] only by rules that permit and checks
//! that pass. The function that signs takes the last one. Everything here blocks; whoever serves many people calls it
//! from threads that may wait.

pub mod audit;
pub mod authentication;
pub mod client;
pub mod clock;
pub mod counters;
pub mod folding;
mod identity_provider;
pub mod issuance;
mod last_signed;
pub mod line_audit;
pub mod lockout;
pub mod metadata;
pub mod method;
pub mod network;
pub mod passwords;
pub mod problem;
pub mod random;
mod records;
pub mod replay;
pub mod request;
pub mod response;
pub mod seal;
pub mod session;
pub mod sign_on;
mod sign_out;
pub mod ticket;
pub mod trust;
pub mod user_agent;

pub use identity_provider::{IdentityProvider, Parts};
