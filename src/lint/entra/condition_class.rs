//! P002, Microsoft's `UNSUPPORTED_CONDITION_CLASS`: several conditions.

use crate::lint::{Findings, Level, Lint, Subject};

/// P002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P002",
    name: "entra-condition-class",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        if let [_, second, ..] = rule.conditions.as_slice() {
            let message = "Entra ID has no rules with several conditions (UNSUPPORTED_CONDITION_CLASS)";
            findings.push(findings.at(second.span(), message));
        }
    }
}
