//! The local stand-in for the AWS sign-in endpoint, for the demo and the tests.
//!
//! It takes a SAML response as AWS documents it, and no other, and shows the console's role chooser or the error
//! text of AWS with its cause. It opens nothing: behind it there is no AWS.

mod accept;
mod accounts;
mod error;
mod judge;
mod pages;
mod read;
mod router;
mod settings;

pub use accept::{Accepted, SignIn};
pub use error::AwsError;
pub use router::router;
pub use settings::Settings;
