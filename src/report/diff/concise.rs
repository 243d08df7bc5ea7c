//! Differences for `grep`: one line for each user and difference.

use std::io::{self, Write};

use super::words;
use crate::harness::diff::{Diff, What};
use crate::report::people;

/// Writes a line for every user and difference: what happens, to what, to whom. A claim stands there with its value.
/// Notes are left to other formats.
///
/// # Errors
///
/// `out` cannot be written.
pub fn concise(out: &mut dyn Write, diff: &Diff<'_>) -> io::Result<()> {
    for group in &diff.groups {
        let (verb, subject) = (words::verb(&group.what), words::subject(&group.what));
        let value = value(&group.what);
        for &user in &group.users {
            writeln!(out, "{verb}: {subject}{value}: {}", people::name(diff.people.name(user)))?;
        }
    }
    Ok(())
}

/// What tells one claim of a type from another. Values that differ from user to user are left out: only the first is known.
fn value(what: &What) -> String {
    match what {
        What::Claim { varies: true, .. } => " (the value differs from user to user)".to_owned(),
        What::Claim { varies: false, .. } => {
            words::detail(what).map(|values| format!(" = {values}")).unwrap_or_default()
        }
        What::Role { .. } | What::Access { .. } | What::FurtherAuthentication { .. } | What::Failure { .. } => {
            String::new()
        }
    }
}
