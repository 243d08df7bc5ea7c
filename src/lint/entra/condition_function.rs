//! P005, Microsoft's `UNSUPPORTED_CONDITION_FUNCTION`: an aggregate.

use crate::lang::ast::Condition;
use crate::lint::{Findings, Level, Lint, Subject};

/// P005.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P005",
    name: "entra-condition-function",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P005.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for condition in subject.rule_set.rules.iter().flat_map(|rule| &rule.conditions) {
        if !matches!(condition, Condition::Selector(_)) {
            let message = "Entra ID has neither `exists` nor `count` (UNSUPPORTED_CONDITION_FUNCTION)";
            findings.push(findings.at(condition.span(), message));
        }
    }
}
