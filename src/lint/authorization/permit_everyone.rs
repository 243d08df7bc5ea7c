//! Z001: authorization rules that let every user in.

use super::{is_deny, is_permit};
use crate::engine::Stage;
use crate::engine::claim_types::{
    AUTHENTICATION_INSTANT, AUTHENTICATION_METHOD, NAME, PRIMARY_GROUP_SID, PRIMARY_SID, UPN, WINDOWS_ACCOUNT_NAME,
};
use crate::lang::ast::{ActionBody, Comparison, Condition, CountOperator, Pattern, Predicate, Property, Verb};
use crate::lint::mentions::literal;
use crate::lint::{Findings, Level, Lint, Subject};

/// Z001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "Z001",
    name: "permit-everyone",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/Z001.md"),
    check,
};

/// What every user of Active Directory has.
const EVERYBODY_HAS: [&str; 7] =
    [WINDOWS_ACCOUNT_NAME, NAME, UPN, PRIMARY_SID, PRIMARY_GROUP_SID, AUTHENTICATION_METHOD, AUTHENTICATION_INSTANT];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rules = &subject.rule_set.rules;
    // Where something is denied, somebody thought about who gets in.
    if !matches!(subject.stage, None | Some(Stage::Authorization)) || rules.iter().any(is_deny) {
        return;
    }
    for rule in rules.iter().filter(|rule| rule.action.verb == Verb::Issue && is_permit(rule)) {
        // What a store answers may well be a condition.
        let asks_a_store = matches!(rule.action.body, ActionBody::Store(_));
        if !asks_a_store && rule.conditions.iter().all(holds_for_everybody) {
            let message = if rule.conditions.is_empty() {
                "this rule lets everybody in: it has no condition"
            } else {
                "this rule lets everybody in: its conditions hold for every user"
            };
            let finding = findings
                .at(rule.action.span, message)
                .with_help("ask for a group, such as `exists([Type == \"…/groupsid\", Value == \"S-1-5-…\"])`");
            findings.push(finding);
        }
    }
}

fn holds_for_everybody(condition: &Condition) -> bool {
    match condition {
        Condition::Selector(selector) => fits_a_claim_of_everybody(&selector.pattern),
        Condition::Exists { negated: false, pattern, .. } => fits_a_claim_of_everybody(pattern),
        Condition::Count { pattern, operator: CountOperator::Greater, number, .. } => {
            number.value() == 0 && fits_a_claim_of_everybody(pattern)
        }
        Condition::Count { pattern, operator: CountOperator::GreaterOrEqual, number, .. } => {
            number.value() <= 1 && fits_a_claim_of_everybody(pattern)
        }
        Condition::Exists { .. } | Condition::Count { .. } => false,
    }
}

/// Whether every user has a claim that the pattern matches.
fn fits_a_claim_of_everybody(pattern: &Pattern) -> bool {
    pattern.predicates.iter().all(|predicate| {
        let text = literal(&predicate.operand).map(|literal| literal.text.as_str());
        match (&predicate.property, predicate.comparison, text) {
            (Property::Type, Comparison::Equal, Some(text)) => EVERYBODY_HAS.contains(&text),
            _ => matches_anything(predicate),
        }
    })
}

/// Whether a predicate is true of every value that is not empty.
fn matches_anything(predicate: &Predicate) -> bool {
    let text = literal(&predicate.operand).map(|literal| literal.text.as_str());
    match (predicate.comparison, text) {
        (Comparison::NotEqual, Some("")) => true,
        (Comparison::Matches, Some(text)) => {
            matches!(
                text.trim_start_matches("(?i)").trim_start_matches('^').trim_end_matches('$'),
                "" | "." | ".*" | ".+"
            )
        }
        _ => false,
    }
}
