//! `rulecheck who`: who may take a role, or all roles.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::everybody::Everybody;
use super::revision;
use crate::cli::progress::Progress;
use crate::cli::replace::replace;
use crate::cli::{ExitCode, Output, failure};
use crate::harness::access::{self, Access};
use crate::harness::wanted::Wanted;
use crate::report::access as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck who rules/aws/groups --directory corp.ldif \\
    --role 123456789012/Admin
  rulecheck who rules/aws/groups --directory corp.ldif --format csv \\
    --output access.csv
  rulecheck who main:rules/aws/groups --directory corp.ldif --format json
  rulecheck who rules/aws/groups --config claimsmith.yaml

Without --role it tells everybody's roles: the whole access matrix. A table has
the columns user, account, role and role_arn, and a row for each user and role.
An apostrophe stands before a field that a spreadsheet would run as a formula:
one that begins with = + - @ or a tab.

Users whom the rules deny have no role. Accounts that are disabled or have
expired are left out and counted, as nobody signs on with them.

Exit codes:
  0  the rules ran, also if nobody has the role
  2  they could not run";

/// Show who may take an AWS role, or all roles of everybody
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A trust folder, a .claims file, or REV:PATH in git
    #[arg(value_name = "RULES")]
    rules: String,
    /// Only this role
    #[arg(long, value_name = "ACCOUNT/NAME")]
    role: Option<String>,
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Write it to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    // Last, as its options have a heading of their own.
    #[command(flatten)]
    everybody: Everybody,
}

/// How roles are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// A line for each user and role
    Concise,
    /// A JSON object
    Json,
    /// A table for spreadsheets
    Csv,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { rules, role, format, everybody, .. } = arguments;
    let role = role.as_deref().map(|role| Wanted::role(role).map(|role| role.to_string())).transpose()?;
    let rules = revision::rules(rules)?;
    let opened = everybody.open(&[&rules])?;
    let people = opened.people()?;
    let mut progress = Progress::new("users", people.count());
    let found = access::access(&rules, &people, &opened.stores, opened.workers, &mut |done| progress.done(done));
    drop(progress);
    let found = found?;
    match &arguments.output {
        None => write(*format, &mut output.results, &found, role.as_deref())?,
        Some(file) => {
            let mut bytes = Vec::new();
            write(*format, &mut bytes, &found, role.as_deref())?;
            replace(file, &bytes)?;
        }
    }
    for note in report::notes(&found) {
        failure::note(&mut output.messages, &note)?;
    }
    if let Some(role) = role.filter(|role| !found.roles.contains_key(role)) {
        failure::note(&mut output.messages, &nobody(&found, &role))?;
    }
    Ok(ExitCode::Clean)
}

fn nobody(found: &Access<'_>, role: &str) -> String {
    let nearest: Vec<String> = found.nearest(role).iter().map(|role| format!("`{role}`")).collect();
    match nearest.as_slice() {
        [] => format!("nobody has the role `{role}`"),
        nearest => format!("nobody has the role `{role}`; somebody has {}", nearest.join(", ")),
    }
}

fn write(format: Format, out: &mut dyn std::io::Write, found: &Access<'_>, role: Option<&str>) -> std::io::Result<()> {
    match (format, role) {
        (Format::Human, None) => report::matrix_human(out, found),
        (Format::Concise, None) => report::matrix_concise(out, found),
        (Format::Json, None) => report::matrix_json(out, found),
        (Format::Csv, None) => report::matrix_csv(out, found),
        (Format::Human, Some(role)) => report::role_human(out, found, role),
        (Format::Concise, Some(role)) => report::role_concise(out, found, role),
        (Format::Csv, Some(role)) => report::role_csv(out, found, role),
        (Format::Json, Some(role)) => {
            let nearest = if found.roles.contains_key(role) { Vec::new() } else { found.nearest(role) };
            report::role_json(out, found, role, &nearest)
        }
    }
}
