//! The role or claim that a command line asks about.

use clap::{ArgGroup, Args};

use crate::harness::wanted::Wanted;

/// A role, or a claim.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").args(["role", "claim"]))]
pub(super) struct Question {
    /// This AWS role
    #[arg(long, value_name = "ACCOUNT/NAME")]
    role: Option<String>,
    /// Claims of this type, or the one with this value; the first `=` divides them
    #[arg(long, value_name = "TYPE[=VALUE]")]
    claim: Option<String>,
}

impl Question {
    /// What is asked about; `None` if it is everything.
    ///
    /// # Errors
    ///
    /// The role is not written as one.
    pub(super) fn wanted(&self) -> anyhow::Result<Option<Wanted>> {
        Ok(match (&self.role, &self.claim) {
            (Some(role), _) => Some(Wanted::role(role)?),
            (None, Some(claim)) => Some(Wanted::claim(claim)),
            (None, None) => None,
        })
    }
}
