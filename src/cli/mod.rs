//! The command lines: one folder per program, one file per subcommand.

pub mod exit;
pub mod output;
pub mod rulecheck;

pub use exit::ExitCode;
pub use output::{Colour, Output};
