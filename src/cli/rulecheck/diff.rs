//! `rulecheck diff`: what a change of rules does to everybody.

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};

use super::everybody::Everybody;
use super::revision;
use crate::cli::progress::Progress;
use crate::cli::replace::replace;
use crate::cli::{ExitCode, Output, failure};
use crate::harness::diff::{self, Diff, Direction, Version};
use crate::report::diff as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck diff old.claims new.claims --directory corp.ldif
  rulecheck diff main:rules/aws/groups rules/aws/groups --directory corp.ldif
  rulecheck diff main:rules/aws rules/aws --config claimsmith.yaml
  rulecheck diff HEAD~1:issuance.claims issuance.claims \\
    --directory directory.yaml --fail-on gain
  rulecheck diff main:rules/aws rules/aws --directory corp.ldif \\
    --format markdown --output comment.md

OLD and NEW are both trust folders, or both .claims files. REV:PATH takes either
from a git revision; PATH counts from the top of the repository, or from here if
it begins with ./. A file or folder that is called so here is `./REV:PATH`.

Everybody of the directory is run with both. A difference is a role, any other
claim, or the right to sign on. A claim with another value counts as gained and
as lost. Rules that fail in one version only are a difference of their own: a
loss if the new ones fail, a gain if only the old ones did.

Accounts that are disabled or have expired are left out and counted, as nobody
signs on with them. Locked accounts and old passwords run: they are back soon.

Exit codes:
  0  nothing that --fail-on asks for; without it, whatever was found
  1  a difference that --fail-on asks for
  2  the rules could not be compared";

/// Show who gains and who loses what by a change of rules
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// The rules as they are: a trust folder, a .claims file, or REV:PATH in git
    #[arg(value_name = "OLD")]
    old: String,
    /// The rules as they will be
    #[arg(value_name = "NEW")]
    new: String,
    /// Which differences end with exit code 1
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = FailOn::Never)]
    fail_on: FailOn,
    /// How to write the differences
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Write them to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    // Last, as its options have a heading of their own.
    #[command(flatten)]
    everybody: Everybody,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    /// Somebody gets what they did not have
    Gain,
    /// Somebody no longer gets what they had
    Loss,
    /// Any difference
    Any,
    /// None
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A line for each user and difference
    Concise,
    /// A JSON object
    Json,
    /// For a comment on a pull request
    Markdown,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Arguments { old, new, fail_on, format, everybody, .. } = arguments;
    if old == "-" && new == "-" {
        bail!("the old and the new rules cannot both come from standard input");
    }
    let old = Version::new(old.clone(), revision::rules(old)?);
    let new = Version::new(new.clone(), revision::rules(new)?);
    if old.is_trust() != new.is_trust() {
        let (trust, file) = if old.is_trust() { (&old.name, &new.name) } else { (&new.name, &old.name) };
        bail!("`{trust}` is a trust folder and `{file}` a single rule set: name two of a kind");
    }
    let opened = everybody.open(&[old.rules(), new.rules()])?;
    let people = opened.people()?;
    let mut progress = Progress::new("users", people.count());
    let found = diff::diff(&old, &new, &people, &opened.stores, opened.workers, &mut |done| progress.done(done));
    drop(progress);
    let found = found?;
    match &arguments.output {
        None => {
            let colour = output.results.colour;
            write(*format, &mut output.results, &found, colour)?;
        }
        Some(file) => {
            let mut bytes = Vec::new();
            write(*format, &mut bytes, &found, false)?;
            replace(file, &bytes)?;
        }
    }
    if *format == Format::Concise {
        for note in report::notes(&found) {
            failure::note(&mut output.messages, &note)?;
        }
    }
    Ok(if fails(*fail_on, &found) { ExitCode::Findings } else { ExitCode::Clean })
}

fn write(format: Format, out: &mut dyn std::io::Write, found: &Diff<'_>, colour: bool) -> std::io::Result<()> {
    match format {
        Format::Human => report::human(out, found, colour),
        Format::Concise => report::concise(out, found),
        Format::Json => report::json(out, found),
        Format::Markdown => report::markdown(out, found),
    }
}

fn fails(fail_on: FailOn, found: &Diff<'_>) -> bool {
    found.groups.iter().any(|group| match (fail_on, group.what.direction()) {
        (FailOn::Any, _)
        | (FailOn::Gain, Direction::Gain | Direction::Both)
        | (FailOn::Loss, Direction::Loss | Direction::Both) => true,
        (FailOn::Never, _) | (FailOn::Gain, Direction::Loss) | (FailOn::Loss, Direction::Gain) => false,
    })
}
