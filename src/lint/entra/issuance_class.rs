//! P008, Microsoft's `UNSUPPORTED_ISSUANCE_CLASS`: `add`.

use crate::lang::ast::Verb;
use crate::lint::{Findings, Level, Lint, Subject};

/// P008.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P008",
    name: "entra-issuance-class",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P008.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in subject.rule_set.rules.iter().filter(|rule| rule.action.verb == Verb::Add) {
        let message = "Entra ID has no claims that are added for later rules (UNSUPPORTED_ISSUANCE_CLASS)";
        findings.push(findings.at(rule.action.span, message));
    }
}
