//! `claimsmith config check`: everything that `serve` would refuse, and what would surprise.

use std::io::Write as _;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use crate::cli::{ExitCode, Output, failure};
use crate::config::server::{self, ServerConfig};
use crate::idp::clock::{Clock as _, SystemClock};
use crate::lang::Severity;

use super::provider;

/// Days before the end of the signing certificate at which it is time to act.
const NOTICE_DAYS: i64 = 30;

const EXAMPLES: &str = "\
Examples:
  claimsmith config check --config /etc/claimsmith/claimsmith.yaml

Everything that is wrong is told at once, each with its place and what to do. It
asks no directory, store or name server: `claimsmith doctor` does.

Exit codes:
  0  `serve` would start, and nothing is to be reported
  1  findings: mistakes, secrets that others can read, a certificate that ends soon
  2  there is no such configuration, or it is no text";

/// Check a configuration, and all that it names
///
/// Reads keys, certificates, the directory file, trusts and rules, as `serve` does, and listens nowhere.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "claimsmith.yaml")]
    config: PathBuf,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let config = match server::load(&arguments.config) {
        Ok(config) => config,
        // Without the file there is nothing to find anything in.
        Err(error) if failure::is_unreadable(&error, &arguments.config) => return Err(error.into()),
        Err(error) => {
            failure::load_error(&mut output.messages, &error)?;
            return Ok(ExitCode::Findings);
        }
    };
    let mut warnings = config.warnings.clone();
    let mut errors = Vec::new();
    match of_signing(&config, SystemClock.now()) {
        Some((Severity::Error, told)) => errors.push(told),
        Some((_, told)) => warnings.push(told),
        None => {}
    }
    let trusts = config.trusts.iter().count();
    let entity_id = config.entity_id.clone();
    if let Err(error) = provider::configured(config, None)?.tls.usable() {
        errors.push(format!("{error}; certificate and key of `listen` must belong together"));
    }
    for warning in &warnings {
        failure::warning(&mut output.messages, warning)?;
    }
    for error in &errors {
        failure::message(&mut output.messages, error)?;
    }
    if !warnings.is_empty() || !errors.is_empty() {
        return Ok(ExitCode::Findings);
    }
    let s = if trusts == 1 { "" } else { "s" };
    writeln!(output.results, "ok: `{entity_id}` with {trusts} trust{s}")?;
    Ok(ExitCode::Clean)
}

/// What is to be said of the signing certificate.
fn of_signing(config: &ServerConfig, now: Timestamp) -> Option<(Severity, String)> {
    let until = config.signing.key.not_after();
    let notice = now.saturating_add(SignedDuration::from_hours(24 * NOTICE_DAYS)).unwrap_or(Timestamp::MAX);
    if until <= now {
        let told = format!("the signing certificate ended at {until}; make another with `claimsmith keys generate`");
        Some((Severity::Error, told))
    } else if until <= notice {
        let told = format!("the signing certificate ends at {until}; add the next one to `next_certificate_files` now");
        Some((Severity::Warning, told))
    } else {
        None
    }
}
