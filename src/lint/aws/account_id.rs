//! A004: an ARN whose account number has not 12 digits.

use super::role_pair::{Part, report};
use crate::lint::{Findings, Level, Lint, Subject};

/// A004.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A004",
    name: "aws-account-id",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A004.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report(subject, findings, Part::Account);
}
