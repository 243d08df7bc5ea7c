//! The difference of two texts, as `diff -u` writes it.

use std::io::Write as _;

use similar::TextDiff;

use crate::cli::output::Stream;

/// Writes what changes in the file `name`.
pub(super) fn show(out: &mut Stream, name: &str, before: &str, after: &str) -> anyhow::Result<()> {
    let diff = TextDiff::from_lines(before, after);
    let unified = diff.unified_diff().context_radius(3).header(name, name).to_string();
    for line in unified.lines() {
        let colour = match line.as_bytes().first() {
            Some(b'-') if out.colour => "\u{1b}[31m",
            Some(b'+') if out.colour => "\u{1b}[32m",
            Some(b'@') if out.colour => "\u{1b}[36m",
            _ => "",
        };
        let plain = if colour.is_empty() { "" } else { "\u{1b}[0m" };
        writeln!(out, "{colour}{line}{plain}")?;
    }
    Ok(())
}
