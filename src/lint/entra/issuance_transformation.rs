//! P009, Microsoft's `UNSUPPORTED_ISSUANCE_TRANSFORMATION`: `RegExReplace` in an action.

use crate::lang::ast::{ActionBody, Expression};
use crate::lint::{Findings, Level, Lint, Subject};

/// P009.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P009",
    name: "entra-issuance-transformation",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P009.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let mut calls = Vec::new();
        let mut look = |expression: &Expression| {
            expression.visit(&mut |part| {
                if let Expression::Call { span, .. } = part {
                    calls.push(*span);
                }
            });
        };
        match &rule.action.body {
            ActionBody::Copy(_) => {}
            ActionBody::Claim(assignments) => assignments.iter().for_each(|assignment| look(&assignment.value)),
            ActionBody::Store(query) => query.parameters.iter().chain([&query.query]).for_each(look),
        }
        for span in calls {
            let message = "Entra ID may have no counterpart for this (UNSUPPORTED_ISSUANCE_TRANSFORMATION)";
            findings.push(findings.at(span, message));
        }
    }
}
