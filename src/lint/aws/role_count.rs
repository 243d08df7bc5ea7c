//! A006: so many roles that the response of the largest user does not fit.

use super::issued::issued;
use crate::aws::attribute::Attribute;
use crate::engine::Claim;
use crate::engine::claim::LOCAL_AUTHORITY;
use crate::lang::ast::{Expression, Pattern, Rule};
use crate::lint::mentions::selector_of;
use crate::lint::values::{Maker, constant, is_many, values_read};
use crate::lint::{Findings, Level, Lint, Subject};

/// A006.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "A006",
    name: "aws-role-count",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/A006.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let mut claims: Vec<Claim> = Vec::new();
    let mut last = None;
    for issued in issued(subject).iter().filter(|issued| issued.attribute == Attribute::Role) {
        if let Maker::Value(Some(value)) = issued.maker {
            let many = many_read(subject, issued.index, issued.rule, value);
            if many > 1 {
                let message = format!("one role for every combination of {many} claims of which users have many");
                let finding = findings
                    .at(issued.span, message)
                    .with_label("30 of one and 20 of the other are 600 roles, more than a response can carry");
                findings.push(finding.with_help("make the role of one claim, such as the name of one group"));
            }
        }
        let Some(value) = issued.fixed_value() else { continue };
        let claim = Claim::new(issued.claim_type, value.as_str(), LOCAL_AUTHORITY);
        if !claims.contains(&claim) {
            claims.push(claim);
            last = Some(issued.rule.span);
        }
    }
    let Some(span) = last else { return };
    for problem in crate::aws::check(&claims).into_iter().filter(|problem| problem.code == LINT.code) {
        let message = format!(
            "a user whom all {} fixed roles of these rules fit gets too many: {}",
            claims.len(),
            problem.message
        );
        findings.push(findings.at(span, message).with_help(problem.help));
    }
}

/// How many claims an expression reads of which users have many, and which are not tied to each other.
fn many_read(subject: &Subject<'_>, index: usize, rule: &Rule, value: &Expression) -> usize {
    let read = values_read(value).into_iter().filter_map(|name| selector_of(rule, name));
    read.filter(|selector| !refers(&selector.pattern) && is_many(subject, index, selector)).count()
}

/// Whether a pattern compares with another claim.
fn refers(pattern: &Pattern) -> bool {
    pattern.predicates.iter().any(|predicate| constant(&predicate.operand).is_none())
}
