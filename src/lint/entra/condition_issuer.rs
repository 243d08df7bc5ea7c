//! P004, Microsoft's `CONDITION_MATCHES_UNSUPPORTED_ISSUER`: an issuer that is not Active Directory.

use crate::engine::claim::{AD_AUTHORITY, LOCAL_AUTHORITY, SELF_AUTHORITY};
use crate::lang::ast::Property;
use crate::lint::values::Demand;
use crate::lint::{Findings, Level, Lint, Subject};

/// P004.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "P004",
    name: "entra-condition-issuer",
    default_level: Level::Off,
    fixes: None,
    page: include_str!("../../../docs/lints/P004.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for condition in subject.rule_set.rules.iter().flat_map(|rule| &rule.conditions) {
        let pattern = condition.pattern();
        for property in [Property::Issuer, Property::OriginalIssuer] {
            let demand = Demand::of(pattern, &property);
            let is_ours = [AD_AUTHORITY, LOCAL_AUTHORITY, SELF_AUTHORITY].iter().any(|issuer| demand.holds(issuer));
            let asked = pattern.predicates.iter().find(|predicate| predicate.property == property);
            if let (false, Some(asked)) = (is_ours, asked) {
                let message =
                    "Entra ID takes claims from Active Directory alone (CONDITION_MATCHES_UNSUPPORTED_ISSUER)";
                findings.push(findings.at(asked.span, message));
            }
        }
    }
}
