//! T002: `https://` where a claim type begins with `http://`, or the reverse.

use super::spelling::{Slip, Spellings};
use crate::lang::{Applicability, Fix};
use crate::lint::mentions::{types_made, types_tested};
use crate::lint::{Findings, Level, Lint, Subject};

/// T002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "T002",
    name: "claim-type-scheme",
    default_level: Level::Error,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/T002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let spellings = Spellings::of(subject);
    for rule in &subject.rule_set.rules {
        for literal in types_tested(rule).chain(types_made(rule)) {
            let Some((meant, Slip::Scheme)) = spellings.meant_in(rule, &literal.text) else { continue };
            let (written, right) =
                if meant.starts_with("https://") { ("http://", "https://") } else { ("https://", "http://") };
            let message =
                format!("the claim type begins with `{written}`; the one that there is begins with `{right}`");
            let finding = findings
                .at(literal.span, message)
                .with_label("claim types are compared as exact texts")
                .with_fix(Fix::safe(format!("write `{meant}`"), literal.inner(), meant));
            findings.push(finding);
        }
    }
}
