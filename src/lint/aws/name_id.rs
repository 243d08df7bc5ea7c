//! A009: a trust for AWS whose rules give the subject no name.

use super::issued::{for_aws, last_rule};
use crate::aws::attribute::NAME_IDENTIFIER;
use crate::lint::{Findings, Level, Lint, Subject};

/// A009.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A009",
    name: "aws-name-id",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A009.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(types) = for_aws(subject) else { return };
    if !types.may_hold(NAME_IDENTIFIER) {
        let finding = findings
            .at(
                last_rule(subject),
                "no rule issues a name identifier, so the response has no NameID and AWS refuses it",
            )
            .with_help(format!("add a rule that issues `{NAME_IDENTIFIER}`, such as the Windows account name"));
        findings.push(finding);
    }
}
