//! `rulecheck check`: reads rules and says what is wrong with them.

mod baseline;
mod fixes;
mod idle;
mod rulings;
mod tell;
mod text;
mod unit;
mod write_baseline;

use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::{Args, ValueEnum};

use self::rulings::Rulings;
use self::unit::Units;
use super::{paths, stdin};
use crate::cli::{ExitCode, Output};
use crate::lang::Severity;

const EXAMPLES: &str = "\
Examples:
  rulecheck check issuance.claims         one rule set
  rulecheck check rules/                  rule sets and trust folders in it
  rulecheck check --fix rules/            makes the changes that are safe
  rulecheck check --diff rules/           shows them
  rulecheck check --select M,Z --fail-level warning rules/
  rulecheck check --baseline old.json --write-baseline rules/
  rulecheck check --baseline old.json rules/       tells only what is new
  rulecheck check --format sarif rules/   for a build server
  rulecheck check - < rules.txt           standard input

`rulecheck rule CODE` explains a finding. Levels, allowed findings and facts
about the directory are read from `rulecheck.yaml`, in the folder of the rules
or above it.

Exit codes:
  0  nothing at or above --fail-level; there may be warnings
  1  findings at or above --fail-level; with --diff: something would change
  2  something could not be read";

/// Read rules, and say what is wrong with them
///
/// Every rule set is parsed, compiled and linted; `trust.yaml` is validated, and the rule sets of a trust are checked
/// together, because they know each other. One broken rule does not hide the others.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Rule files, trust folders, folders to search, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to write the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Tell only these lints: codes such as `M002`, or letters of families
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not tell these lints
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Make the changes that are safe
    #[arg(long)]
    fix: bool,
    /// Make, or with --diff show, also the changes that somebody must look at
    #[arg(long)]
    unsafe_fixes: bool,
    /// Write no rules; show what --fix would change
    #[arg(long, conflicts_with = "fix")]
    diff: bool,
    /// Do not tell the findings in this file
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings to the file of --baseline
    #[arg(long, requires = "baseline", conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    write_baseline: bool,
    /// Read this file instead of `rulecheck.yaml`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Findings of this level, and graver ones, end with exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailLevel::Error)]
    fail_level: FailLevel,
    /// End with exit code 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    /// What to call standard input in findings
    #[arg(long, value_name = "NAME", default_value = stdin::NAME)]
    stdin_filename: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With an excerpt of the rule
    Human,
    /// One line for each finding
    Concise,
    /// A JSON list
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML, a test for each file
    Junit,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailLevel {
    /// Errors only
    Error,
    /// Warnings, too
    Warning,
    /// Everything
    Info,
}

impl FailLevel {
    const fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
        }
    }
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let changes = arguments.fix || arguments.unsafe_fixes;
    let from_stdin = arguments.paths.iter().any(|path| stdin::is_stdin(path));
    ensure!(
        !from_stdin || !changes || arguments.diff,
        "standard input cannot be changed; use `--diff` to see the changes"
    );
    let wanted = |path: &Path| paths::is_rule_file(path) || paths::is_trust_file(path);
    let files = paths::files(&arguments.paths, wanted, "rule file (`*.claims`) and no `trust.yaml`")?;
    let mut rulings = Rulings::read(arguments)?;
    let mut units = Units::read(&files, &arguments.stdin_filename);
    units.rule(&mut rulings)?;
    if arguments.write_baseline {
        let path = arguments.baseline.as_deref().unwrap_or(Path::new(""));
        return write_baseline::run(path, &units, &rulings, output);
    }
    let mut code = ExitCode::Clean;
    if changes || arguments.diff {
        code = fixes::run(arguments, &mut units, &rulings, output)?;
    }
    if arguments.diff {
        return tell::unreadable(&units, output).map(|other| code.or(other));
    }
    tell::findings(arguments, &units, &rulings, output).map(|other| code.or(other))
}
