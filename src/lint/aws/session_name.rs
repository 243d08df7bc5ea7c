//! A002: no session name, or one that AWS can refuse.

use super::faults::{faults, sentence};
use super::issued::{for_aws, issued, last_rule};
use crate::aws::attribute::{Attribute, CHINA_PREFIX, PREFIX};
use crate::aws::session_name::fault;
use crate::lint::{Findings, Level, Lint, Subject};

/// A002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A002",
    name: "aws-session-name",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::RoleSessionName) {
        if let Some(found) = faults(issued.examples(), fault).first() {
            let finding = findings
                .at(issued.span, sentence(&found.example, "RoleSessionName", &found.reason))
                .with_help("issue the mail address or the user principal name, or take out what AWS refuses with `RegExReplace`");
            findings.push(finding);
        }
    }
    let Some(types) = for_aws(subject) else { return };
    if ![PREFIX, CHINA_PREFIX].iter().any(|prefix| types.may_hold(&format!("{prefix}RoleSessionName"))) {
        let finding = findings
            .at(last_rule(subject), "no rule issues a RoleSessionName, and AWS refuses a response without one")
            .with_help(format!("add a rule that issues `{PREFIX}RoleSessionName`, such as the user's mail address"));
        findings.push(finding);
    }
}
