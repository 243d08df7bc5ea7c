//! The command lines: one folder per program, one file per subcommand.

#[cfg(feature = "idp")]
pub mod claimsmith;
pub mod exit;
mod failure;
pub mod output;
mod process;
mod progress;
mod replace;
pub mod rulecheck;
mod version;

pub use exit::ExitCode;
pub use output::{Colour, Output};
