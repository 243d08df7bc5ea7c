//! The file of old findings.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::rulings::Rulings;
use super::tell;
use super::unit::Units;
use crate::cli::replace::replace;
use crate::cli::{ExitCode, Output};
use crate::input;
use crate::lang;
use crate::lint::baseline::{Baseline, Key};
use crate::lint::rules::rule_at;
use crate::report::count::counted;

/// A baseline may be this large: some hundred thousand findings.
const LIMIT_BYTES: u64 = 64 * 1024 * 1024;

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    file: String,
    rule: String,
    code: String,
    text: String,
    count: usize,
}

/// Reads a baseline.
pub(super) fn read(path: &Path) -> anyhow::Result<Baseline> {
    let name = path.display().to_string();
    let source = input::decode(input::read_file(path, LIMIT_BYTES)?, &name)?;
    let file: File = serde_json::from_str(&source.text)
        .with_context(|| format!("`{name}` is no baseline; write it again with `--write-baseline`"))?;
    anyhow::ensure!(
        file.version == 1,
        "the baseline `{name}` has version {}; this program knows version 1",
        file.version
    );
    let mut baseline = Baseline::default();
    for Entry { file, rule, code, text, count } in file.findings {
        baseline.insert(Key { file, rule, code, text }, count);
    }
    Ok(baseline)
}

/// Writes all findings that are not allowed. Errors of the language are left out: such rules cannot be used.
pub(super) fn write(path: &Path, units: &Units, rulings: &Rulings, output: &mut Output) -> anyhow::Result<ExitCode> {
    let mut baseline = Baseline::default();
    for (unit, text, found) in units.wanted() {
        let rule_set = lang::parse(&text.source.text).rule_set;
        for finding in rulings.sift(&unit.ruling, text, found).told {
            if !finding.code.starts_with('E') {
                baseline.insert(rulings.key(text, &finding, rule_at(&rule_set, finding.span)), 1);
            }
        }
    }
    let code = tell::unreadable(units, output)?;
    if code != ExitCode::Clean {
        return Ok(code);
    }
    let entry = |(key, count): (&Key, usize)| {
        let Key { file, rule, code, text } = key.clone();
        Entry { file, rule, code, text, count }
    };
    let file = File { version: 1, findings: baseline.entries().map(entry).collect() };
    let mut json = serde_json::to_string_pretty(&file)?;
    json.push('\n');
    replace(path, json.as_bytes())?;
    writeln!(output.messages, "{} written to `{}`", counted(baseline.left(), "finding"), path.display())?;
    Ok(ExitCode::Clean)
}
