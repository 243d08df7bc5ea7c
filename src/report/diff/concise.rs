//! Differences for `grep`: one line for each user and difference.

use std::io::{self, Write};

use super::words;
use crate::harness::diff::Diff;
use crate::report::people;

/// Writes a line for every user and difference: what happens, to what, to whom. Notes are left to other formats.
///
/// # Errors
///
/// `out` cannot be written.
pub fn concise(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    for group in &diff.groups {
        let (verb, subject) = (words::verb(&group.what), words::subject(&group.what));
        for &user in &group.users {
            writeln!(out, "{verb}: {subject}: {}", people::name(diff.people.name(user)))?;
        }
    }
    Ok(())
}
