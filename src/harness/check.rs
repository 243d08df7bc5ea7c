//! Everything that can be said of rules without running them: errors, warnings, and what the lints find.

use std::collections::BTreeMap;

use crate::config::{rules, trust};
use crate::engine::Stage;
use crate::engine::trust::Profile;
use crate::lang::{self, Diagnostic, RuleSet, Source};
use crate::lint::{self, Facts, Level, Levels, Memory, Subject, TrustView};

/// What somebody says of the rules: how much findings weigh, and what is true around them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// How much findings weigh.
    pub levels: Levels,
    /// What is true of the directory and the federation service.
    pub facts: Facts,
}

/// Checks a rule set by itself.
#[must_use]
pub fn rule_set(source: &Source, settings: &Settings) -> Vec<Diagnostic> {
    let mut found = compile(source, settings);
    if !found.iter().any(Diagnostic::is_error) {
        let rule_set = lang::parse(&source.text).rule_set;
        let subject = Subject {
            rule_set: &rule_set,
            stage: None,
            trust: None,
            facts: &settings.facts,
            memory: &Memory::default(),
        };
        found.extend(lint::check(&subject, &settings.levels));
    }
    sorted(found)
}

/// Checks the rule sets of a trust, which know each other. Gives the findings of each, in the order given.
///
/// While there is an error in one of them, the lints are silent: what it does is not known.
#[must_use]
pub fn trust(profile: Option<Profile>, rule_sets: &[(Stage, &Source)], settings: &Settings) -> Vec<Vec<Diagnostic>> {
    let mut found: Vec<Vec<Diagnostic>> = rule_sets.iter().map(|(_, source)| compile(source, settings)).collect();
    if !found.iter().flatten().any(Diagnostic::is_error) {
        let parsed: Vec<(Stage, RuleSet)> =
            rule_sets.iter().map(|(stage, source)| (*stage, lang::parse(&source.text).rule_set)).collect();
        let default = lang::parse(&trust::default_acceptance().text).rule_set;
        let mut view = TrustView { profile, rule_sets: BTreeMap::from([(Stage::Acceptance, &default)]) };
        view.rule_sets.extend(parsed.iter().map(|(stage, rule_set)| (*stage, rule_set)));
        for ((stage, rule_set), found) in parsed.iter().zip(&mut found) {
            let memory = Memory::default();
            let subject =
                Subject { rule_set, stage: Some(*stage), trust: Some(&view), facts: &settings.facts, memory: &memory };
            found.extend(lint::check(&subject, &settings.levels));
        }
    }
    found.into_iter().map(sorted).collect()
}

/// Errors, and the warnings that somebody wants to hear of.
fn compile(source: &Source, settings: &Settings) -> Vec<Diagnostic> {
    let mut found = rules::compile(source).diagnostics;
    found.retain_mut(|finding| {
        if finding.is_error() {
            return true;
        }
        let severity = settings.levels.of(finding.code, Level::from(finding.severity)).severity();
        finding.severity = severity.unwrap_or(finding.severity);
        severity.is_some()
    });
    found
}

fn sorted(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|finding| (finding.span, finding.code));
    found
}
