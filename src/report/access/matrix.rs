//! All users and all their roles.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{COLUMNS, parts};
use crate::harness::access::Access;
use crate::report::csv;
use crate::report::people::{self, names, thousands, users};
use crate::report::visible::visible;

/// So many names are told for one role; the other formats tell all.
const NAMES: usize = 5;

/// Writes the roles for people, each with its users.
///
/// # Errors
///
/// `out` cannot be written.
pub fn matrix_human(out: &mut dyn Write, access: &Access<'_>) -> io::Result<()> {
    let with_role = access.by_user().len();
    let (roles, ran) = (access.roles.len(), users(access.tally.ran));
    let roles = if roles == 1 { "1 role".to_owned() } else { format!("{} roles", thousands(roles)) };
    writeln!(out, "{roles} for {} of {ran}", thousands(with_role))?;
    let width = access.roles.keys().map(|role| role.chars().count()).max().unwrap_or(0);
    let counts: Vec<String> = access.roles.values().map(|holders| format!("{}:", users(holders.users.len()))).collect();
    let count_width = counts.iter().map(|count| count.chars().count()).max().unwrap_or(0);
    for ((role, holders), count) in access.roles.iter().zip(&counts) {
        let who = names(access.people, &holders.users, NAMES);
        writeln!(out, "  {:<width$}   {count:<count_width$} {who}", visible(role))?;
    }
    Ok(())
}

/// Writes a line for each user and role.
///
/// # Errors
///
/// `out` cannot be written.
pub fn matrix_concise(out: &mut dyn Write, access: &Access<'_>) -> io::Result<()> {
    for (user, roles) in access.by_user() {
        for (role, _) in roles {
            writeln!(out, "{}: {}", people::name(access.people.name(user)), visible(role))?;
        }
    }
    Ok(())
}

/// Writes a row for each user and role.
///
/// # Errors
///
/// `out` cannot be written.
pub fn matrix_csv(out: &mut dyn Write, access: &Access<'_>) -> io::Result<()> {
    csv::row(out, &COLUMNS)?;
    for (user, roles) in access.by_user() {
        for (role, holders) in roles {
            let (account, name) = parts(role);
            csv::row(out, &[access.people.name(user), account, name, &holders.role_arn])?;
        }
    }
    Ok(())
}

/// Writes one JSON object: the roles with their users, and for whom nothing is said.
///
/// # Errors
///
/// `out` cannot be written.
pub fn matrix_json(out: &mut dyn Write, access: &Access<'_>) -> io::Result<()> {
    let names = |ids: &[_]| ids.iter().map(|&user| access.people.name(user)).collect::<Vec<_>>();
    let roles: Vec<Value> = (access.roles.iter())
        .map(|(role, holders)| json!({ "role": role, "role_arn": holders.role_arn, "users": names(&holders.users) }))
        .collect();
    let access_of: Vec<Value> = (access.by_user().iter())
        .map(|(user, roles)| {
            let roles: Vec<&str> = roles.iter().map(|(role, _)| *role).collect();
            json!({ "user": access.people.name(*user), "roles": roles })
        })
        .collect();
    let mut object = super::role::tally_json(access);
    object.insert("roles".to_owned(), roles.into());
    object.insert("access".to_owned(), access_of.into());
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}
