//! One line for a finding: `file:line:column: severity[code]: message`.

use std::io;

use crate::lang::{Diagnostic, Source};

/// Writes a line for every finding.
///
/// # Errors
///
/// What `out` cannot take.
pub fn diagnostics(out: &mut dyn io::Write, source: &Source, diagnostics: &[Diagnostic]) -> io::Result<()> {
    for found in diagnostics {
        let at = source.position(found.span.start);
        let (severity, code, message) = (found.severity.as_str(), found.code, &found.message);
        writeln!(out, "{}:{}:{}: {severity}[{code}]: {message}", source.name, at.line, at.column)?;
    }
    Ok(())
}
