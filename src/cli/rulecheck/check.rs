//! `rulecheck check`: reads rules and says what is wrong with them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{failure, paths, stdin};
use crate::cli::{ExitCode, Output};
use crate::config::rules;
use crate::config::trust::{self, Flaw, LoadError};
use crate::input::{self, InputError};
use crate::lang::{Diagnostic, Severity, Source};
use crate::report::{self, count::counted};

const EXAMPLES: &str = "\
Examples:
  rulecheck check issuance.claims        one rule set
  rulecheck check rules/                 all rule sets and trust folders in it
  rulecheck check --format json rules/   for programs
  rulecheck check - < rules.txt          standard input

Exit codes:
  0  no error; there may be warnings
  1  errors found
  2  something could not be read";

/// Read rules, and say what is wrong with them
///
/// Every rule set is parsed and compiled; `trust.yaml` is validated, and the rule files it names are checked, too. One
/// broken rule does not hide the others.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Rule files, trust folders, folders to search, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to write the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
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
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut checked = Checked::default();
    let wanted = |path: &Path| paths::is_rule_file(path) || is_trust_file(path);
    for path in paths::files(&arguments.paths, wanted, "rule file (`*.claims`) and no `trust.yaml`")? {
        if stdin::is_stdin(&path) {
            let name = &arguments.stdin_filename;
            match stdin::read_bytes(name).and_then(|bytes| input::decode(bytes, name)) {
                Ok(source) => checked.rules(source),
                Err(error) => checked.unusable(error),
            }
        } else if is_trust_file(&path) {
            checked.trust(&path);
        } else {
            checked.rule_file(&path);
        }
    }
    checked.tell(arguments.format, output)
}

fn is_trust_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == trust::FILE_NAME)
}

#[derive(Default)]
struct Checked {
    seen: BTreeSet<PathBuf>,
    /// Every text that was read, with what was found in it.
    texts: Vec<(Source, Vec<Diagnostic>)>,
    unreadable: Vec<InputError>,
}

impl Checked {
    fn rules(&mut self, source: Source) {
        let diagnostics = rules::compile(&source).diagnostics;
        self.texts.push((source, diagnostics));
    }

    fn rule_file(&mut self, path: &Path) {
        if !self.seen.insert(paths::identity(path)) {
            return;
        }
        match input::read_source(path) {
            Ok(source) => self.rules(source),
            Err(error) => self.unusable(error),
        }
    }

    fn trust(&mut self, path: &Path) {
        let folder = path.parent().unwrap_or(Path::new(""));
        match trust::settings(folder) {
            Ok(settings) => {
                self.texts.push((Source::new(path.display().to_string(), ""), Vec::new()));
                for (_, name) in settings.rule_files {
                    self.rule_file(&folder.join(name));
                }
            }
            Err(LoadError { flaws }) => {
                for flaw in flaws {
                    match flaw {
                        Flaw::Input(error) => self.unusable(error),
                        Flaw::Findings { source, diagnostics } => self.texts.push((source, diagnostics)),
                    }
                }
            }
        }
    }

    /// A text that says something wrong is a finding; what cannot be read, or is no text, is none.
    fn unusable(&mut self, error: InputError) {
        match error.diagnostic() {
            Some((source, diagnostic)) if diagnostic.code != input::decode::NOT_TEXT => {
                self.texts.push((source.clone(), vec![diagnostic.clone()]));
            }
            _ => self.unreadable.push(error),
        }
    }

    fn tell(self, format: Format, output: &mut Output) -> anyhow::Result<ExitCode> {
        let Output { results, messages } = output;
        match format {
            Format::Human => {
                let colour = results.colour;
                for (source, diagnostics) in &self.texts {
                    report::human::diagnostics(results, source, diagnostics, colour)?;
                }
            }
            Format::Concise => {
                for (source, diagnostics) in &self.texts {
                    report::concise::diagnostics(results, source, diagnostics)?;
                }
            }
            Format::Json => {
                let findings = self.texts.iter().flat_map(|(source, found)| {
                    found.iter().map(|diagnostic| report::json::Finding::new(source, diagnostic))
                });
                report::json::write(results, &findings.collect::<Vec<_>>())?;
            }
        }
        results.flush()?;
        for error in &self.unreadable {
            failure::input_error(messages, error)?;
        }
        let count = |severity| {
            self.texts.iter().flat_map(|(_, found)| found).filter(|found| found.severity == severity).count()
        };
        let errors = count(Severity::Error);
        writeln!(
            messages,
            "{} checked: {}, {}",
            counted(self.texts.len(), "file"),
            counted(errors, "error"),
            counted(count(Severity::Warning), "warning")
        )?;
        Ok(match (self.unreadable.is_empty(), errors) {
            (false, _) => ExitCode::Failed,
            (true, 0) => ExitCode::Clean,
            (true, _) => ExitCode::Findings,
        })
    }
}
