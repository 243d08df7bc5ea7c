//! `rulecheck eval`: what rules make of one user's claims.

use clap::{Args, ValueEnum};

use super::subject::Subject;
use crate::cli::{ExitCode, Output};
use crate::harness::dry_run;
use crate::report::eval as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck eval rules/aws/groups --user alice --directory directory.yaml
  rulecheck eval issuance.claims --claims claims.yaml --format json
  rulecheck eval rules/aws/groups --user alice \\
    --directory ldaps://dc1.corp.example.com \\
    --bind-name svc-rulecheck@corp.example.com --bind-password-file bind.txt
  rulecheck eval rules/aws/groups --user alice --config claimsmith.yaml

A claims file is a list:
  - { type: http://schemas.xmlsoap.org/claims/Group, value: Engineering }
A claim may also have an `issuer` (AD AUTHORITY unless stated), an
`original_issuer`, a `value_type`, and `properties`.

A trust folder runs its acceptance, authorization and issuance rules. A .claims
file runs by itself, and decides nothing about who may sign in.

Exit codes:
  0  the rules ran, also if the user is denied
  2  they could not run";

/// Show what rules make of one user's claims, without signing in
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How to write the outcome
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    // Last, as its options have a heading of their own.
    #[command(flatten)]
    subject: Subject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { format, subject } = arguments;
    let mut loaded = subject.load()?;
    let input = std::mem::take(&mut loaded.input);
    let run = dry_run::dry_run(&loaded.rules, input, &loaded.stores).map_err(|error| subject.failed(error))?;
    match format {
        Format::Human => report::human(&mut output.results, subject.user(), &run)?,
        Format::Json => report::json(&mut output.results, subject.user(), &run)?,
    }
    subject.note_refusal(&loaded, &mut output.messages)?;
    Ok(ExitCode::Clean)
}
