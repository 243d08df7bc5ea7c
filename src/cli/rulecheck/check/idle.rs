//! Entries of `allow` that allow nothing: the rule was corrected or renamed, and nobody needs the reason any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Arguments;
use super::text::Text;
use super::unit::Units;
use crate::cli::rulecheck::paths;
use crate::config::rulecheck::RulecheckFile;
use crate::engine;
use crate::lang::{self, Diagnostic, Source};
use crate::lint::allow::Allow;
use crate::lint::rules::Named;
use crate::lint::{Level, Lint};

/// The code of findings in configuration files.
const CODE: &str = "config";

/// A finding for each entry that was not `used`, by file. An entry about rules that were not checked is left alone, as is
/// one about `trust.yaml`.
pub(super) fn entries(
    arguments: &Arguments,
    units: &Units,
    used: &BTreeSet<(PathBuf, usize)>,
) -> Vec<(Source, Vec<Diagnostic>)> {
    let mut files: BTreeMap<&Path, (&Rc<RulecheckFile>, Vec<&Text>)> = BTreeMap::new();
    let mut levels = None;
    for unit in &units.all {
        if let Some(file) = &unit.ruling.file {
            let texts = unit.texts.iter().filter(|text| text.is_wanted);
            files.entry(&file.path).or_insert_with(|| (file, Vec::new())).1.extend(texts);
            levels = Some(&unit.ruling.settings.levels);
        }
    }
    let mut found = Vec::new();
    for (path, (file, texts)) in files {
        let is_whole = arguments.config.is_some() || arguments.paths.iter().any(|checked| covers(checked, path));
        let idle = file.allow.iter().enumerate().filter(|(position, (allow, _))| {
            let default = Lint::of_code(&allow.code).map_or(Level::Warning, |lint| lint.default_level);
            let is_told = levels.is_some_and(|levels| levels.of(&allow.code, default) != Level::Off);
            let was_checked = is_whole || texts.iter().any(|text| speaks_of(allow, text));
            allow.code != CODE && !used.contains(&(path.to_owned(), *position)) && is_told && was_checked
        });
        let findings: Vec<Diagnostic> = idle
            .map(|(_, (allow, span))| {
                let message = format!("this entry allows nothing: there is no such finding of {}", allow.code);
                Diagnostic::warning(CODE, *span, message).with_help("take it out, or correct the name of the rule")
            })
            .collect();
        if !findings.is_empty() {
            found.push((file.source.clone(), findings));
        }
    }
    found
}

/// Whether all rules that a file speaks of lie in what is checked.
fn covers(checked: &Path, file: &Path) -> bool {
    checked.is_dir() && file.starts_with(paths::identity(checked))
}

/// Whether an entry is about a rule of a text that could be read.
fn speaks_of(allow: &Allow, text: &Text) -> bool {
    let path = text.name();
    let parsed = lang::parse(&text.source.text);
    let is_named = |wanted: &String| {
        let mut rules = (0..parsed.rule_set.rules.len()).filter_map(|index| Named::at(&parsed.rule_set, index));
        rules.any(|rule| rule.is(wanted))
    };
    allow.is_about_file(&path)
        && allow.rule.as_ref().is_none_or(is_named)
        && engine::Program::from_parsed(&parsed).is_ok()
}
