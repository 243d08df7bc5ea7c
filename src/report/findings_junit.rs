//! Findings as JUnit XML, as build servers read it: a suite for each file, a failure for each finding.

use std::io::{self, Write};

use crate::lang::{Diagnostic, Source};
use crate::report::junit::attribute;

/// Writes one `testsuite` for each text. A text without findings is one test that passes.
///
/// # Errors
///
/// What `out` cannot take.
pub fn write(out: &mut dyn Write, texts: &[(&Source, &[Diagnostic])]) -> io::Result<()> {
    let failures: usize = texts.iter().map(|(_, found)| found.len()).sum();
    let cases: usize = texts.iter().map(|(_, found)| found.len().max(1)).sum();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="rulecheck check" tests="{cases}" failures="{failures}" errors="0" skipped="0">"#
    )?;
    for (source, found) in texts {
        suite(out, source, found)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(out: &mut dyn Write, source: &Source, found: &[Diagnostic]) -> io::Result<()> {
    let file = attribute(&source.name);
    let (tests, failures) = (found.len().max(1), found.len());
    writeln!(out, r#"  <testsuite name="{file}" tests="{tests}" failures="{failures}" errors="0" skipped="0">"#)?;
    if found.is_empty() {
        writeln!(out, r#"    <testcase classname="{file}" name="nothing found" file="{file}"/>"#)?;
    }
    for finding in found {
        let at = source.position(finding.span.start);
        let (line, column, code) = (at.line, at.column, finding.code);
        let severity = finding.severity.as_str();
        let help = finding.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
        writeln!(
            out,
            r#"    <testcase classname="{file}" name="{code} at {line}:{column}" file="{file}" line="{line}">"#
        )?;
        let message = attribute(&format!("{}{help}", finding.message));
        writeln!(out, r#"      <failure type="{severity}" message="{message}"/>"#)?;
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}
