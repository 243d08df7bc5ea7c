//! `rulecheck fmt`: prints rules as AD FS does.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;

use super::{failure, patch, paths, stdin};
use crate::cli::output::Stream;
use crate::cli::replace::replace;
use crate::cli::{ExitCode, Output};
use crate::config::trust::LoadError;
use crate::input;
use crate::lang::{self, Diagnostic, Source};

const EXAMPLES: &str = "\
Examples:
  rulecheck fmt rules/                     rewrites the rule files in rules/
  rulecheck fmt --check rules/             names those that it would rewrite
  rulecheck fmt --diff issuance.claims     shows what it would change
  rulecheck fmt - < rules.txt              prints to standard output

Files are written as UTF-8, also if they were UTF-16. A file that does not parse
is left as it is.

Exit codes:
  0  done, or nothing to do
  1  with --check or --diff: a file is not formatted
  2  something could not be read, or does not parse";

/// Print rules as AD FS does
///
/// Changes layout, quotes and the case of keywords, and nothing that a rule means: the new text is read again and
/// compared before it is written.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Rule files, folders to search for `*.claims`, or `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing; name the files that are not formatted
    #[arg(long, conflicts_with = "diff")]
    check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
    /// What to call standard input in messages
    #[arg(long, value_name = "NAME", default_value = stdin::NAME)]
    stdin_filename: String,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Clean;
    for path in paths::files(&arguments.paths, paths::is_rule_file, "rule file (`*.claims`)")? {
        let outcome = one(arguments, &path, output).or_else(|error| {
            failure::tell(&mut output.messages, &error)?;
            anyhow::Ok(ExitCode::Failed)
        })?;
        code = code.or(outcome);
    }
    Ok(code)
}

fn one(arguments: &Arguments, path: &Path, output: &mut Output) -> anyhow::Result<ExitCode> {
    let from_stdin = stdin::is_stdin(path);
    let name = if from_stdin { arguments.stdin_filename.clone() } else { path.display().to_string() };
    let bytes =
        if from_stdin { stdin::read_bytes(&name)? } else { input::read_file(path, input::RULE_FILE_LIMIT_BYTES)? };
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let source = input::decode(&bytes, &name)?;
    let formatted = formatted(&source)?;
    let same = bytes == formatted.as_bytes();
    if arguments.diff {
        if !same {
            diff(&mut output.results, &source, &formatted)?;
        }
    } else if arguments.check {
        if !same {
            writeln!(output.results, "{name}")?;
        }
    } else if from_stdin {
        output.results.write_all(formatted.as_bytes())?;
        return Ok(ExitCode::Clean);
    } else if !same {
        replace(path, formatted.as_bytes())?;
        let note = if utf16 { ", and written as UTF-8 (it was UTF-16)" } else { "" };
        writeln!(output.messages, "{name}: formatted{note}")?;
        return Ok(ExitCode::Clean);
    }
    Ok(if same { ExitCode::Clean } else { ExitCode::Findings })
}

/// The text as AD FS prints it.
fn formatted(source: &Source) -> anyhow::Result<String> {
    let parsed = lang::parse(&source.text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(LoadError::findings(source.clone(), parsed.diagnostics).into());
    }
    let text = lang::print(&parsed.rule_set);
    let again = lang::parse(&text);
    ensure!(
        again.rule_set.without_places() == parsed.rule_set.without_places(),
        "`{}` would change its meaning, so it is left as it is; please report this as a bug",
        source.name
    );
    Ok(text)
}

fn diff(out: &mut Stream, source: &Source, formatted: &str) -> anyhow::Result<()> {
    if source.text == formatted {
        writeln!(out, "{}: only the encoding changes, to UTF-8 without a byte order mark", source.name)?;
        return Ok(());
    }
    patch::show(out, &source.name, &source.text, formatted)
}
