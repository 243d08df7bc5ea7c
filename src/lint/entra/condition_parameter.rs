//! P001, Microsoft's `UNSUPPORTED_CONDITION_PARAMETER`: a regular expression in a condition.

use crate::lang::ast::Comparison;
use crate::lint::{Findings, Level, Lint, Subject};

/// P001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P001",
    name: "entra-condition-parameter",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P001.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for condition in subject.rule_set.rules.iter().flat_map(|rule| &rule.conditions) {
        for predicate in &condition.pattern().predicates {
            if matches!(predicate.comparison, Comparison::Matches | Comparison::DoesNotMatch) {
                let message = "Entra ID has no regular expressions in conditions (UNSUPPORTED_CONDITION_PARAMETER)";
                findings.push(findings.at(predicate.span, message));
            }
        }
    }
}
