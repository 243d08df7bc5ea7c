//! Where the log and the audit records go.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};

use crate::idp::line_audit::LineAudit;

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// One line for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Starts logging, to standard error.
pub(super) fn start(format: Format, level: LevelFilter) -> anyhow::Result<()> {
    // What a SQL Server answers stands in the answer of its store.
    let own = Targets::new()
        .with_target("claimsmith", level)
        .with_target("tiberius", LevelFilter::OFF)
        .with_default(level.min(LevelFilter::WARN));
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let log = match format {
        Format::Human => log.with_target(false).boxed(),
        Format::Json => log.json().boxed(),
    };
    let subscriber = tracing_subscriber::registry().with(log.with_filter(own));
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

/// The audit records, to standard output: without a buffer, so that a full disk is noticed by the record that it meets.
pub(super) fn audit() -> io::Result<LineAudit> {
    let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    LineAudit::new(Box::new(out))
}
