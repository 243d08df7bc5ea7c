//! A013: roles of several partitions in one response.

use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::aws::{Partition, Role};
use crate::lint::{Findings, Level, Lint, Subject};

/// A013.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A013",
    name: "aws-endpoint",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A013.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut first: Option<Partition> = None;
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::Role) {
        let Some(role) = issued.fixed_value().and_then(|value| Role::parse(&value).ok()) else { continue };
        let first = *first.get_or_insert(role.partition);
        if first != role.partition {
            let message = format!(
                "the role is in partition {}, an earlier one in {first}; a response goes to the sign-in of one of them",
                role.partition
            );
            let help = format!(
                "keep the rules of {} in a trust of their own, with the audience `{}`",
                role.partition,
                role.partition.audience()
            );
            findings.push(findings.at(issued.span, message).with_help(help));
        }
    }
}
