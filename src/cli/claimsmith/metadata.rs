//! `claimsmith metadata`: what relying parties are given.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::{ExitCode, Output};
use crate::config::server;

use super::provider;

/// Write the signed SAML metadata, as the server publishes it
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "claimsmith.yaml")]
    config: PathBuf,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let configured = provider::configured(server::load(&arguments.config)?, None)?;
    writeln!(output.results, "{}", configured.provider.metadata()?)?;
    Ok(ExitCode::Clean)
}
