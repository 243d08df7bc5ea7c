//! Findings as annotations of GitHub Actions [GitHub, workflow commands].

use std::io;

use crate::lang::{Diagnostic, Severity, Source};

/// Writes a command for every finding.
///
/// # Errors
///
/// What `out` cannot take.
pub fn diagnostics(out: &mut dyn io::Write, source: &Source, diagnostics: &[Diagnostic]) -> io::Result<()> {
    for found in diagnostics {
        let command = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let (start, end) = (source.position(found.span.start), source.position(found.span.end));
        write!(out, "::{command} file={},line={},col={}", property(&source.name), start.line, start.column)?;
        // Columns of an end on another line mean nothing there.
        if end.line == start.line {
            write!(out, ",endColumn={}", end.column)?;
        } else {
            write!(out, ",endLine={}", end.line)?;
        }
        let help = found.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
        writeln!(out, ",title={}::{}", property(found.code), data(&format!("{}{help}", found.message)))?;
    }
    Ok(())
}

/// Text after `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property, which also may not hold what separates properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Span;

    #[test]
    fn what_separates_is_escaped() {
        let source = Source::new("a,b:c.claims", "é x\ny");
        let found = Diagnostic::warning("T001", Span::new(3, 4), "50% of a\nb: c, d").with_help("do\rit");
        let over = Diagnostic::error("E001", Span::new(0, 6), "all");
        let mut out = Vec::new();
        diagnostics(&mut out, &source, &[found, over]).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::warning file=a%2Cb%3Ac.claims,line=1,col=3,endColumn=4,title=T001::50%25 of a%0Ab: c, d%0Ado%0Dit\n\
             ::error file=a%2Cb%3Ac.claims,line=1,col=1,endLine=2,title=E001::all\n"
        );
    }
}
