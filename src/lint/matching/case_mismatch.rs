//! M006: a condition and a replacement on the same value that treat upper and lower case differently.

use super::patterns::{Written, within, written};
use crate::lang::ast::{Comparison, Condition, Expression, Identifier, Property, Rule};
use crate::lang::{Applicability, Diagnostic, Fix};
use crate::lint::mentions::{each_expression, literal};
use crate::lint::{Findings, Level, Lint, Subject};

/// M006.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M006",
    name: "case-mismatch",
    default_level: Level::Warning,
    fixes: Some(Applicability::Unsafe),
    page: include_str!("../../../docs/lints/M006.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for rule in &subject.rule_set.rules {
        for (binding, replaced) in replacements(rule) {
            for condition in patterns_on(rule, binding) {
                if let Some(finding) = mismatch(&condition, &replaced, findings) {
                    findings.push(finding);
                }
            }
        }
    }
}

fn mismatch(condition: &Written<'_>, replaced: &Written<'_>, findings: &Findings) -> Option<Diagnostic> {
    let add = |pattern: &Written<'_>| Fix::not_safe("write `(?i)` at its start", within(pattern.literal, 0, 0), "(?i)");
    if ignores_case(condition) && !condition.regex.is_case_sensitive() && replaced.regex.is_case_sensitive() {
        let message = "the condition matches in any case, and this replacement does not: \
                       a value in another case is handed on as it is";
        let finding = findings.at(replaced.literal.span, message);
        return Some(finding.with_related(condition.literal.span, "matches in any case").with_fix(add(replaced)));
    }
    if ignores_case(replaced) && !replaced.regex.is_case_sensitive() && condition.regex.is_case_sensitive() {
        let message = "the replacement works in any case, and this condition does not: \
                       a value in another case never gets there";
        let finding = findings.at(condition.literal.span, message);
        return Some(finding.with_related(replaced.literal.span, "works in any case").with_fix(add(condition)));
    }
    None
}

/// Whether it says that case does not matter. A pattern without letters says nothing.
fn ignores_case(pattern: &Written<'_>) -> bool {
    let options = pattern.literal.text.split("(?").skip(1);
    let mut flags = options.map(|rest| rest.split([')', ':', '-']).next().unwrap_or_default());
    flags.any(|flags| flags.contains('i') && flags.chars().all(|flag| "imnsx".contains(flag)))
}

/// The literal patterns of `RegExReplace` on the value of a claim, with the name of the claim.
fn replacements(rule: &Rule) -> Vec<(&Identifier, Written<'_>)> {
    let mut found = Vec::new();
    each_expression(rule, &mut |expression| {
        if let Expression::Call { arguments, .. } = expression
            && let Some(Expression::Access { binding, property: Property::Value, .. }) = arguments.first()
            && let Some(pattern) = arguments.get(1).and_then(literal).and_then(|literal| written(literal, None))
        {
            found.push((binding, pattern));
        }
    });
    found
}

/// The literal patterns that the value of a claim must match.
fn patterns_on<'a>(rule: &'a Rule, binding: &Identifier) -> Vec<Written<'a>> {
    let selectors = rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Selector(selector) => Some(selector),
        _ => None,
    });
    let named = selectors.filter(|selector| selector.binding.as_ref().is_some_and(|name| name.is(&binding.text)));
    named
        .flat_map(|selector| &selector.pattern.predicates)
        .filter(|predicate| predicate.property == Property::Value && predicate.comparison == Comparison::Matches)
        .filter_map(|predicate| literal(&predicate.operand).and_then(|literal| written(literal, None)))
        .collect()
}
