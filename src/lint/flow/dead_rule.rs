//! F003: a rule that can never fire.

use super::made::{asked_type, new_values, starts_without};
use crate::engine::regex::{Language, Search};
use crate::lang::ast::{Condition, CountOperator, Expression, Pattern, Predicate, Property, Rule, RuleSet};
use crate::lang::{Diagnostic, Span};
use crate::lint::authorization::is_deny;
use crate::lint::produced::{TypeSet, at_start, needs_a_claim};
use crate::lint::values::{Demand, constant};
use crate::lint::{Findings, Level, Lint, Subject};

/// F003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F003",
    name: "dead-rule",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/F003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let start = at_start(subject);
    for (index, rule) in subject.rule_set.rules.iter().enumerate() {
        // Of a rule that was to deny somebody, Z003 tells it, with more weight.
        if is_deny(rule) {
            continue;
        }
        if let Some(found) = why_dead(subject, &start, index, findings) {
            findings.push(found.with_help("the rule never fires: correct the condition, or take the rule out"));
        }
    }
}

/// Why the rule at `index` can never fire; `None` if it may.
pub(in crate::lint) fn why_dead(
    subject: &Subject<'_>,
    start: &TypeSet,
    index: usize,
    findings: &Findings,
) -> Option<Diagnostic> {
    let rule = subject.rule_set.rules.get(index)?;
    let mut needed = rule.conditions.iter().filter(|condition| needs_a_claim(condition));
    needed
        .find_map(|condition| contradiction(condition.pattern(), findings))
        .or_else(|| counts(rule, findings))
        .or_else(|| unmet(subject, start, index, rule, findings))
}

/// Comparisons with one property that no value fulfils.
fn contradiction(pattern: &Pattern, findings: &Findings) -> Option<Diagnostic> {
    pattern.predicates.iter().enumerate().find_map(|(index, predicate)| {
        let property = &predicate.property;
        let is_first = !pattern.predicates.iter().take(index).any(|earlier| {
            std::mem::discriminant(&earlier.property) == std::mem::discriminant(property)
                && !matches!(property, Property::Properties(_))
        });
        if !is_first || !Demand::of(pattern, property).is_impossible() {
            return None;
        }
        let message = format!("no claim fulfils what is said of `{}` here", property.name());
        Some(findings.at(span_of(pattern, property), message))
    })
}

/// From the first comparison with a property to the last.
fn span_of(pattern: &Pattern, property: &Property) -> Span {
    let of_property =
        |predicate: &&Predicate| std::mem::discriminant(&predicate.property) == std::mem::discriminant(property);
    let first = pattern.predicates.iter().find(of_property);
    let last = pattern.predicates.iter().rfind(of_property);
    match (first, last) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => pattern.span,
    }
}

/// Conditions on the number of claims that cannot hold together.
fn counts(rule: &Rule, findings: &Findings) -> Option<Diagnostic> {
    for (index, condition) in rule.conditions.iter().enumerate() {
        let (least, most) = bounds(condition);
        if least > most {
            return Some(findings.at(condition.span(), "no number of claims fulfils this"));
        }
        for other in rule.conditions.iter().take(index) {
            let (other_least, other_most) = bounds(other);
            // Every claim that fits the narrower pattern fits the wider one too.
            let clash = is_within(condition.pattern(), other.pattern()) && least > other_most
                || is_within(other.pattern(), condition.pattern()) && other_least > most;
            if clash {
                let finding = findings.at(condition.span(), "this cannot hold together with an earlier condition");
                return Some(finding.with_related(other.span(), "the other condition"));
            }
        }
    }
    None
}

/// The least and the greatest number of claims for which a condition can hold.
fn bounds(condition: &Condition) -> (u64, u64) {
    match condition {
        Condition::Selector(_) | Condition::Exists { negated: false, .. } => (1, u64::MAX),
        Condition::Exists { negated: true, .. } => (0, 0),
        Condition::Count { operator, number, .. } => {
            let number = number.value();
            match operator {
                CountOperator::Greater => (number.saturating_add(1), u64::MAX),
                CountOperator::GreaterOrEqual => (number, u64::MAX),
                CountOperator::Equal => (number, number),
                CountOperator::NotEqual => (0, u64::MAX),
                CountOperator::LessOrEqual => (0, number),
                CountOperator::Less => number.checked_sub(1).map_or((1, 0), |most| (0, most)),
            }
        }
    }
}

/// Whether every claim that `narrow` matches is matched by `wide`, because it says the same and perhaps more.
fn is_within(narrow: &Pattern, wide: &Pattern) -> bool {
    wide.predicates.iter().all(|wanted| {
        constant(&wanted.operand).is_some_and(|text| {
            narrow.predicates.iter().any(|given| {
                same_property(&given.property, &wanted.property)
                    && given.comparison == wanted.comparison
                    && constant(&given.operand).is_some_and(|given| given == text)
            })
        })
    })
}

fn same_property(one: &Property, other: &Property) -> bool {
    match (one, other) {
        (Property::Properties(one), Property::Properties(other)) => {
            constant(one).is_some_and(|one| Some(one) == constant(other))
        }
        (Property::Properties(_), _) | (_, Property::Properties(_)) => false,
        _ => one == other,
    }
}

/// A value that a condition asks for, and that none of the rules which make its type can give.
fn unmet(subject: &Subject<'_>, start: &TypeSet, index: usize, rule: &Rule, findings: &Findings) -> Option<Diagnostic> {
    // What a rule file by itself starts with is not known, and nothing is said on a guess.
    if start.is_anything() {
        return None;
    }
    rule.conditions.iter().filter(|condition| needs_a_claim(condition)).find_map(|condition| {
        let pattern = condition.pattern();
        let demand = Demand::of(pattern, &Property::Value);
        let (claim_type, _) = asked_type(pattern)?;
        if demand.is_empty() || !starts_without(subject, start, &claim_type) {
            return None;
        }
        let values = values_before(subject.rule_set, index, &claim_type)?;
        if values.is_empty() || values.iter().any(|values| demand.example(&[values], &[]) != Search::None) {
            return None;
        }
        let span = span_of(pattern, &Property::Value);
        Some(findings.at(span, "no earlier rule makes a claim of this type with such a value"))
    })
}

/// Sets that hold all values of a type that the rules before `index` make; `None` if they are not known.
fn values_before(rule_set: &RuleSet, index: usize, claim_type: &str) -> Option<Vec<Language>> {
    let values = rule_set.rules.iter().take(index).flat_map(|rule| new_values(rule, claim_type));
    values.map(|value| value.map(language_of)).collect()
}

/// A set that holds every text that an expression can be.
fn language_of(expression: &Expression) -> Language {
    match expression {
        Expression::Literal(literal) => Language::text(&literal.text),
        Expression::Concat(parts) => parts.iter().fold(Language::text(""), |set, part| set.then(&language_of(part))),
        Expression::Access { .. } | Expression::Call { .. } => Language::all(),
    }
}
