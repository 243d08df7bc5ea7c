//! Where the log and the audit records go.

use std::fmt;
use std::io;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{FilterFn, LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

/// Target of the audit records.
const AUDIT: &str = "audit";

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// One line for people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Starts logging: the log to standard error, the audit records to standard output, one JSON object a line.
pub(super) fn start(format: Format, level: LevelFilter) -> anyhow::Result<()> {
    let own = Targets::new().with_target("claimsmith", level).with_default(level.min(LevelFilter::WARN));
    let no_audit = FilterFn::new(|metadata| metadata.target() != AUDIT);
    let audit_only = FilterFn::new(|metadata| metadata.target() == AUDIT && *metadata.level() <= Level::INFO);
    let log = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let log = match format {
        Format::Human => log.with_target(false).boxed(),
        Format::Json => log.json().boxed(),
    };
    let audit = tracing_subscriber::fmt::layer().with_writer(io::stdout).event_format(RecordOnly);
    let subscriber = tracing_subscriber::registry()
        .with(log.with_filter(own).with_filter(no_audit))
        .with(audit.with_filter(audit_only));
    Ok(tracing::subscriber::set_global_default(subscriber)?)
}

/// Writes the field `record` as it is, and nothing else.
struct RecordOnly;

impl<S, N> FormatEvent<S, N> for RecordOnly
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut record = Record(String::new());
        event.record(&mut record);
        writeln!(writer, "{}", record.0)
    }
}

struct Record(String);

impl Visit for Record {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "record" {
            self.0 = format!("{value:?}");
        }
    }
}
