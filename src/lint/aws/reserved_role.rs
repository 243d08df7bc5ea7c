//! A008: a role that IAM Identity Center keeps for itself.

use super::role_pair::{Part, report};
use crate::lint::{Findings, Level, Lint, Subject};

/// A008.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A008",
    name: "aws-reserved-role",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A008.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report(subject, findings, Part::Reserved);
}
