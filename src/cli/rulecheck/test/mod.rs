//! `rulecheck test`: runs rule tests.

mod coverage;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};

use self::coverage::CoverageArguments;
use super::{failure, paths};
use crate::cli::replace::replace;
use crate::cli::{ExitCode, Output};
use crate::harness::case::FILE_ENDING;
use crate::harness::run::{self, FileReport};
use crate::report::test as report;

const EXAMPLES: &str = "\
Examples:
  rulecheck test rules/                   all tests in rules/
  rulecheck test -v -k denied rules/      those with `denied` in their name
  rulecheck test --format junit rules/    for a build server
  rulecheck test --coverage rules/        and what they do not exercise
  rulecheck test --coverage=annotated rules/aws/groups
  rulecheck test --coverage=lcov --coverage-file lcov.info rules/
  rulecheck test --fail-under 100 rules/
  rulecheck test --watch rules/           again whenever a file changes
  rulecheck test --bless rules/           after a change that was meant: expect
                                          the roles and claims that come out

A test file lies beside the rules, and its name ends with .test.yaml:
  rules: .              # a trust folder or a .claims file
  directory: ../testdata/directory.yaml   # a .yaml or .ldif file
  tests:
    - name: a group gives its role
      user: alice
      roles: [123456789012/ReadOnly]
    - name: nobody else gets in
      user: bob
      permit: false

A test has:
  user             whose claims the rules get
  with             further claims that they get
and expects at least one of:
  permit           true or false
  roles, claims    exactly these, and no other
  has, lacks       these among others, none of these
  error            that the rules fail, with this text in the error
With `todo: REASON` it is reported, and fails only once it passes.

Coverage counts tests, in whole numbers:
  A rule is covered once it fired in a test.
  A condition is covered once tests saw it hold and saw it refuse: those before
  it held and it did not, so that the rule did not fire; or, where it names a
  claim for the rest of the rule, it turned away a claim of the type that it asks
  for. A condition that no test sees refusing might be left out, and every test
  would still pass. `c:[]` asks for nothing, and has nothing to refuse.
Every rule set of a trust counts, and every rule file in the folders named; the
acceptance rules that come with this program do not. Tests with a `todo`, and
tests whose rules fail, cover nothing.

Exit codes:
  0  all passed, and enough is covered
  1  a test failed, or less is covered than --fail-under asks for
  2  a test file could not be run, or a file could not be written";

/// Run the tests that lie beside rules (*.test.yaml)
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Test files, or folders to search for them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Run only tests whose name contains this
    #[arg(short = 'k', value_name = "NAME")]
    name: Option<String>,
    /// Let tests that fail expect what comes out: changes `roles`, `claims` and `has` in the test files
    ///
    /// A test whose `permit`, `lacks` or `error` does not hold is left as it is, and so is one with a `todo`. A list
    /// without items, such as `roles:`, and a test that expects nothing yet are filled.
    #[arg(long)]
    bless: bool,
    /// Stay, and run again the test files whose rules, directory or tests changed, until Ctrl-C
    #[arg(long, conflicts_with_all = ["bless", "coverage", "coverage_file", "fail_under"])]
    watch: bool,
    /// Name the tests that pass, too
    #[arg(short, long)]
    verbose: bool,
    /// How to write the outcome; json and junit carry every test
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    coverage: CoverageArguments,
}

/// How to write what came of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Failures with what was expected
    Human,
    /// A JSON object
    Json,
    /// JUnit XML
    Junit,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let coverage = &arguments.coverage;
    if arguments.format != Format::Human && coverage.takes_results() {
        bail!("two results cannot share standard output: write the coverage to a file, with `--coverage-file`");
    }
    if arguments.watch {
        return watch::run(arguments, output);
    }
    once(arguments, &test_files(arguments)?, output)
}

fn test_files(arguments: &Arguments) -> anyhow::Result<Vec<PathBuf>> {
    paths::files(&arguments.paths, is_test_file, "test file (`*.test.yaml`)")
}

/// Runs test files once.
fn once(arguments: &Arguments, files: &[PathBuf], output: &mut Output) -> anyhow::Result<ExitCode> {
    let coverage = &arguments.coverage;
    let options =
        run::Options { name_part: arguments.name.as_deref(), bless: arguments.bless, coverage: coverage.is_wanted() };
    let mut report = run::run(files, options);
    for error in report.files.iter().filter_map(|report| report.cases.as_ref().err()) {
        failure::load_error(&mut output.messages, error)?;
    }
    let counts = report::Counts::of(&report.files);
    if let (Some(name), 0, 0) = (&arguments.name, counts.run(), counts.broken_files) {
        bail!("no test has a name that contains `{name}`");
    }
    let mut code = match (counts.broken_files, counts.failed) {
        (0, 0) => ExitCode::Clean,
        (0, _) => ExitCode::Findings,
        _ => ExitCode::Failed,
    };
    code = code.or(write_blessed(files, &report.files, output)?);
    if coverage.is_wanted() {
        code = code.or(coverage::add_untouched(&arguments.paths, &mut report, &mut output.messages)?);
    }
    let exercised = coverage.is_wanted().then_some(&report.coverage);
    // Where the coverage is the result, what the tests say is a message.
    let tests = if coverage.takes_results() { &mut output.messages } else { &mut output.results };
    match arguments.format {
        Format::Human => report::human(tests, &report.files, arguments.verbose)?,
        Format::Json => report::json(tests, &report.files, exercised)?,
        Format::Junit => crate::report::junit::tests(tests, &report.files)?,
    }
    if coverage.is_wanted() {
        code = code.or(coverage.tell(&report.coverage, arguments.format, output)?);
    }
    Ok(code)
}

/// Writes the test files that are to expect something else. One that cannot be written does not stop the others.
fn write_blessed(files: &[PathBuf], reports: &[FileReport], output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Clean;
    for (file, report) in files.iter().zip(reports) {
        match &report.blessed {
            Some(Ok(text)) => {
                if let Err(error) = replace(file, text.as_bytes()) {
                    failure::tell(&mut output.messages, &error)?;
                    code = ExitCode::Failed;
                }
            }
            Some(Err(why)) => {
                failure::note(&mut output.messages, &format!("`{}` is left as it is: {why}", report.file))?;
            }
            None => {}
        }
    }
    Ok(code)
}

fn is_test_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().ends_with(FILE_ENDING.as_bytes()))
}
