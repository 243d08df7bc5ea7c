//! P003, Microsoft's `UNSUPPORTED_RULE_TYPE`: a rule of no kind that has a counterpart.

use crate::lang::ast::{ActionBody, Expression, Property};
use crate::lint::values::constant;
use crate::lint::{Findings, Level, Lint, Subject};

/// P003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P003",
    name: "entra-rule-type",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        let ActionBody::Claim(assignments) = &rule.action.body else { continue };
        let strange = assignments.iter().find(|assignment| match assignment.property {
            Property::Type => constant(&assignment.value).is_none() && !is_copied(&assignment.value),
            Property::Issuer | Property::OriginalIssuer | Property::ValueType => !is_copied(&assignment.value),
            Property::Value | Property::Properties(_) => false,
        });
        if let Some(strange) = strange {
            let message = "Entra ID has no rules of this kind (UNSUPPORTED_RULE_TYPE)";
            findings.push(findings.at(strange.span, message));
        }
    }
}

/// Whether a property is taken from a claim as it is.
const fn is_copied(value: &Expression) -> bool {
    matches!(value, Expression::Access { .. })
}
