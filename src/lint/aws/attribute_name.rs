//! A005: a claim type that looks like an attribute of AWS, and that AWS will not read.

use crate::aws::attribute::{Recognized, recognize};
use crate::lang::{Applicability, Fix};
use crate::lint::mentions::types_mentioned;
use crate::lint::{Findings, Level, Lint, Subject, known};

/// A005.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A005",
    name: "aws-attribute-name",
    default_level: Level::Error,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/A005.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for literal in types_mentioned(subject.rule_set) {
        let Recognized::NearMiss(meant) = recognize(&literal.text) else { continue };
        if meant.as_ref().is_some_and(|meant| is_said_by_others(&literal.text, meant)) {
            continue;
        }
        let finding = findings.at(literal.span, format!("AWS knows no attribute `{}`", literal.text));
        findings.push(match meant {
            Some(meant) => finding
                .with_label("AWS reads names exactly, upper and lower case included")
                .with_fix(Fix::safe(format!("write `{meant}`"), literal.inner(), meant)),
            None => finding.with_help(
                "AWS reads Role, RoleSessionName, SessionDuration, SourceIdentity, PrincipalTag:… and TransitiveTagKeys",
            ),
        });
    }
}

/// Whether it differs from a well-known type by its scheme or by case alone, which T002 and T003 find.
fn is_said_by_others(written: &str, meant: &str) -> bool {
    let (_, written_rest) = written.split_once("://").unwrap_or(("", written));
    let (_, meant_rest) = meant.split_once("://").unwrap_or(("", meant));
    written_rest == meant_rest
        || written.eq_ignore_ascii_case(meant) && known::types().iter().any(|known| known.uri == meant)
}
