//! `claimsmith metadata`: what relying parties are given.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::{ExitCode, Output};
use crate::config::server;

use super::provider;

const EXAMPLES: &str = "\
Examples:
  claimsmith metadata --config /etc/claimsmith/claimsmith.yaml > idp.xml
  aws iam update-saml-provider --saml-metadata-document file://idp.xml \\
    --saml-provider-arn arn:aws:iam::123456789012:saml-provider/ADFS

The server hands out the same at /FederationMetadata/2007-06/FederationMetadata.xml.
It is valid for 400 days.

Exit codes:
  0  written
  2  the configuration cannot be used";

/// Write the signed SAML metadata, as the server publishes it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
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
