//! Findings as text for people and as JSON.

use std::io::{self, Write as _};

use serde_json::{Value, json};

use super::finding::{Finding, Severity, count};
use crate::cli::Output;
use crate::cli::output::Stream;

/// A line for each finding; below it why it matters and what to do. The sum goes to the messages.
pub(super) fn human(output: &mut Output, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        one(&mut output.results, finding)?;
    }
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(of(Severity::Error), "error"), count(of(Severity::Warning), "warning"));
    writeln!(output.messages, "{}: {errors}, {warnings}", count(findings.len(), "check"))
}

fn one(out: &mut Stream, finding: &Finding) -> io::Result<()> {
    let colour = match finding.severity {
        Severity::Ok => "\u{1b}[32m",
        Severity::Warning => "\u{1b}[1;33m",
        Severity::Error => "\u{1b}[1;31m",
    };
    let (on, off) = if out.colour { (colour, "\u{1b}[0m") } else { ("", "") };
    let Finding { severity, subject, message, why, help } = finding;
    writeln!(out, "{on}{}{off}: {subject}: {message}", severity.as_str())?;
    for (name, text) in [("why", why), ("help", help)] {
        if let Some(text) = text {
            writeln!(out, "  = {name}: {text}")?;
        }
    }
    Ok(())
}

/// One object: all findings in their order, and how many are grave.
pub(super) fn json(output: &mut Output, findings: &[Finding]) -> io::Result<()> {
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let list: Vec<Value> = findings
        .iter()
        .map(|Finding { severity, subject, message, why, help }| {
            json!({
                "severity": severity.as_str(), "subject": subject, "message": message, "why": why, "help": help,
            })
        })
        .collect();
    let report = json!({ "errors": of(Severity::Error), "warnings": of(Severity::Warning), "findings": list });
    writeln!(output.results, "{report:#}")
}
