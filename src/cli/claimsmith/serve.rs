//! `claimsmith serve`: the identity provider of a configuration.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;

use crate::cli::{ExitCode, Output};
use crate::config::server::{self, LogFormat};

use super::listening::{self, Served};
use super::{kerberos, logging, provider};

const EXAMPLES: &str = "\
Examples:
  claimsmith serve --config /etc/claimsmith/claimsmith.yaml
  claimsmith serve --config claimsmith.yaml > audit.jsonl 2> server.log

The configuration, keys, certificates and rules are read once, at the start:
after a change of any of them, restart it. `claimsmith config check` tells before
what it would refuse. docs/operate.md is the manual.

Exit codes:
  0  it was told to end, by SIGTERM or SIGINT
  2  it could not start, or could not go on";

/// Run the identity provider of a configuration
///
/// Audit records go to standard output, one JSON object a line; the log goes to standard error. SIGTERM lets running
/// requests finish.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "claimsmith.yaml")]
    config: PathBuf,
}

/// Runs the command until the process is told to end.
pub(super) fn run(arguments: &Arguments, _: &mut Output) -> anyhow::Result<ExitCode> {
    let mut config = server::load(&arguments.config)?;
    kerberos::start_again_with_keytabs(&config)?;
    let format = match config.log.format {
        LogFormat::Human => logging::Format::Human,
        LogFormat::Json => logging::Format::Json,
    };
    logging::start(format, config.log.level.parse().context("the log level")?)?;
    let (address, management) = (config.listen.address, config.management);
    let (host, trusts) = (config.base_url.trim_start_matches("https://").to_owned(), config.trusts.iter().count());
    if config.session_keys.is_empty() {
        tracing::warn!("no session key is configured: a restart signs everybody out");
    }
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let tickets = config.integrated_authentication.take().map(kerberos::ticket_sign_on).transpose()?;
    let configured = provider::configured(config, tickets)?;
    let served = Served {
        listener: listening::bind(address, "listen.address")?,
        tls: configured.tls,
        provider: Arc::new(configured.provider),
        settings: configured.settings,
        extra: Router::new(),
        management: management.map(|address| listening::bind(address, "management.address")).transpose()?,
    };
    let address = served.listener.local_addr()?;
    let management = served.management.as_ref().map(TcpListener::local_addr).transpose()?;
    listening::serve(served, || {
        tracing::info!(%address, host, trusts, version = env!("CARGO_PKG_VERSION"), "listening");
        if let Some(address) = management {
            tracing::info!(%address, "management listening");
        }
        Ok(())
    })?;
    Ok(ExitCode::Clean)
}
