//! `rulecheck explain`: where each issued claim came from.

use clap::{Args, ValueEnum};

use super::subject::Subject;
use super::wanted::Question;
use crate::cli::{ExitCode, Output};
use crate::harness::explain::{self, explain};
use crate::harness::recording::Recording;
use crate::harness::whynot;
use crate::report::explain as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck explain rules/aws/groups --user alice --directory directory.yaml
  rulecheck explain rules/aws/groups --user alice --directory directory.yaml \\
    --role 123456789012/ReadOnly --depth conditions
  rulecheck explain rules/aws/groups --user alice --config claimsmith.yaml
  rulecheck explain issuance.claims --claims claims.yaml --format json

Every claim is followed back through the rules that made it: through claims that
were only added, through the acceptance rules, to a store's answer or to what
the directory said of the user. Where a claim came to be in several ways, all of
them are told; what was told before is marked `as above`.

Exit codes:
  0  told, also if the user is denied
  2  the rules could not run";

/// Show which rule made each issued claim, and of what
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// How much to tell
    #[arg(long, value_enum, value_name = "DEPTH", default_value_t = Depth::Rules)]
    depth: Depth,
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
enum Depth {
    /// The decision, the roles and the claims
    Outcome,
    /// Also the rules that made them
    Rules,
    /// Also what each condition matched, and what the groups of patterns took
    Conditions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

impl From<Depth> for explain::Depth {
    fn from(depth: Depth) -> Self {
        match depth {
            Depth::Outcome => Self::Outcome,
            Depth::Rules => Self::Rules,
            Depth::Conditions => Self::Conditions,
        }
    }
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { depth, format, question, subject } = arguments;
    let wanted = question.wanted()?;
    let mut loaded = subject.load()?;
    let input = std::mem::take(&mut loaded.input);
    let recording = Recording::of(&loaded.rules, input, &loaded.stores).map_err(|error| subject.failed(error))?;
    let depth = (*depth).into();
    let mut explanation = explain(&loaded.rules, &recording, wanted.as_ref(), depth);
    explanation.graph.find_memberships(&loaded.stores);
    let person = report::Person { user: subject.user() };
    let denied = whynot::denied(&loaded.rules, &recording, &loaded.stores);
    match format {
        Format::Human => report::human(&mut output.results, person, &explanation, denied.as_ref(), depth)?,
        Format::Json => report::json(&mut output.results, person, &explanation, denied.as_ref())?,
    }
    subject.note_refusal(&loaded, &mut output.messages)?;
    Ok(ExitCode::Clean)
}
