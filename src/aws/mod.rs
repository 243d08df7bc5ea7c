//! What AWS demands of a SAML response, as data and checks, and what its errors mean.
//!
//! AWS tells a user little when it refuses a response. So [`check`] looks at the issued claims before anything is
//! signed, [`check_size`] at the encoded response, and [`check_endpoint`] at where it goes. [`errors`] explains
//! the texts of the AWS console.

mod account;
mod arn;
pub mod attribute;
mod check;
pub mod duration;
pub mod endpoint;
pub mod errors;
pub mod limits;
mod partition;
mod problem;
pub mod role;
mod role_error;
pub mod session_name;
pub mod size;
pub mod source_identity;
pub mod tag;

pub use account::AccountId;
pub use check::{check, roles};
pub use endpoint::check_endpoint;
pub use partition::Partition;
pub use problem::{CODES, Code, Problem};
pub use role::Role;
pub use role_error::RoleError;
pub use size::check_size;
