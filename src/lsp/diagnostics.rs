//! What is wrong with a document, and what is probably not meant.

use std::path::Path;

use super::files::{DocumentKind, TrustFiles};
use super::rulings::Rulings;
use super::surroundings::kind_of;
use super::{Files, RuleText, Surroundings};
use crate::config::rulecheck;
use crate::config::trust::{self, Flaw, LoadError};
use crate::engine::Stage;
use crate::harness::case::{Completeness, TestFile};
use crate::harness::check::{self, Settings};
use crate::input::InputError;
use crate::lang::{Diagnostic, Source, Span};

/// Code of what cannot be said of a place: the document cannot be used at all.
const UNUSABLE: &str = "I002";

/// Everything that is found in a document. A rule set is judged with those of its trust, open documents before files.
///
/// `path` is `None` for a document that is no file; then nothing is known around it.
#[must_use]
pub fn diagnostics(source: &Source, path: Option<&Path>, language: &str, files: &dyn Files) -> Vec<Diagnostic> {
    let kind = path.map_or_else(|| DocumentKind::of("", language), |path| kind_of(path, language));
    match (kind, path) {
        (DocumentKind::Rules, None) => check::rule_set(source, &Settings::default()),
        (DocumentKind::Rules, Some(path)) => {
            let around = Surroundings::of(source.clone(), path, files);
            let rulings = Rulings::of(path, files);
            let mut found = rules(&around, &rulings.settings);
            if let Some(current) = around.current() {
                found.retain(|finding| !rulings.allow(finding, path, &current.rule_set));
            }
            found
        }
        (DocumentKind::Settings, Some(path)) => flaws(rulecheck::read(source.clone(), path), source),
        (DocumentKind::Trust, Some(path)) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            flaws(trust::settings_from(&TrustFiles { files, folder }), source)
        }
        (DocumentKind::Tests, Some(path)) => {
            flaws(TestFile::parse(source, path.parent().unwrap_or(Path::new("")), Completeness::Optional), source)
        }
        _ => Vec::new(),
    }
}

/// What is found in a rule set among those of its trust.
fn rules(around: &Surroundings, settings: &Settings) -> Vec<Diagnostic> {
    let Some(current) = around.current() else { return Vec::new() };
    if !around.is_trust {
        return check::rule_set(&current.source, settings);
    }
    // What the program brings is not examined again: the checks know it.
    let texts: Vec<(Stage, &RuleText)> = around
        .rule_texts
        .iter()
        .filter(|text| text.path.is_some())
        .filter_map(|text| Some((text.stage?, text)))
        .collect();
    let sources: Vec<(Stage, &Source)> = texts.iter().map(|(stage, text)| (*stage, &text.source)).collect();
    let found = check::trust(around.profile, &sources, settings);
    let own = texts.iter().zip(found).find(|((_, text), _)| around.is_current(text)).map(|(_, found)| found);
    own.unwrap_or_default()
}

/// What keeps a file from being used, as far as it is about this document.
fn flaws<T>(outcome: Result<T, LoadError>, document: &Source) -> Vec<Diagnostic> {
    let Err(LoadError { flaws }) = outcome else { return Vec::new() };
    let mut found = Vec::new();
    for flaw in flaws {
        match flaw {
            Flaw::Findings { source, diagnostics } if source.name == document.name => found.extend(diagnostics),
            Flaw::Findings { .. } => {}
            Flaw::Input(error) => found.extend(of_input(&error, document)),
        }
    }
    found
}

/// An error of reading, at its place if it has one.
pub(super) fn of_input(error: &InputError, document: &Source) -> Option<Diagnostic> {
    if error.name() != document.name {
        return None;
    }
    Some(match error.diagnostic() {
        Some((_, finding)) => finding.clone(),
        None => Diagnostic::error(UNUSABLE, Span::default(), error.to_string()),
    })
}
