//! Rule tests as JUnit XML, as build servers read it.

use std::io::{self, Write};
use std::time::Duration;

use crate::harness::expectation::Mismatch;
use crate::harness::run::{CaseReport, FileReport, Verdict};
use crate::report::test::Counts;

/// Writes one `testsuite` for each test file, with a `testcase` for each test.
///
/// # Errors
///
/// `out` cannot be written.
pub fn tests(out: &mut dyn Write, reports: &[FileReport]) -> io::Result<()> {
    let counts = Counts::of(reports);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="rulecheck" tests="{}" failures="{}" errors="{}" skipped="{}" time="{}">"#,
        counts.run() + counts.broken_files,
        counts.failed,
        counts.broken_files,
        counts.todo,
        seconds(reports.iter().map(time).sum()),
    )?;
    for report in reports {
        suite(out, report)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(out: &mut dyn Write, report: &FileReport) -> io::Result<()> {
    let file = attribute(&report.file);
    let counts = Counts::of(std::slice::from_ref(report));
    writeln!(
        out,
        r#"  <testsuite name="{file}" tests="{}" failures="{}" errors="{}" skipped="{}" time="{}">"#,
        counts.run() + counts.broken_files,
        counts.failed,
        counts.broken_files,
        counts.todo,
        seconds(time(report)),
    )?;
    match &report.cases {
        Ok(cases) => cases.iter().try_for_each(|report| case(out, &file, report))?,
        Err(error) => {
            writeln!(out, r#"    <testcase classname="{file}" name="the test file can be run">"#)?;
            writeln!(out, r#"      <error message="{}"/>"#, attribute(&error.to_string()))?;
            writeln!(out, "    </testcase>")?;
        }
    }
    writeln!(out, "  </testsuite>")
}

/// How long the tests of a file took, together.
fn time(report: &FileReport) -> Duration {
    report.cases.iter().flatten().map(|case| case.time).sum()
}

/// Seconds with six decimal places, as build servers read them.
fn seconds(time: Duration) -> String {
    format!("{}.{:06}", time.as_secs(), time.subsec_micros())
}

fn case(out: &mut dyn Write, file: &str, report: &CaseReport) -> io::Result<()> {
    let name = attribute(&report.name);
    let (line, time) = (report.line, seconds(report.time));
    write!(out, r#"    <testcase classname="{file}" name="{name}" file="{file}" line="{line}" time="{time}""#)?;
    match &report.verdict {
        Verdict::Passed | Verdict::Blessed(_) => return writeln!(out, "/>"),
        Verdict::Todo { reason } => writeln!(out, ">\n      <skipped message=\"{}\"/>", attribute(reason))?,
        Verdict::Done { reason } => {
            let message = attribute(&format!("it passes: remove `todo: {reason}`"));
            writeln!(out, ">\n      <failure message=\"{message}\"/>")?;
        }
        Verdict::Failed(mismatches) => {
            let message = mismatches.iter().map(one_line).collect::<Vec<_>>().join("\n");
            writeln!(out, ">\n      <failure message=\"{}\"/>", attribute(&message))?;
        }
    }
    writeln!(out, "    </testcase>")
}

fn one_line(mismatch: &Mismatch) -> String {
    let Mismatch { key, expected, got, nearest } = mismatch;
    let mut line = format!("{key}: expected {}; got {}", listed(expected), listed(got));
    if let Some(nearest) = nearest {
        line.push_str("; nearest ");
        line.push_str(nearest);
    }
    line
}

fn listed(values: &[String]) -> String {
    if values.is_empty() { "nothing".to_owned() } else { values.join(", ") }
}

/// Text for an attribute: what XML 1.0 cannot carry becomes U+FFFD [XML 2.2].
pub(super) fn attribute(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push_str("&#9;"),
            '\n' => escaped.push_str("&#10;"),
            '\r' => escaped.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}
