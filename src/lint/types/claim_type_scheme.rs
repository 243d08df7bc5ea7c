//! T002: `https://` where a claim type begins with `http://`, or the reverse.

use crate::lang::{Applicability, Fix};
use crate::lint::mentions::types_mentioned;
use crate::lint::{Findings, Level, Lint, Subject, known};

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
    for literal in types_mentioned(subject.rule_set) {
        let Some(meant) = with_other_scheme(&literal.text).filter(|meant| known::is_known(meant)) else { continue };
        if known::is_known(&literal.text) {
            continue;
        }
        let (written, right) = schemes(&meant);
        let finding = findings
            .at(
                literal.span,
                format!("the claim type begins with `{written}`; the well-known one begins with `{right}`"),
            )
            .with_label("claim types are compared as exact texts")
            .with_fix(Fix::safe(format!("write `{right}`"), literal.inner(), meant));
        findings.push(finding);
    }
}

/// The same type with `http://` for `https://`, or the reverse.
fn with_other_scheme(claim_type: &str) -> Option<String> {
    let http = claim_type.strip_prefix("https://").map(|rest| format!("http://{rest}"));
    http.or_else(|| claim_type.strip_prefix("http://").map(|rest| format!("https://{rest}")))
}

/// The scheme that was written, and the right one.
fn schemes(meant: &str) -> (&'static str, &'static str) {
    if meant.starts_with("https://") { ("http://", "https://") } else { ("https://", "http://") }
}
