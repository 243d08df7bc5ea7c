//! The users of one role.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{COLUMNS, parts};
use crate::harness::access::{Access, Holders};
use crate::harness::population::UserId;
use crate::report::csv;
use crate::report::people::{self, thousands, users};
use crate::report::visible::visible;

fn holders<'a>(access: &'a Access<'_>, role: &str) -> &'a [UserId] {
    access.roles.get(role).map_or(&[], |holders| &holders.users)
}

/// Writes the users for people.
///
/// # Errors
///
/// `out` cannot be written.
pub fn role_human(out: &mut dyn Write, access: &Access<'_>, role: &str) -> io::Result<()> {
    let holders = holders(access, role);
    let number = if holders.is_empty() { "nobody".to_owned() } else { thousands(holders.len()) };
    writeln!(out, "{}: {number} of {}", visible(role), users(access.tally.ran))?;
    for &user in holders {
        writeln!(out, "  {}", visible(access.people.name(user)))?;
    }
    Ok(())
}

/// Writes a line for each user.
///
/// # Errors
///
/// `out` cannot be written.
pub fn role_concise(out: &mut dyn Write, access: &Access<'_>, role: &str) -> io::Result<()> {
    for &user in holders(access, role) {
        writeln!(out, "{}", people::name(access.people.name(user)))?;
    }
    Ok(())
}

/// Writes a row for each user.
///
/// # Errors
///
/// `out` cannot be written.
pub fn role_csv(out: &mut dyn Write, access: &Access<'_>, role: &str) -> io::Result<()> {
    csv::row(out, &COLUMNS)?;
    let (account, name) = parts(role);
    if let Some(Holders { role_arn, users }) = access.roles.get(role) {
        for &user in users {
            csv::row(out, &[access.people.name(user), account, name, role_arn])?;
        }
    }
    Ok(())
}

/// Writes one JSON object. `nearest` are roles that somebody has, if nobody has this one.
///
/// # Errors
///
/// `out` cannot be written.
pub fn role_json(out: &mut dyn Write, access: &Access<'_>, role: &str, nearest: &[&str]) -> io::Result<()> {
    let names: Vec<&str> = holders(access, role).iter().map(|&user| access.people.name(user)).collect();
    let mut object = Map::new();
    object.insert("role".to_owned(), role.into());
    object.insert("users".to_owned(), names.into());
    object.insert("nearest".to_owned(), nearest.to_vec().into());
    object.insert("population".to_owned(), Value::Object(tally_json(access)));
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

/// For whom the rules ran, and for whom not.
pub(super) fn tally_json(access: &Access<'_>) -> Map<String, Value> {
    let name = |user: UserId| access.people.name(user);
    let left_out: Vec<Value> = (access.tally.left_out.iter())
        .map(|(user, reason)| json!({ "user": name(*user), "reason": reason.to_string() }))
        .collect();
    let vanished: Vec<&str> = access.tally.vanished.iter().map(|&user| name(user)).collect();
    let failed: Vec<Value> =
        access.failed.iter().map(|(user, error)| json!({ "user": name(*user), "error": error })).collect();
    let refused: Vec<Value> = (access.refused.iter())
        .map(|(user, problem)| json!({ "user": name(*user), "code": problem.code, "message": problem.message }))
        .collect();
    let unusable: Vec<Value> = (access.unusable.iter())
        .map(|(value, users)| {
            json!({ "value": &**value, "users": users.iter().map(|&user| name(user)).collect::<Vec<_>>() })
        })
        .collect();
    let mut object = Map::new();
    object.insert("users".to_owned(), access.tally.ran.into());
    object.insert("denied".to_owned(), access.denied.into());
    object.insert("failed".to_owned(), failed.into());
    object.insert("refused".to_owned(), refused.into());
    object.insert("unusable".to_owned(), unusable.into());
    object.insert("left_out".to_owned(), left_out.into());
    object.insert("vanished".to_owned(), vanished.into());
    object
}
