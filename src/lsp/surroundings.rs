//! A rule set among the other rule sets of its trust.

use std::path::{Path, PathBuf};

use super::files::TrustFiles;
use super::tokens::{Token, tokens};
use super::{DocumentKind, Files};
use crate::config::trust::{self, RuleSetKind};
use crate::engine::Stage;
use crate::engine::trust::Profile;
use crate::lang::{self, RuleSet, Source};

/// A rule set, and those that run with it.
pub struct Surroundings {
    /// Extra checks before signing.
    pub profile: Option<Profile>,
    /// Whether the rules belong to a trust.
    pub is_trust: bool,
    /// The rule sets in the order in which they run. Of a trust without acceptance rules, the first are those of AD FS.
    pub rule_texts: Vec<RuleText>,
    current: usize,
}

/// The text of one rule set.
pub struct RuleText {
    /// What it decides; `None` for a rule file by itself.
    pub stage: Option<Stage>,
    /// Where it lies; `None` for rules that the program brings.
    pub path: Option<PathBuf>,
    /// Its text.
    pub source: Source,
    /// The rules in it that can be read.
    pub rule_set: RuleSet,
    /// The number of each of them.
    numbers: Vec<usize>,
}

impl RuleText {
    /// A text with its rules.
    #[must_use]
    pub fn new(stage: Option<Stage>, path: Option<PathBuf>, source: Source) -> Self {
        let rule_set = lang::parse(&source.text).rule_set;
        let numbers = numbers(&rule_set, &source.text);
        Self { stage, path, source, rule_set, numbers }
    }

    /// The number of a rule in the text, from 1, rules that cannot be read included.
    #[must_use]
    pub fn rule_number(&self, index: usize) -> usize {
        self.numbers.get(index).copied().unwrap_or(index + 1)
    }

    /// What people call a rule: `rule 3`, with its name if it has one.
    #[must_use]
    pub fn rule_title(&self, index: usize) -> String {
        let number = self.rule_number(index);
        match self.rule_set.rules.get(index).and_then(lang::ast::Rule::name) {
            Some(name) => format!("rule {number} `{name}`"),
            None => format!("rule {number}"),
        }
    }

    /// The words and signs of the text.
    pub(super) fn tokens(&self) -> Vec<Token<'_>> {
        tokens(&self.source.text)
    }
}

impl Surroundings {
    /// A rule set that stands alone.
    #[must_use]
    pub fn alone(source: Source, path: Option<PathBuf>) -> Self {
        let rule_texts = vec![RuleText::new(None, path, source)];
        Self { profile: None, is_trust: false, rule_texts, current: 0 }
    }

    /// The rule set in the file `path`, with those of the trust in its folder, if it is one of them.
    #[must_use]
    pub fn of(source: Source, path: &Path, files: &dyn Files) -> Self {
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((profile, rule_files)) =
            rule_files(folder, files).filter(|(_, known)| known.iter().any(|(_, known)| *known == name))
        else {
            return Self::alone(source, Some(path.to_owned()));
        };
        let mut rule_texts = Vec::new();
        if !rule_files.iter().any(|(kind, _)| *kind == RuleSetKind::Acceptance) {
            rule_texts.push(RuleText::new(Some(Stage::Acceptance), None, trust::default_acceptance()));
        }
        let mut current = None;
        for (kind, file) in rule_files {
            let place = folder.join(&file);
            let text = if file == name {
                current.get_or_insert(rule_texts.len());
                Some(source.clone())
            } else {
                files.read(&place).and_then(Result::ok)
            };
            if let Some(text) = text {
                rule_texts.push(RuleText::new(Some(kind.stage()), Some(place), text));
            }
        }
        match current {
            Some(current) => Self { profile, is_trust: true, rule_texts, current },
            None => Self::alone(source, Some(path.to_owned())),
        }
    }

    /// The rule set that this is about.
    #[must_use]
    pub fn current(&self) -> Option<&RuleText> {
        self.rule_texts.get(self.current)
    }

    /// Whether a rule set is the one that this is about.
    #[must_use]
    pub fn is_current(&self, rule_text: &RuleText) -> bool {
        self.current().is_some_and(|current| std::ptr::eq(current, rule_text))
    }

    /// The rule set that this is about, and before it those whose claims it starts with.
    pub fn visible(&self) -> impl Iterator<Item = &RuleText> {
        let is_later = self.current().is_some_and(|current| current.stage != Some(Stage::Acceptance));
        let earlier = self
            .rule_texts
            .iter()
            .filter(move |text| is_later && text.stage == Some(Stage::Acceptance) && !self.is_current(text));
        earlier.chain(self.current())
    }
}

/// Counts the rules in the order written: every `;` ends one, also one that cannot be read.
fn numbers(rule_set: &RuleSet, text: &str) -> Vec<usize> {
    let mut number = 1;
    let mut ends = tokens(text).into_iter().filter(|token| token.is_sign(";")).map(|token| token.span.end).peekable();
    let starts = rule_set.rules.iter().map(|rule| rule.span.start);
    starts
        .map(|start| {
            while ends.next_if(|&end| end <= start).is_some() {
                number += 1;
            }
            number
        })
        .collect()
}

/// The rule files of the trust in a folder. While its `trust.yaml` is wrong, those of the default names.
fn rule_files(folder: &Path, files: &dyn Files) -> Option<(Option<Profile>, RuleFiles)> {
    if !files.has(&folder.join(trust::FILE_NAME)) {
        return None;
    }
    if let Ok(settings) = trust::settings_from(&TrustFiles { files, folder }) {
        return Some((settings.relying_party.profile, settings.rule_files));
    }
    let there = RuleSetKind::ALL.into_iter().map(|kind| (kind, kind.default_file().to_owned()));
    Some((None, there.filter(|(_, name)| files.has(&folder.join(name))).collect()))
}

/// Which file holds which rule set.
type RuleFiles = Vec<(RuleSetKind, String)>;

/// What a document in the editor is, by its path.
pub(super) fn kind_of(path: &Path, language: &str) -> DocumentKind {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    DocumentKind::of(&name, language)
}
