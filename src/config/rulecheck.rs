//! `rulecheck.yaml`: how much findings weigh, which are allowed, and what is true of the directory.
//!
//! Documented in `docs/rulecheck-yaml.md`; a test holds that every key stands there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::trust::LoadError;
use crate::engine;
use crate::input::{self, Spanned};
use crate::lang::{self, Diagnostic, Source, Span};
use crate::lint::allow::Allow;
use crate::lint::{self, Facts, Level, Levels};

/// The file's name, beside the rules or above them.
pub const FILE_NAME: &str = "rulecheck.yaml";

/// The code of findings in configuration files.
const CODE: &str = "config";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    levels: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    allow: Vec<Spanned<AllowEntry>>,
    #[serde(default)]
    facts: FactsEntry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AllowEntry {
    code: Spanned<String>,
    reason: Spanned<String>,
    #[serde(default)]
    rule: Option<Spanned<String>>,
    #[serde(default)]
    file: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FactsEntry {
    #[serde(default)]
    stores: Option<BTreeSet<String>>,
    #[serde(default)]
    attributes: Option<BTreeSet<String>>,
    #[serde(default)]
    attributes_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    claim_types: Option<BTreeSet<String>>,
}

/// A valid `rulecheck.yaml`.
#[derive(Clone, Debug)]
pub struct RulecheckFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its text, for findings about entries.
    pub source: Source,
    /// How much findings weigh.
    pub levels: Levels,
    /// Findings that are allowed, each with the place of its entry.
    pub allow: Vec<(Allow, Span)>,
    /// What is true of the directory and the federation service.
    pub facts: Facts,
}

/// The file that speaks of the rules at `path`: the nearest one in the folders above it. `path` is absolute. Whatever has
/// the name counts: one that cannot be read is told, and not passed over.
#[must_use]
pub fn find(path: &Path) -> Option<PathBuf> {
    folders_above(path).map(|folder| folder.join(FILE_NAME)).find(|file| file.symlink_metadata().is_ok())
}

/// The folders in which a file that speaks of the rules at `path` may lie, the nearest first. The top of a git repository
/// is the last: what lies above it belongs to somebody else, and must not silence findings.
pub fn folders_above(path: &Path) -> impl Iterator<Item = &Path> {
    let mut is_over = false;
    path.ancestors().skip(1).take_while(move |folder| {
        let was_over = is_over;
        is_over = folder.join(".git").symlink_metadata().is_ok();
        !was_over
    })
}

/// Reads and validates a file. Names every fault, not only the first.
///
/// # Errors
///
/// It cannot be read, is no YAML of the right shape, or says something wrong; each with line and column.
pub fn load(path: &Path, name: &str) -> Result<RulecheckFile, LoadError> {
    let bytes = input::read_file(path, input::RULE_FILE_LIMIT_BYTES)?;
    read(input::decode(bytes, name)?, path)
}

/// The same for a text that need not be saved. `path` is where it lies, for the files that it names.
///
/// # Errors
///
/// As [`load`].
pub fn read(source: Source, path: &Path) -> Result<RulecheckFile, LoadError> {
    let file: File = if is_blank(&source.text) { File::default() } else { input::yaml(&source)? };
    let mut faults = Faults { source: &source, found: Vec::new() };
    let levels = faults.levels(&file.levels);
    let allow = faults.allow(&file.allow);
    let facts = faults.facts(file.facts, path);
    let mut found = faults.found;
    found.sort_by_key(|fault| fault.span);
    if found.is_empty() {
        return Ok(RulecheckFile { path: path.to_owned(), source, levels, allow, facts });
    }
    Err(LoadError::findings(source, found))
}

/// Whether there is nothing but comments.
fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// Whether a code, or the letter of a family, is one that findings can have.
#[must_use]
pub fn is_code(name: &str) -> bool {
    let known =
        |code: &str| code.eq_ignore_ascii_case(name) || code.get(..1).is_some_and(|it| it.eq_ignore_ascii_case(name));
    lint::ALL.iter().any(|lint| known(lint.code))
        || lang::code::ALL.iter().chain(engine::code::ALL).any(|entry| known(entry.code))
}

struct Faults<'a> {
    source: &'a Source,
    found: Vec<Diagnostic>,
}

impl Faults<'_> {
    fn at<T>(&mut self, value: &Spanned<T>, message: impl Into<String>, help: &str) {
        let span = input::span(self.source, value);
        self.found.push(Diagnostic::error(CODE, span, message).with_help(help));
    }

    fn levels(&mut self, entries: &BTreeMap<String, Spanned<String>>) -> Levels {
        let mut levels = Levels::default();
        for (name, word) in entries {
            if !is_code(name) {
                let help = "write a code such as `M002`, or the letter of a family; `rulecheck rule` lists them";
                self.at(word, format!("there is no lint `{name}`"), help);
            }
            if name.starts_with(['E', 'e']) {
                let help = "correct the rule: AD FS would not take it";
                self.at(word, format!("`{name}` is an error of the language, whose level is fixed"), help);
            }
            match Level::of_word(&word.value) {
                Some(level) => levels.choose(name.clone(), level),
                None => self.at(
                    word,
                    format!("there is no level `{}`", word.value),
                    "write `off`, `info`, `warning` or `error`",
                ),
            }
        }
        levels
    }

    fn allow(&mut self, entries: &[Spanned<AllowEntry>]) -> Vec<(Allow, Span)> {
        let mut allow = Vec::new();
        for entry in entries {
            let AllowEntry { code, reason, rule, file } = &entry.value;
            if code.value != CODE && (code.value.len() < 2 || !is_code(&code.value)) {
                let help = "write one code, such as `M002`; `rulecheck rule` lists them";
                self.at(code, format!("there is no lint `{}`", code.value), help);
            }
            if code.value.starts_with(['E', 'e']) {
                let help = "correct the rule: AD FS would not take it";
                self.at(code, format!("`{}` is an error of the language, which cannot be allowed", code.value), help);
            }
            if reason.value.trim().is_empty() {
                self.at(
                    reason,
                    "the reason is empty",
                    "say why this is right as it is, for those who read it next year",
                );
            }
            if rule.is_none() && file.is_none() {
                let help = "add `rule: NAME` or `rule: rule 3`, or `file: NAME.claims` for all rules of a file; \
                            `levels` speaks of all rules";
                self.at(code, "this entry names neither a rule nor a file", help);
            }
            let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
            let allowed =
                Allow { file: text(file), rule: text(rule), code: code.value.clone(), reason: reason.value.clone() };
            allow.push((allowed, input::span(self.source, code)));
        }
        allow
    }

    fn facts(&mut self, entry: FactsEntry, path: &Path) -> Facts {
        let FactsEntry { stores, mut attributes, attributes_file, claim_types } = entry;
        if let Some(file) = attributes_file {
            let list = input::read_source(&path.parent().unwrap_or(Path::new("")).join(&file.value));
            match list {
                Ok(list) => {
                    let names =
                        list.text.lines().map(str::trim).filter(|name| !name.is_empty() && !name.starts_with('#'));
                    attributes.get_or_insert_default().extend(names.map(str::to_owned));
                }
                Err(error) => {
                    let help = "name a text file with one attribute on each line, relative to this file";
                    self.at(&file, format!("the list of attributes cannot be read: {error}"), help);
                }
            }
        }
        Facts { stores, attributes, claim_types }
    }
}
