//! How much of each rule file tests exercise, and what they do not.

use std::io::{self, Write};

use super::{called, share};
use crate::harness::coverage::{Coverage, FileCoverage};

/// Writes a line for each rule file, below it what is not covered, and a last line with the sums.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, coverage: &Coverage) -> io::Result<()> {
    for file in coverage.files() {
        let (rules, conditions) = (share(file.rules(), "rule"), share(file.conditions(), "condition"));
        writeln!(out, "{}: {rules}, {conditions}", file.source.name)?;
        gaps(out, file)?;
    }
    let (rules, conditions) = (coverage.rules(), coverage.conditions());
    writeln!(out, "covered: {}, {}", share(rules, "rule"), share(conditions, "condition"))
}

fn gaps(out: &mut dyn Write, file: &FileCoverage) -> io::Result<()> {
    for rule in &file.rules {
        let line = file.source.position(rule.span.start).line;
        if rule.fired == 0 {
            writeln!(out, "  {} (line {line}) never fired", called(rule))?;
        }
        for (index, condition) in rule.conditions.iter().enumerate() {
            let gap = match (condition.held, condition.refused) {
                (0, 0) => "was never reached",
                (0, _) => "never held",
                (_, 0) if condition.asks => "never refused anything",
                _ => continue,
            };
            let place = file.source.position(condition.span.start);
            writeln!(
                out,
                "  {}, condition {} (line {}, column {}) {gap}",
                called(rule),
                index + 1,
                place.line,
                place.column
            )?;
        }
    }
    Ok(())
}
