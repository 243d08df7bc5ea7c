//! Findings that were there when somebody began to check: a new one is told, an old one is not.

use std::collections::BTreeMap;

use super::rules::Named;
use crate::lang::{Diagnostic, Source};

/// What tells an old finding from a new one. No line number: rules move.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Path of the file, relative to that of the baseline, with `/`.
    pub file: String,
    /// `@RuleName` of the rule; empty for a rule without a name, or a finding about no rule.
    pub rule: String,
    /// The code.
    pub code: String,
    /// The text that it is about, each run of white space as one blank.
    pub text: String,
}

impl Key {
    /// The key of a finding in a text, about a rule if it is about one.
    #[must_use]
    pub fn of(finding: &Diagnostic, file: String, source: &Source, rule: Option<Named<'_>>) -> Self {
        let text = source.text.get(finding.span.start..finding.span.end).unwrap_or_default();
        Self {
            file,
            rule: rule.and_then(|rule| rule.rule.name()).unwrap_or_default().to_owned(),
            code: finding.code.to_owned(),
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// Old findings, and how many there were of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<Key, usize>,
}

impl Baseline {
    /// Adds one finding.
    pub fn insert(&mut self, key: Key, count: usize) {
        *self.counts.entry(key).or_default() += count;
    }

    /// Whether a finding is an old one. Each is found as often as it was there.
    pub fn take(&mut self, key: &Key) -> bool {
        match self.counts.get_mut(key) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many findings it still holds.
    #[must_use]
    pub fn left(&self) -> usize {
        self.counts.values().sum()
    }

    /// Its findings, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&Key, usize)> {
        self.counts.iter().map(|(key, &count)| (key, count))
    }
}
