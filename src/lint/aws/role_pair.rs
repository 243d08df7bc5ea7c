//! A001: a Role value that is not a role and the provider that vouches for it.

use super::faults::{Fault, faults, sentence};
use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::aws::{Role, RoleError};
use crate::lint::values::How;
use crate::lint::{Findings, Level, Lint, Subject};

/// A001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A001",
    name: "aws-role-pair",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/A001.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    report(subject, findings, Part::Pair);
}

/// What is wrong with a Role value, as far as different lints speak of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A001: it is no pair.
    Pair,
    /// A004: the account number.
    Account,
    /// A008: the role belongs to IAM Identity Center.
    Reserved,
    /// A014: a name that the condition lets in.
    Name,
}

/// Reports one value for each rule whose fault is of this part.
pub(super) fn report(subject: &Subject<'_>, findings: &mut Findings, part: Part) {
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::Role) {
        let found = faults(issued.examples(), |value| Role::parse(value).err());
        let mut found = found.into_iter().filter(|fault| part_of(fault) == part).collect::<Vec<_>>();
        // Of names that no role can have, one with a space is the plainest.
        found.sort_by_key(|fault| part == Part::Name && fault.reason != RoleError::Space);
        let Some(fault) = found.first() else { continue };
        let mut finding = findings
            .at(issued.span, sentence(&fault.example, "Role value", &fault.reason.to_string()))
            .with_help(fault.reason.help());
        if fault.example.how == How::Unchanged {
            finding = finding.with_label("the condition matches more than the pattern of this `RegExReplace`");
        }
        findings.push(finding);
    }
}

fn part_of(fault: &Fault<RoleError>) -> Part {
    let is_let_in = fault.example.how == How::LetIn;
    match fault.reason {
        RoleError::Account { .. } => Part::Account,
        RoleError::Reserved { .. } => Part::Reserved,
        RoleError::Space | RoleError::RoleName { .. } | RoleError::ProviderName { .. } if is_let_in => Part::Name,
        _ => Part::Pair,
    }
}
