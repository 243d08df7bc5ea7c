//! The file of old findings.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::cli::replace::replace;
use crate::input;
use crate::lint::baseline::{Baseline, Key};

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

/// Writes a baseline.
pub(super) fn write(path: &Path, baseline: &Baseline) -> anyhow::Result<()> {
    let entry = |(key, count): (&Key, usize)| {
        let Key { file, rule, code, text } = key.clone();
        Entry { file, rule, code, text, count }
    };
    let file = File { version: 1, findings: baseline.entries().map(entry).collect() };
    let mut json = serde_json::to_string_pretty(&file)?;
    json.push('\n');
    replace(path, json.as_bytes())
}
