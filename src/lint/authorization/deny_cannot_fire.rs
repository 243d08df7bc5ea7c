//! Z003: a rule that is to keep somebody out, and keeps out nobody.

use super::is_deny;
use crate::engine::Stage;
use crate::engine::claim_types::DENY;
use crate::lang::ast::{Comparison, Pattern, Property, StringLiteral, Verb};
use crate::lang::{Applicability, Fix, Span};
use crate::lint::flow::dead_rule::why_dead;
use crate::lint::mentions::{literal, types_made};
use crate::lint::produced::{at_start, needs_a_claim};
use crate::lint::types::existing::Existing;
use crate::lint::types::spelling::Spellings;
use crate::lint::{Findings, Level, Lint, Subject};

/// Z003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "Z003",
    name: "deny-cannot-fire",
    default_level: Level::Error,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/Z003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let existing = Existing::of(subject);
    let spellings = Spellings::of(subject);
    let start = at_start(subject);
    for (index, rule) in subject.rule_set.rules.iter().enumerate().filter(|(_, rule)| is_deny(rule)) {
        let Some(made) = types_made(rule).find(|literal| literal.text == DENY) else { continue };
        if rule.action.verb == Verb::Add {
            let verb = Span::new(rule.action.span.start, rule.action.span.start + rule.action.verb.word().len());
            let finding = findings
                .at(made.span, "this rule keeps nobody out: the deny is only added, and just issued claims count")
                .with_fix(Fix::not_safe("issue it", verb, Verb::Issue.word()));
            findings.push(finding);
        } else if let Some(stage) = subject.stage.filter(|stage| *stage != Stage::Authorization) {
            let message = format!("this rule keeps nobody out: a deny means nothing among {stage} rules");
            findings.push(findings.at(made.span, message).with_help("move the rule to the authorization rules"));
        } else if let Some(mut found) = why_dead(subject, &start, index, findings) {
            found.message = format!("this rule keeps nobody out: {}", found.message);
            findings.push(found);
        } else {
            for condition in rule.conditions.iter().filter(|condition| needs_a_claim(condition)) {
                without_claims(condition.pattern(), &existing, &spellings, findings);
            }
        }
    }
}

/// Reports why there is no claim that a pattern asks for, if there is none.
fn without_claims(pattern: &Pattern, existing: &Existing<'_>, spellings: &Spellings<'_>, findings: &mut Findings) {
    if let Some(literal) = type_asked_for(pattern) {
        // T002 and T003 mend a type that is almost right.
        if spellings.meant(&literal.text).is_none() && !existing.may_hold(&literal.text) {
            let message = format!("this rule keeps nobody out: nothing makes claims of the type `{}`", literal.text);
            findings.push(findings.at(literal.span, message).with_help(existing.help()));
        }
    } else if !existing.may_match(pattern) {
        let message = "this rule keeps nobody out: no claim type that can exist here matches";
        findings.push(findings.at(pattern.span, message).with_help(existing.help()));
    }
}

/// The type that a pattern asks for by `==`.
fn type_asked_for(pattern: &Pattern) -> Option<&StringLiteral> {
    let equals = |property: &Property, comparison| *property == Property::Type && comparison == Comparison::Equal;
    let asked = pattern.predicates.iter().find(|predicate| equals(&predicate.property, predicate.comparison))?;
    literal(&asked.operand)
}
