//! A012: a source identity that AWS can refuse.

use super::faults::{faults, sentence};
use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::aws::source_identity::fault;
use crate::lint::{Findings, Level, Lint, Subject};

/// A012.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A012",
    name: "aws-source-identity",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A012.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::SourceIdentity) {
        if let Some(found) = faults(issued.examples(), fault).first() {
            let finding = findings
                .at(issued.span, sentence(&found.example, "SourceIdentity", &found.reason))
                .with_help("issue what names the user for good, such as the user principal name");
            findings.push(finding);
        }
    }
}
