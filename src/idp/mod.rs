//! The sign-on: authenticate, authorize, issue. Knows nothing of HTTP.
//!
//! Three values are proofs: [`authentication::AuthenticatedUser`] is made only by the check of a password or a live
//! session, `ValidatedRequest` only by the check of a request, `AuthorizedIssuance` only by rules that permit and checks
//! that pass. The function that signs takes the last one. Everything here blocks; whoever serves many people calls it
//! from threads that may wait.

pub mod audit;
pub mod authentication;
pub mod client;
pub mod clock;
pub mod counters;
pub mod lockout;
pub mod network;
pub mod problem;
pub mod random;
pub mod replay;
pub mod seal;
pub mod session;
