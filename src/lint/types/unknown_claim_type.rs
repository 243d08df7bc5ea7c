//! T001: a condition on a claim type that nothing makes.

use super::existing::Existing;
use super::spelling::Spellings;
use crate::lang::ast::{Comparison, Property, StringLiteral};
use crate::lint::authorization::is_deny;
use crate::lint::mentions::literal;
use crate::lint::produced::needs_a_claim;
use crate::lint::{Findings, Level, Lint, Subject};

/// T001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "T001",
    name: "unknown-claim-type",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/T001.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let existing = Existing::of(subject);
    let spellings = Spellings::of(subject);
    for rule in &subject.rule_set.rules {
        for condition in &rule.conditions {
            // Z003 says it of a deny rule that cannot fire.
            if is_deny(rule) && needs_a_claim(condition) {
                continue;
            }
            for predicate in &condition.pattern().predicates {
                let Some(literal) = literal(&predicate.operand).filter(|_| predicate.property == Property::Type) else {
                    continue;
                };
                match predicate.comparison {
                    Comparison::Equal if spellings.meant(&literal.text).is_none() => {
                        unless_made(&existing, literal, findings);
                    }
                    Comparison::Matches if !existing.may_match(condition.pattern()) => {
                        let message = format!("no claim type that can exist here matches `{}`", literal.text);
                        findings.push(findings.at(literal.span, message).with_help(existing.help()));
                    }
                    _ => {}
                }
            }
        }
    }
}

fn unless_made(existing: &Existing<'_>, literal: &StringLiteral, findings: &mut Findings) {
    if existing.may_hold(&literal.text) {
        return;
    }
    let message = format!("nothing makes claims of the type `{}`", literal.text);
    let help = match existing.nearest(&literal.text) {
        Some(near) => format!("did you mean `{near}`? {}", existing.help()),
        None => existing.help().to_owned(),
    };
    findings.push(findings.at(literal.span, message).with_help(help));
}
