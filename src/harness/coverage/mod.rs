//! Which rules, and which of their conditions, tests have exercised: in whole numbers, never in rounded ones.
//!
//! A rule is covered once it fired. A condition is covered once tests saw it hold and saw it refuse: those before it
//! held and it did not, so that the rule did not fire; or, where it names a claim for the rest of the rule, it turned
//! away a claim of the type that it asks for. A condition that no test sees refusing might be left out, and every test
//! would still pass.

mod observe;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) use observe::{Seen, observe};

use crate::harness::dry_run::Rules;
use crate::lang::ast::Condition;
use crate::lang::{self, Source, Span};

/// What tests have exercised, by rule file.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    files: BTreeMap<PathBuf, FileCoverage>,
}

/// What tests have exercised of one rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCoverage {
    /// Its text, and how it was named first.
    pub source: Source,
    /// Its rules, in order.
    pub rules: Vec<RuleCoverage>,
}

/// What tests have exercised of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCoverage {
    /// Position in the rule set, from 1.
    pub number: usize,
    /// Its `@RuleName`.
    pub name: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// Where its action stands.
    pub action: Span,
    /// In how many tests it fired.
    pub fired: usize,
    /// Its conditions, in order.
    pub conditions: Vec<ConditionCoverage>,
}

/// What tests have exercised of one condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConditionCoverage {
    /// Where it stands.
    pub span: Span,
    /// Whether it asks anything of a claim; `c:[]` does not, so it need not be seen refusing.
    pub asks: bool,
    /// In how many tests it held, with those before it.
    pub held: usize,
    /// In how many tests those before it held, and it did not, or turned away a claim of its type.
    pub refused: usize,
}

impl ConditionCoverage {
    /// Whether tests show that it matters.
    #[must_use]
    pub const fn is_covered(&self) -> bool {
        self.held > 0 && (self.refused > 0 || !self.asks)
    }
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many are covered.
    pub covered: usize,
    /// How many there are.
    pub total: usize,
}

impl Share {
    /// Whether at least so many of a hundred are covered. Nothing is rounded: 11,999 of 12,000 are less than 100.
    #[must_use]
    pub const fn reaches(self, percent: u8) -> bool {
        // Both sides stay far below the largest number: a rule takes more than a byte of text.
        self.covered as u128 * 100 >= self.total as u128 * percent as u128
    }

    fn of(covered: impl Iterator<Item = bool>) -> Self {
        covered.fold(Self::default(), |share, covered| Self {
            covered: share.covered + usize::from(covered),
            total: share.total + 1,
        })
    }

    fn and(self, other: Self) -> Self {
        Self { covered: self.covered + other.covered, total: self.total + other.total }
    }
}

impl FileCoverage {
    fn untouched(source: &Source) -> Self {
        let rules = lang::parse(&source.text).rule_set.rules;
        let rules = rules.iter().enumerate().map(|(index, rule)| RuleCoverage {
            number: index + 1,
            name: rule.name().map(str::to_owned),
            span: rule.span,
            action: rule.action.span,
            fired: 0,
            conditions: rule
                .conditions
                .iter()
                .map(|condition| ConditionCoverage {
                    span: condition.span(),
                    asks: !matches!(condition, Condition::Selector(selector) if selector.pattern.predicates.is_empty()),
                    held: 0,
                    refused: 0,
                })
                .collect(),
        });
        Self { source: source.clone(), rules: rules.collect() }
    }

    /// How many of its rules fired.
    #[must_use]
    pub fn rules(&self) -> Share {
        Share::of(self.rules.iter().map(|rule| rule.fired > 0))
    }

    /// How many of their conditions are covered.
    #[must_use]
    pub fn conditions(&self) -> Share {
        Share::of(self.rules.iter().flat_map(|rule| &rule.conditions).map(ConditionCoverage::is_covered))
    }

    fn note(&mut self, seen: &Seen) {
        let Some(rule) = self.rules.get_mut(seen.rule) else { return };
        rule.fired += usize::from(seen.fired);
        for (index, condition) in rule.conditions.iter_mut().enumerate() {
            condition.held += usize::from(index < seen.held);
            condition.refused += usize::from(seen.refused.get(index).is_some_and(|&refused| refused));
        }
    }
}

impl Coverage {
    /// The rule files, by their places in the file system.
    pub fn files(&self) -> impl Iterator<Item = &FileCoverage> {
        self.files.values()
    }

    /// How many of all rules fired.
    #[must_use]
    pub fn rules(&self) -> Share {
        self.files().map(FileCoverage::rules).fold(Share::default(), Share::and)
    }

    /// How many of all conditions are covered.
    #[must_use]
    pub fn conditions(&self) -> Share {
        self.files().map(FileCoverage::conditions).fold(Share::default(), Share::and)
    }

    /// Takes in a rule file, which counts as untouched until a test is noted.
    pub fn expect(&mut self, source: &Source) {
        self.files.entry(place(source)).or_insert_with(|| FileCoverage::untouched(source));
    }

    /// Takes in every rule set of `rules` but those that came with this program.
    pub(super) fn expect_all(&mut self, rules: &Rules) {
        match rules {
            Rules::RuleSet { source, .. } => self.expect(source),
            Rules::Trust(folder) => folder
                .rule_sets
                .iter()
                .filter(|rule_set| !rule_set.is_built_in)
                .for_each(|rule_set| self.expect(&rule_set.source)),
        }
    }

    /// Takes in what a test made a rule do.
    pub(super) fn note(&mut self, seen: &Seen) {
        if let Some(file) = self.files.get_mut(&seen.file) {
            file.note(seen);
        }
    }
}

/// What two names of one file have in common.
fn place(source: &Source) -> PathBuf {
    let path = Path::new(&source.name);
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn nothing_is_rounded() {
        let share = |covered, total| Share { covered, total };
        assert!(!share(11_999, 12_000).reaches(100));
        assert!(share(12_000, 12_000).reaches(100));
        assert!(share(11_999, 12_000).reaches(99));
        assert!(share(0, 0).reaches(100));
        assert!(share(0, 5).reaches(0));
        assert!(share(1, 3).reaches(33) && !share(1, 3).reaches(34));
        assert!(!share(usize::MAX - 1, usize::MAX).reaches(100));
    }
}
