//! T003: a claim type that differs from one that there is by upper and lower case only.

use super::spelling::{Slip, Spellings};
use crate::engine::claim_types::{AUTHENTICATION_METHOD, DENY, NAME_IDENTIFIER, PERMIT};
use crate::lang::{Applicability, Fix};
use crate::lint::mentions::{types_made, types_tested};
use crate::lint::{Findings, Level, Lint, Subject};

/// T003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "T003",
    name: "claim-type-case",
    default_level: Level::Error,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/T003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let spellings = Spellings::of(subject);
    for rule in &subject.rule_set.rules {
        let tested = types_tested(rule).map(|literal| (literal, false));
        for (literal, is_made) in tested.chain(types_made(rule).map(|literal| (literal, true))) {
            let Some((meant, Slip::Case)) = spellings.meant_in(rule, &literal.text) else { continue };
            // What a relying party wants to be told may be spelled in any way.
            if is_made && !is_read_here_or_by_aws(&meant) {
                continue;
            }
            let finding = findings
                .at(literal.span, "the claim type differs from the one that there is by upper and lower case")
                .with_label("claim types are compared as exact texts")
                .with_fix(Fix::safe(format!("write `{meant}`"), literal.inner(), meant));
            findings.push(finding);
        }
    }
}

/// Whether a type means something to the federation service itself, or to AWS.
fn is_read_here_or_by_aws(claim_type: &str) -> bool {
    [PERMIT, DENY, AUTHENTICATION_METHOD, NAME_IDENTIFIER].contains(&claim_type)
        || claim_type.starts_with("https://aws.amazon.com/")
}
