//! The outcome of a dry run, for people and for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::aws::Problem;
use crate::engine::Claim;
use crate::engine::claim::STRING_VALUE_TYPE;
use crate::harness::dry_run::DryRun;
use crate::report::count::counted;
use crate::report::visible::visible;

#[derive(Serialize)]
struct JsonRun<'a> {
    user: Option<&'a str>,
    permit: Option<bool>,
    claims: Vec<JsonClaim<'a>>,
    roles: Vec<String>,
    problems: Vec<JsonProblem<'a>>,
}

#[derive(Serialize)]
struct JsonClaim<'a> {
    #[serde(rename = "type")]
    claim_type: &'a str,
    value: &'a str,
    value_type: &'a str,
    issuer: &'a str,
    original_issuer: &'a str,
    properties: serde_json::Map<String, serde_json::Value>,
}

#[derive(Serialize)]
struct JsonProblem<'a> {
    code: &'a str,
    message: &'a str,
}

/// Writes one JSON object. `user` is the name asked for, if it was one.
///
/// # Errors
///
/// `out` cannot be written.
pub fn json(out: &mut dyn Write, user: Option<&str>, run: &DryRun) -> io::Result<()> {
    let object = JsonRun {
        user,
        permit: run.permit,
        claims: run.claims.iter().map(json_claim).collect(),
        roles: run.roles.iter().map(ToString::to_string).collect(),
        problems: run
            .problems
            .iter()
            .map(|problem| JsonProblem { code: problem.code, message: &problem.message })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

fn json_claim(claim: &Claim) -> JsonClaim<'_> {
    JsonClaim {
        claim_type: &claim.claim_type,
        value: &claim.value,
        value_type: &claim.value_type,
        issuer: &claim.issuer,
        original_issuer: &claim.original_issuer,
        properties: claim.properties.iter().map(|(key, value)| (key.to_string(), value.as_ref().into())).collect(),
    }
}

/// Writes it for people: the decision, the roles, the claims, and what is wrong with them.
///
/// # Errors
///
/// `out` cannot be written.
pub fn human(out: &mut dyn Write, user: Option<&str>, run: &DryRun) -> io::Result<()> {
    let who = user.unwrap_or("whoever has these claims");
    match run.decision() {
        Some(decision) => writeln!(out, "{who}: {decision}")?,
        None => writeln!(out, "{who}: {} issued", counted(run.claims.len(), "claim"))?,
    }
    if run.additional_authentication {
        writeln!(out, "a second factor is asked for")?;
    }
    if !run.roles.is_empty() {
        writeln!(out, "\n{}", counted(run.roles.len(), "AWS role"))?;
        for role in &run.roles {
            writeln!(out, "  {role}")?;
        }
    }
    if !run.claims.is_empty() {
        if run.permit.is_some() {
            writeln!(out, "\n{}", counted(run.claims.len(), "claim"))?;
        }
        for claim in &run.claims {
            human_claim(out, claim)?;
        }
    }
    if !run.problems.is_empty() {
        writeln!(out, "\n{}", counted(run.problems.len(), "problem"))?;
        for Problem { code, message, help } in &run.problems {
            writeln!(out, "  {code}: {message}\n    help: {help}")?;
        }
    }
    Ok(())
}

fn human_claim(out: &mut dyn Write, claim: &Claim) -> io::Result<()> {
    writeln!(out, "  {}\n    {}", visible(&claim.claim_type), visible(&claim.value))?;
    if *claim.value_type != *STRING_VALUE_TYPE {
        writeln!(out, "    value type {}", visible(&claim.value_type))?;
    }
    for (key, value) in &claim.properties {
        writeln!(out, "    property {} = {}", visible(key), visible(value))?;
    }
    Ok(())
}
