//! What tests exercise: which rule files count, and where the numbers go.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::output::Stream;
use crate::cli::replace::replace;
use crate::cli::rulecheck::paths;
use crate::cli::{ExitCode, Output, failure};
use crate::config::trust::{Flaw, LoadError};
use crate::harness::coverage::{Coverage, Share};
use crate::harness::run::RunReport;
use crate::input;
use crate::lang::{self, Diagnostic};
use crate::report::{count::counted, coverage as report};

/// What to say about coverage.
#[derive(Debug, Args)]
pub(super) struct CoverageArguments {
    /// Tell which rules and conditions the tests exercise
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "human")]
    coverage: Option<Format>,
    /// Write the coverage to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    coverage_file: Option<PathBuf>,
    /// Fail if less than N of 100 rules, or of 100 conditions, are covered; nothing is rounded
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Numbers for each rule file, and what is not covered
    Human,
    /// The rules, with numbers in the margin
    Annotated,
    /// An lcov tracefile, for editors and build servers
    Lcov,
    /// A JSON object
    Json,
}

impl CoverageArguments {
    /// Whether coverage is asked for; every option about it does.
    pub(super) const fn is_wanted(&self) -> bool {
        self.coverage.is_some() || self.coverage_file.is_some() || self.fail_under.is_some()
    }

    /// Whether standard output holds the coverage alone.
    pub(super) fn takes_results(&self) -> bool {
        self.coverage_file.is_none() && matches!(self.format(), Format::Lcov | Format::Json)
    }

    fn format(&self) -> Format {
        self.coverage.unwrap_or(Format::Human)
    }

    /// Writes the coverage, and says whether it is enough.
    pub(super) fn tell(
        &self,
        coverage: &Coverage,
        tests: super::Format,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        if let Some(file) = &self.coverage_file {
            let mut text = Vec::new();
            self.write(&mut text, coverage, false)?;
            replace(file, &text)?;
        } else if tests == super::Format::Junit {
            // Nothing may follow a document.
            let colour = output.messages.colour;
            self.write(&mut output.messages, coverage, colour)?;
        } else if tests == super::Format::Human {
            let colour = output.results.colour;
            self.write(&mut output.results, coverage, colour)?;
        }
        let Some(percent) = self.fail_under else { return Ok(ExitCode::Clean) };
        let mut code = ExitCode::Clean;
        output.results.flush()?;
        for (Share { covered, total }, thing) in [(coverage.rules(), "rule"), (coverage.conditions(), "condition")] {
            if !(Share { covered, total }).reaches(percent) {
                let text = format!("{covered} of {} are covered, less than {percent} of 100", counted(total, thing));
                failure::message(&mut output.messages, &text)?;
                code = ExitCode::Findings;
            }
        }
        Ok(code)
    }

    fn write(&self, out: &mut dyn std::io::Write, coverage: &Coverage, colour: bool) -> std::io::Result<()> {
        match self.format() {
            Format::Human => report::human(out, coverage),
            Format::Annotated => report::annotated(out, coverage, colour),
            Format::Lcov => report::lcov(out, coverage),
            Format::Json => report::json(out, coverage),
        }
    }
}

/// Adds the rule files of the folders named that no test file speaks of. One that cannot be read leaves the numbers
/// incomplete, so it is told, unless a test file told it already.
pub(super) fn add_untouched(
    named: &[PathBuf],
    report: &mut RunReport,
    messages: &mut Stream,
) -> anyhow::Result<ExitCode> {
    let told: BTreeSet<PathBuf> = report
        .files
        .iter()
        .filter_map(|file| file.cases.as_ref().err())
        .flat_map(|error| &error.flaws)
        .map(|flaw| match flaw {
            Flaw::Input(error) => paths::identity(error.name().as_ref()),
            Flaw::Findings { source, .. } => paths::identity(source.name.as_ref()),
        })
        .collect();
    let folders: Vec<PathBuf> = named.iter().filter(|path| path.is_dir()).cloned().collect();
    let mut code = ExitCode::Clean;
    for path in paths::any_files(&folders, paths::is_rule_file)? {
        let is_told = told.contains(&paths::identity(&path));
        match input::read_source(&path) {
            Ok(source) => {
                let parsed = lang::parse(&source.text);
                if parsed.diagnostics.iter().any(Diagnostic::is_error) {
                    code = ExitCode::Failed;
                    if !is_told {
                        failure::load_error(messages, &LoadError::findings(source, parsed.diagnostics))?;
                    }
                } else {
                    report.coverage.expect(&source);
                }
            }
            Err(error) => {
                code = ExitCode::Failed;
                if !is_told {
                    failure::input_error(messages, &error)?;
                }
            }
        }
    }
    Ok(code)
}
