//! The roles of one user.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{COLUMNS, parts};
use crate::harness::access::HeldRole;
use crate::report::count::counted;
use crate::report::csv;
use crate::report::rule_ref::JsonRule;
use crate::report::visible::visible;

/// Whose roles they are, and what stands in their way.
#[derive(Clone, Debug, Default)]
pub struct Standing<'a> {
    /// The name asked for, if it was one.
    pub user: Option<&'a str>,
    /// Whether the rules let the user in; `None` for a single rule set.
    pub permit: Option<bool>,
    /// The decision in words.
    pub decision: Option<String>,
    /// Why the account could not sign on, whatever the rules say, until somebody changes it.
    pub cannot_sign_on: Option<String>,
}

/// The roles that count: none for an account that cannot be used.
fn effective<'r>(
    standing: &Standing<'_>,
    roles: &'r BTreeMap<String, HeldRole>,
) -> impl Iterator<Item = (&'r String, &'r HeldRole)> {
    roles.iter().filter(|_| standing.cannot_sign_on.is_none())
}

/// Writes the roles for people, each with the rule that gives it.
///
/// # Errors
///
/// `out` cannot be written.
pub fn one_human(out: &mut dyn Write, standing: &Standing<'_>, roles: &BTreeMap<String, HeldRole>) -> io::Result<()> {
    let who = visible(standing.user.unwrap_or("whoever has these claims"));
    let number = counted(roles.len(), "role");
    match (&standing.cannot_sign_on, &standing.decision, standing.permit) {
        (Some(reason), _, _) if roles.is_empty() => writeln!(out, "{who}: no role ({reason})")?,
        (Some(reason), _, _) => writeln!(out, "{who}: no role ({reason}); otherwise {number}")?,
        (None, Some(decision), Some(false)) => writeln!(out, "{who}: no role ({})", visible(decision))?,
        _ => writeln!(out, "{who}: {}", if roles.is_empty() { "no role" } else { &number })?,
    }
    let width = roles.keys().map(|role| role.chars().count()).max().unwrap_or(0);
    for (role, held) in roles {
        let rule = held.rule.as_ref().map(|rule| visible(&rule.to_string())).unwrap_or_default();
        writeln!(out, "  {:<width$}   {rule}", visible(role))?;
    }
    Ok(())
}

/// Writes a line for each role.
///
/// # Errors
///
/// `out` cannot be written.
pub fn one_concise(out: &mut dyn Write, standing: &Standing<'_>, roles: &BTreeMap<String, HeldRole>) -> io::Result<()> {
    for (role, _) in effective(standing, roles) {
        writeln!(out, "{}", visible(role))?;
    }
    Ok(())
}

/// Writes a row for each role.
///
/// # Errors
///
/// `out` cannot be written.
pub fn one_csv(out: &mut dyn Write, standing: &Standing<'_>, roles: &BTreeMap<String, HeldRole>) -> io::Result<()> {
    csv::row(out, &COLUMNS)?;
    for (role, held) in effective(standing, roles) {
        let (account, name) = parts(role);
        csv::row(out, &[standing.user.unwrap_or_default(), account, name, &held.role.role_arn])?;
    }
    Ok(())
}

/// Writes one JSON object.
///
/// # Errors
///
/// `out` cannot be written.
pub fn one_json(out: &mut dyn Write, standing: &Standing<'_>, roles: &BTreeMap<String, HeldRole>) -> io::Result<()> {
    let told = |roles: Vec<(&String, &HeldRole)>| -> Vec<Value> {
        let each = roles.into_iter().map(|(role, held)| {
            let rule = held.rule.as_ref().map(JsonRule::from);
            json!({
                "role": role,
                "role_arn": held.role.role_arn,
                "provider_arn": held.role.provider_arn,
                "rule": rule,
            })
        });
        each.collect()
    };
    let object = json!({
        "user": standing.user,
        "permit": standing.permit,
        "cannot_sign_on": standing.cannot_sign_on,
        "roles": effective(standing, roles).map(|(role, _)| role).collect::<Vec<_>>(),
        "access": told(effective(standing, roles).collect()),
        "access_otherwise": standing.cannot_sign_on.as_ref().map(|_| told(roles.iter().collect())),
    });
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}
