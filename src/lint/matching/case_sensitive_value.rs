//! M001: a name from the directory, compared in one spelling of upper and lower case.

use std::collections::BTreeSet;

use crate::engine::claim_types::{
    COMMON_NAME, EMAIL_ADDRESS, EMAIL_ADDRESS_1X, GROUP, NAME, ROLE, UPN, UPN_1X, WINDOWS_ACCOUNT_NAME,
};
use crate::lang::ast::{ActionBody, Comparison, Pattern, Predicate, Property, StringLiteral};
use crate::lang::{Applicability, Diagnostic, Fix, RuleSet};
use crate::lint::mentions::{literal, types_of_pattern};
use crate::lint::{Findings, Level, Lint, Subject};

/// M001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M001",
    name: "case-sensitive-value",
    default_level: Level::Warning,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/M001.md"),
    check,
};

/// Types whose values people type, in whatever case.
const NAMES: [&str; 9] =
    [COMMON_NAME, EMAIL_ADDRESS, EMAIL_ADDRESS_1X, GROUP, NAME, ROLE, UPN, UPN_1X, WINDOWS_ACCOUNT_NAME];

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let looked_up = looked_up(subject);
    for condition in subject.rule_set.rules.iter().flat_map(|rule| &rule.conditions) {
        let pattern = condition.pattern();
        let is_name = |claim_type: &str| NAMES.contains(&claim_type) || looked_up.contains(claim_type);
        if !types_of_pattern(pattern).any(|literal| is_name(&literal.text)) {
            continue;
        }
        for (predicate, value) in values_compared(pattern) {
            findings.push(finding(predicate, value, findings));
        }
    }
}

/// The types of claims that come from a store: here, and in the acceptance rules.
fn looked_up<'a>(subject: &Subject<'a>) -> BTreeSet<&'a str> {
    let others = subject.trust.iter().flat_map(|trust| trust.rule_sets.values().copied());
    let rule_sets: Vec<&RuleSet> = std::iter::once(subject.rule_set).chain(others).collect();
    let bodies = rule_sets.into_iter().flat_map(|rule_set| &rule_set.rules).map(|rule| &rule.action.body);
    bodies
        .filter_map(|body| match body {
            ActionBody::Store(query) => Some(query.types.iter().filter_map(literal)),
            _ => None,
        })
        .flatten()
        .map(|literal| literal.text.as_str())
        .collect()
}

/// The predicates that compare the value with a name.
fn values_compared(pattern: &Pattern) -> impl Iterator<Item = (&Predicate, &StringLiteral)> {
    pattern.predicates.iter().filter_map(|predicate| match (&predicate.property, predicate.comparison) {
        (Property::Value, Comparison::Equal | Comparison::NotEqual) => {
            literal(&predicate.operand).filter(|value| looks_like_a_name(&value.text)).map(|value| (predicate, value))
        }
        _ => None,
    })
}

/// Whether people may spell it otherwise: it has letters, and is neither a SID nor a switch nor a URI.
fn looks_like_a_name(value: &str) -> bool {
    let is_sid = value.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("S-1-"));
    let is_switch = ["true", "false", "yes", "no"].iter().any(|switch| value.eq_ignore_ascii_case(switch));
    value.chars().any(char::is_alphabetic)
        && !is_sid
        && !is_switch
        && !value.contains("://")
        && !value.starts_with("urn:")
}

fn finding(predicate: &Predicate, value: &StringLiteral, findings: &Findings) -> Diagnostic {
    let sign = if predicate.comparison == Comparison::Equal { "=~" } else { "!~" };
    let written = format!("Value {sign} \"^(?i){}\\z\"", escaped(&value.text));
    findings
        .at(value.span, format!("`{}` is compared with upper and lower case", value.text))
        .with_help("names in a directory are the same name in any case, and people change it")
        .with_fix(Fix::not_safe("compare in any case", predicate.span, written))
}

/// A text as a pattern that matches it.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, character| {
        if r"\*+?|{[()^$.#".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
        pattern
    })
}
