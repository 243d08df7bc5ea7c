//! A007: a trust for AWS whose rules issue no role.

use super::issued::{for_aws, last_rule};
use crate::aws::attribute::{CHINA_PREFIX, PREFIX};
use crate::lint::{Findings, Level, Lint, Subject};

/// A007.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A007",
    name: "aws-no-role",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A007.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(types) = for_aws(subject) else { return };
    if ![PREFIX, CHINA_PREFIX].iter().any(|prefix| types.may_hold(&format!("{prefix}Role"))) {
        let finding = findings
            .at(last_rule(subject), "no rule issues a Role, so AWS has nothing to offer to any user")
            .with_help(format!("add a rule that issues `{PREFIX}Role`, such as one made from the names of groups"));
        findings.push(finding);
    }
}
