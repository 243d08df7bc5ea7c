//! Differences as a comment on a pull request.

use std::io::{self, Write};

use super::notes::notes;
use super::rows::rows;
use super::words;
use crate::harness::diff::Diff;
use crate::report::markdown::{code, escaped};
use crate::report::people;

/// So many names stand in the open; the others are folded away.
const OPEN: usize = 5;
/// A comment may have 65,536 characters, so no list is longer than this, and the table no longer than [`ROWS`].
const FOLDED: usize = 100;
/// Most rows of the table.
const ROWS: usize = 50;

/// Writes the differences as GitHub's Markdown. Long lists of users are folded away.
///
/// # Errors
///
/// `out` cannot be written.
pub fn markdown(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    let (old, new) = (code(&diff.old), code(&diff.new));
    writeln!(out, "### Claim rules: {old} to {new}\n")?;
    let (evaluated, unchanged) = (people::users(diff.tally.ran), people::thousands(diff.unchanged()));
    writeln!(out, "{}; {evaluated} evaluated ({unchanged} unchanged)\n", words::rule_counts(diff))?;
    if diff.groups.is_empty() {
        writeln!(out, "**Nobody gains or loses anything.**\n")?;
    } else {
        writeln!(out, "| | what | users | because |\n| --- | --- | --- | --- |")?;
    }
    let rows = rows(diff);
    for row in rows.iter().take(ROWS) {
        let mut what = folded(&row.subjects);
        if let Some(detail) = &row.detail {
            what.push_str("<br>");
            what.push_str(&code(detail));
        }
        let group = row.group;
        let because = escaped(&words::because(diff, &group.what, &group.cause));
        let names: Vec<&str> = group.users.iter().map(|&user| diff.people.name(user)).collect();
        let users = people::thousands(names.len());
        writeln!(out, "| **{}** | {what} | {users}: {} | {because} |", row.verb.to_uppercase(), folded(&names))?;
    }
    if rows.len() > ROWS {
        let more = people::thousands(rows.len() - ROWS);
        writeln!(out, "\n**{more} more rows are not shown**; `--format json` has all of them.")?;
    }
    if !rows.is_empty() {
        writeln!(out)?;
    }
    for (rule, what) in words::altered(diff) {
        writeln!(out, "{} ({}):\n", escaped(&words::rule(rule)), code(&format!("{}:{}", rule.file, rule.line)))?;
        for alteration in what {
            write!(out, "- {}", code(&alteration.now))?;
            if let Some(before) = &alteration.instead_of {
                write!(out, "<br>instead of {}", code(before))?;
            }
            writeln!(out)?;
        }
        writeln!(out)?;
    }
    for note in notes(diff) {
        writeln!(out, "> **Note:** {}\n", escaped(&note))?;
    }
    Ok(())
}

fn list(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| code(text.as_ref())).collect::<Vec<_>>().join(", ")
}

/// A list; what is long is folded away.
fn folded(texts: &[impl AsRef<str>]) -> String {
    let (open, rest) = texts.split_at(texts.len().min(OPEN));
    let mut said = list(open);
    if !rest.is_empty() {
        let (told, untold) = rest.split_at(rest.len().min(FOLDED));
        let more = people::thousands(rest.len());
        said = format!("{said} <details><summary>and {more} more</summary>{}", list(told));
        if !untold.is_empty() {
            said = format!("{said}, and {} that `--format json` names", people::thousands(untold.len()));
        }
        said.push_str("</details>");
    }
    said
}
