//! Findings as JSON: one list, with fixed field names.

use std::io;

use serde::Serialize;

use crate::lang::{Diagnostic, Source};

/// One finding; lines and columns count from 1, columns in characters. `end_column` is the column after the last
/// character.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code, such as `E003`.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// What is wrong, in one line.
    pub message: String,
    /// The file's name as it was given.
    pub file: String,
    /// Line of the first character.
    pub line: usize,
    /// Column of the first character.
    pub column: usize,
    /// Line of the last character.
    pub end_line: usize,
    /// Column after the last character.
    pub end_column: usize,
    /// What to do, or `null`.
    pub help: Option<String>,
}

impl Finding {
    /// The finding with its places looked up in its source.
    pub fn new(source: &Source, found: &Diagnostic) -> Self {
        let (start, end) = (source.position(found.span.start), source.position(found.span.end));
        Self {
            code: found.code.to_owned(),
            severity: found.severity.as_str(),
            message: found.message.clone(),
            file: source.name.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            help: found.help.clone().or_else(|| found.fix.as_ref().map(|fix| fix.title.clone())),
        }
    }
}

/// Writes the findings of all files as one list, and a line end.
///
/// # Errors
///
/// What `out` cannot take.
pub fn write(out: &mut dyn io::Write, findings: &[Finding]) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, findings)?;
    writeln!(out)
}

/// Writes the findings of one file as a list, and a line end.
///
/// # Errors
///
/// What `out` cannot take.
pub fn diagnostics(out: &mut dyn io::Write, source: &Source, diagnostics: &[Diagnostic]) -> io::Result<()> {
    write(out, &diagnostics.iter().map(|found| Finding::new(source, found)).collect::<Vec<_>>())
}
