//! `rulecheck rule`: what a code means.

use std::io::Write as _;

use anyhow::bail;
use clap::Args;

use crate::cli::output::Stream;
use crate::cli::{ExitCode, Output};
use crate::harness::nearest::nearest;
use crate::lang::code::Code;
use crate::lang::{Applicability, code};
use crate::lint::{ALL, Lint};
use crate::{engine, input};

const EXAMPLES: &str = "\
Examples:
  rulecheck rule          every code, with one sentence each
  rulecheck rule M002     the page of one: why it matters, examples, its fix

Exit codes:
  0  printed
  2  there is no such code";

/// Explain a code, or list all of them
///
/// Lints have a page with the reason, examples and the fix. Codes that begin with E and W come from the language itself.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A code, such as `M002`, or the name of a lint, such as `unanchored-pattern`
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

/// What is not about rules, but about files.
const FILES: [(&str, &str, &str); 4] = [
    (input::decode::NOT_TEXT, "not-text", "Bytes that are no text in any encoding that is read here."),
    ("config", "configuration", "A file that configures something, such as `trust.yaml`, says something wrong."),
    ("store", "unknown-store", "A rule asks an attribute store that is not configured."),
    (input::yaml::INVALID_YAML, "invalid-yaml", "A YAML file that does not say what is expected of it."),
];

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    let results = &mut output.results;
    match &arguments.code {
        None => list(results)?,
        Some(code) => page(results, code)?,
    }
    results.flush()?;
    Ok(ExitCode::Clean)
}

fn list(out: &mut Stream) -> anyhow::Result<()> {
    let lints = ALL.iter().map(|lint| {
        let fix = match lint.fixes {
            Some(Applicability::Safe) => "safe fix",
            Some(Applicability::Unsafe) => "unsafe fix",
            None => "",
        };
        (lint.code, lint.name.to_owned(), lint.default_level.as_str(), fix, lint.summary())
    });
    let own = codes().map(|code| (code.code, code.name(), level(code.code), "", code.sentence().to_owned()));
    let files = FILES.map(|(code, name, sentence)| (code, name.to_owned(), "error", "", sentence.to_owned()));
    let mut rows: Vec<_> = lints.chain(own).chain(files).collect();
    rows.sort_by_key(|row| row.0);
    let width = rows.iter().map(|row| row.1.len()).max().unwrap_or_default();
    for (code, name, level, fix, sentence) in rows {
        writeln!(out, "{code}  {name:width$}  {level:7}  {fix:10}  {sentence}")?;
    }
    Ok(())
}

fn page(out: &mut Stream, wanted: &str) -> anyhow::Result<()> {
    let named = ALL.iter().find(|lint| lint.name.eq_ignore_ascii_case(wanted)).copied();
    if let Some(lint) = Lint::of_code(wanted).or(named) {
        write!(out, "{}", lint.page)?;
        return Ok(());
    }
    if let Some(code) = codes().find(|code| code.code.eq_ignore_ascii_case(wanted) || code.name() == wanted) {
        return entry(out, code.code, &code.name(), code.sentence());
    }
    if let Some((code, name, sentence)) = FILES.iter().find(|entry| entry.0.eq_ignore_ascii_case(wanted)) {
        return entry(out, code, name, sentence);
    }
    let mut near = nearest(wanted, ALL.iter().flat_map(|lint| [lint.code, lint.name]), 3);
    near.extend(nearest(wanted, codes().map(|code| code.code), 3));
    near.truncate(3);
    match near.as_slice() {
        [] => bail!("there is no code `{wanted}`; `rulecheck rule` lists all of them"),
        near => bail!(
            "there is no code `{wanted}`; did you mean {}?",
            near.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn entry(out: &mut Stream, code: &str, name: &str, sentence: &str) -> anyhow::Result<()> {
    let what = match level(code) {
        "warning" => "AD FS takes such a rule; it probably does not do what was meant.",
        _ => "Such a text cannot be used.",
    };
    writeln!(out, "# {code} {name}\n\n{sentence}\n\n{what} The finding itself says what to write instead.")?;
    Ok(())
}

/// The codes of the language and of the compiler.
fn codes() -> impl Iterator<Item = &'static Code> {
    code::ALL.iter().chain(engine::code::ALL)
}

/// How much findings of a code of the language weigh.
fn level(code: &str) -> &'static str {
    if code.starts_with('W') { "warning" } else { "error" }
}
