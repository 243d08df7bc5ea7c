//! A014: a name that a condition lets in, and that no role can have.

use super::role_pair::{Part, report};
use crate::lint::{Findings, Level, Lint, Subject};

/// A014.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A014",
    name: "aws-role-name",
    default_level: Level::Info,
    fixes: None,
    page: include_str!("../../../docs/lints/A014.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report(subject, findings, Part::Name);
}
