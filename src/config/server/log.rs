//! `log`: what is written to standard error. Audit records always go to standard output.

use serde::Deserialize;

use super::faults::Faults;
use crate::input::Spanned;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    format: LogFormat,
    #[serde(default)]
    level: Option<Spanned<String>>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One line for people.
    Human,
    /// One JSON object a line.
    #[default]
    Json,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How.
    pub format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
}

impl Section {
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Log {
        let level = self.level.as_ref().map_or("info", |given| given.value.as_str());
        if let Some(given) = &self.level
            && !["error", "warn", "info", "debug", "trace"].contains(&level)
        {
            faults.at(given, format!("`{level}` is no level"), "write `error`, `warn`, `info`, `debug` or `trace`");
        }
        Log { format: self.format, level: level.to_owned() }
    }
}
