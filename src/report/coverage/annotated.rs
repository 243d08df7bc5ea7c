//! Rule files with numbers in the margin.

use std::io::{self, Write};

use super::share;
use crate::harness::coverage::{ConditionCoverage, Coverage, FileCoverage};
use crate::lang::Span;
use crate::report::visible::visible;

const LEGEND: &str = "\
In how many tests a rule fired, a condition held, and a condition refused.
An exclamation mark: in none.
";

/// Writes every rule file with numbers in the margin, and a last line with the sums. A second rule or condition on one
/// line gets a line of its own below it.
///
/// # Errors
///
/// `out` cannot be written.
pub fn annotated(out: &mut dyn Write, coverage: &Coverage, colour: bool) -> io::Result<()> {
    writeln!(out, "{LEGEND}")?;
    for file in coverage.files() {
        let (rules, conditions) = (share(file.rules(), "rule"), share(file.conditions(), "condition"));
        writeln!(out, "{}: {rules}, {conditions}", file.source.name)?;
        writeln!(out, "   fired    held refused")?;
        lines(out, file, colour)?;
        writeln!(out)?;
    }
    let (rules, conditions) = (coverage.rules(), coverage.conditions());
    writeln!(out, "covered: {}, {}", share(rules, "rule"), share(conditions, "condition"))
}

fn lines(out: &mut dyn Write, file: &FileCoverage, colour: bool) -> io::Result<()> {
    let source = &file.source;
    let line_of = |offset| source.position(offset).line;
    let last = line_of(source.text.trim_end().len());
    let digits = last.to_string().len();
    for line in 1..=last {
        let starts_here = |span: Span| line_of(span.start) == line;
        let mut fired = file.rules.iter().filter(|rule| starts_here(rule.span)).map(|rule| (rule.span, rule.fired));
        let conditions = file.rules.iter().flat_map(|rule| &rule.conditions);
        let mut conditions = conditions.filter(|condition| starts_here(condition.span)).copied();
        let (first, condition) = (fired.next().map(|(_, fired)| fired), conditions.next());
        let text = visible(source.line(line));
        row(out, &Row { fired: first, condition, text: &format!("{line:>digits$} | {text}") }, colour)?;
        let below = |span: Span| {
            let before = source.position(span.start).column.saturating_sub(1);
            let text = source.text.get(span.start..span.end).unwrap_or_default();
            format!("{:>digits$} | {:before$}{}", "", "", visible(text.lines().next().unwrap_or_default()))
        };
        for (span, fired) in fired {
            row(out, &Row { fired: Some(fired), condition: None, text: &below(span) }, colour)?;
        }
        for condition in conditions {
            row(out, &Row { fired: None, condition: Some(condition), text: &below(condition.span) }, colour)?;
        }
    }
    Ok(())
}

struct Row<'r> {
    fired: Option<usize>,
    condition: Option<ConditionCoverage>,
    text: &'r str,
}

fn row(out: &mut dyn Write, row: &Row<'_>, colour: bool) -> io::Result<()> {
    let cell = |number: Option<usize>| match number {
        None => " ".repeat(8),
        Some(0) => format!("{:>8}", "!0"),
        Some(number) => format!("{number:>8}"),
    };
    let (held, refused) =
        (row.condition.map(|condition| condition.held), row.condition.filter(|one| one.asks).map(|one| one.refused));
    let numbers = [row.fired, held, refused];
    let margin = numbers.map(cell).concat();
    let is_gap = numbers.contains(&Some(0));
    let (start, end) = match (colour, is_gap, row.fired.or(held).is_some()) {
        (true, true, _) => ("\u{1b}[31m", "\u{1b}[0m"),
        (true, false, true) => ("\u{1b}[32m", "\u{1b}[0m"),
        _ => ("", ""),
    };
    writeln!(out, "{}", format!("{start}{margin} {}{end}", row.text).trim_end())
}
