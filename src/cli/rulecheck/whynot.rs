//! `rulecheck whynot`: why a user does not get a role or a claim.

use anyhow::bail;
use clap::{ArgGroup, Args, ValueEnum};

use super::subject::Subject;
use super::wanted::Question;
use crate::cli::{ExitCode, Output};
use crate::harness::recording::Recording;
use crate::harness::whynot::whynot;
use crate::report::explain::Person;
use crate::report::whynot as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck whynot rules/aws/groups --user bob --directory directory.yaml \\
    --role 123456789012/Admin
  rulecheck whynot rules/aws/groups --user frank --directory directory.yaml \\
    --claim https://aws.amazon.com/SAML/Attributes/RoleSessionName
  rulecheck whynot issuance.claims --claims claims.yaml --claim TYPE=VALUE

Every rule that could have issued it is told, with the condition that stopped
it, the nearest claim and the exact difference. Bytes count from 0. What a rule
lacks is followed back: to the rules that add it, to a store's answer, through
acceptance, to a group of the directory.

Exit codes:
  0  told, also if the user gets it
  2  the rules could not run";

/// Tell why a user does not get a role or a claim
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, mut_group("what", |group: ArgGroup| group.required(true)))]
pub(super) struct Arguments {
    /// How to write it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    question: Question,
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
    let Arguments { format, question, subject } = arguments;
    let Some(wanted) = question.wanted()? else { bail!("name a role or a claim: `--role` or `--claim`") };
    let mut loaded = subject.load()?;
    let input = std::mem::take(&mut loaded.input);
    let recording = Recording::of(&loaded.rules, input, &loaded.stores).map_err(|error| subject.failed(error))?;
    let found = whynot(&loaded.rules, &recording, &loaded.stores, &wanted);
    let person = Person { user: subject.user() };
    match format {
        Format::Human => report::human(&mut output.results, person, &wanted, &found)?,
        Format::Json => report::json(&mut output.results, person, &wanted, &found)?,
    }
    subject.note_refusal(&loaded, &mut output.messages)?;
    Ok(ExitCode::Clean)
}
