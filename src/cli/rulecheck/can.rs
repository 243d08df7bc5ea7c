//! `rulecheck can`: the roles of one user.

use clap::Args;

use super::subject::Subject;
use super::who::Format;
use crate::cli::{ExitCode, Output};
use crate::harness::access;
use crate::harness::recording::Recording;
use crate::report::access as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck can rules/aws/groups --user alice --directory corp.ldif
  rulecheck can rules/aws/groups --user alice --directory corp.ldif \\
    --format concise
  rulecheck can rules/aws/groups --user alice --config claimsmith.yaml

It tells only the AWS roles, each with the rule that gives it, and none for an
account that is disabled or has expired. `rulecheck eval` tells all claims that
the rules issue, whatever becomes of the account; `rulecheck who` tells the
roles of everybody.

Exit codes:
  0  the rules ran, also if the user has no role
  2  they could not run";

/// Show the AWS roles of one user, and the rules that give them
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How to write them
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    // Last, as its options have a heading of their own.
    #[command(flatten)]
    subject: Subject,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { format, subject } = arguments;
    let mut loaded = subject.load()?;
    let input = std::mem::take(&mut loaded.input);
    let recording = Recording::of(&loaded.rules, input, &loaded.stores).map_err(|error| subject.failed(error))?;
    let roles = access::roles_of(&recording);
    let refusal = subject.refusal(&loaded);
    let standing = report::Standing {
        user: subject.user(),
        permit: recording.run.permit,
        decision: recording.run.decision(),
        cannot_sign_on: refusal.as_ref().filter(|refusal| refusal.is_lasting()).map(ToString::to_string),
    };
    let out = &mut output.results;
    match format {
        Format::Human => report::one_human(out, &standing, &roles)?,
        Format::Concise => report::one_concise(out, &standing, &roles)?,
        Format::Json => report::one_json(out, &standing, &roles)?,
        Format::Csv => report::one_csv(out, &standing, &roles)?,
    }
    subject.note_refusal(&loaded, &mut output.messages)?;
    Ok(ExitCode::Clean)
}
