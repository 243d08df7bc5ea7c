//! Differences for people: one line for each, and what it comes from.

use std::io::{self, Write};

use super::notes::notes;
use super::rows::{self, rows};
use super::words;
use crate::harness::diff::{Diff, What};
use crate::report::people;
use crate::report::visible::visible;

/// So many names are told for one difference; the other formats tell all.
const NAMES: usize = 3;
/// So many roles are told for one row.
const ROLES: usize = 3;
/// Longer columns are not waited for.
const WIDEST: usize = 72;

/// Writes the differences for people.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, diff: &Diff<'_>, colour: bool) -> io::Result<()> {
    let names = if diff.old == diff.new { diff.new.clone() } else { format!("{} -> {}", diff.old, diff.new) };
    let (evaluated, unchanged) = (people::users(diff.tally.ran), people::thousands(diff.unchanged()));
    let rules = words::rule_counts(diff);
    writeln!(out, "{names}: {rules}; {evaluated} evaluated ({unchanged} unchanged)")?;
    let rows: Vec<Row> = rows(diff).iter().map(|row| Row::of(diff, row)).collect();
    let width = |column: fn(&Row) -> &String| {
        rows.iter().map(|row| column(row).chars().count()).filter(|width| *width <= WIDEST).max().unwrap_or(0)
    };
    let (subjects, counts, users) = (width(|row| &row.subject), width(|row| &row.count), width(|row| &row.users));
    for row in &rows {
        let verb = row.verb.to_uppercase();
        let (paint, plain) = if colour { (row.colour, "\u{1b}[0m") } else { ("", "") };
        writeln!(
            out,
            "{paint}{verb:<6}{plain} {:<subjects$}   {:<counts$} {:<users$}   because {}",
            row.subject, row.count, row.users, row.because
        )?;
        if let Some(detail) = &row.detail {
            writeln!(out, "         {detail}")?;
        }
    }
    if rows.is_empty() {
        writeln!(out, "nobody gains or loses anything")?;
    }
    for (rule, what) in words::altered(diff) {
        writeln!(out, "{} ({}:{})", words::rule(rule), rule.file, rule.line)?;
        for alteration in what {
            writeln!(out, "  {}", visible(&alteration.now))?;
            if let Some(before) = &alteration.instead_of {
                writeln!(out, "    instead of {}", visible(before))?;
            }
        }
    }
    for note in notes(diff) {
        writeln!(out, "note: {note}")?;
    }
    Ok(())
}

struct Row {
    verb: &'static str,
    colour: &'static str,
    subject: String,
    count: String,
    users: String,
    because: String,
    detail: Option<String>,
}

impl Row {
    fn of(diff: &Diff<'_>, row: &rows::Row<'_>) -> Self {
        let rows::Row { verb, subjects, detail, group } = row;
        let colour = match *verb {
            "gain" => "\u{1b}[1;33m",
            "loss" | "fail" => "\u{1b}[1;31m",
            _ => "\u{1b}[1m",
        };
        let mut subject = subjects.iter().take(ROLES).cloned().collect::<Vec<_>>().join(" ");
        if subjects.len() > ROLES {
            subject.push_str(" +");
            subject.push_str(&people::thousands(subjects.len() - ROLES));
        }
        if matches!(group.what, What::Failure { .. }) {
            subject.push_str(" fail");
        }
        Self {
            verb,
            colour,
            subject,
            count: format!("{}:", people::users(group.users.len())),
            users: people::names(diff.people, &group.users, NAMES),
            because: words::because(diff, &group.what, &group.cause),
            detail: detail.clone(),
        }
    }
}
