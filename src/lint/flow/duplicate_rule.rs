//! F004: a rule that says what an earlier one said.

use std::collections::HashMap;

use crate::lang::ast::{ActionBody, Condition, Expression, Identifier, Pattern, Property, Rule, RuleSet};
use crate::lang::{Applicability, Fix, Span};
use crate::lint::mentions::types_given;
use crate::lint::values::{admits, constant};
use crate::lint::{Findings, Level, Lint, Subject};

/// F004.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F004",
    name: "duplicate-rule",
    default_level: Level::Info,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/F004.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rules = &subject.rule_set.rules;
    let mut firsts: HashMap<Rule, usize> = HashMap::new();
    let mut before: Option<Span> = None;
    for (index, rule) in rules.iter().enumerate() {
        let first = *firsts.entry(plain(rule)).or_insert(index);
        let first = (first < index).then_some(first);
        if let (Some(first), Some(before)) = (first, before)
            && let Some(original) = rules.get(first)
            && !rules.iter().take(index).skip(first).any(|between| feeds(between, rule))
        {
            let finding = findings
                .at(rule.span, "the rule does what an earlier one did already")
                .with_related(original.span, "the earlier rule")
                // From the end of the rule before it: only blanks stand between.
                .with_fix(Fix::safe("take the rule out", Span::new(before.end, rule.span.end), ""));
            findings.push(finding);
        }
        before = Some(rule.span);
    }
}

/// Whether a rule can make claims that the conditions of another speak of.
fn feeds(maker: &Rule, reader: &Rule) -> bool {
    if matches!(maker.action.body, ActionBody::Copy(_)) {
        return false;
    }
    types_given(maker).any(|made| {
        let made = constant(made);
        let mut patterns = reader.conditions.iter().map(Condition::pattern);
        patterns.any(|pattern| made.as_ref().is_none_or(|made| admits(pattern, made)))
    })
}

/// The rule without its names, places and the order of its predicates: equal for rules that do the same.
fn plain(rule: &Rule) -> Rule {
    let set = RuleSet { rules: vec![rule.clone()] }.without_places();
    let mut plain = set.rules.into_iter().next().unwrap_or_else(|| rule.clone());
    plain.attributes.clear();
    let names: Vec<String> = plain
        .conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::Selector(selector) => selector.binding.as_ref().map(|name| name.text.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    let rename = |name: &mut Identifier| {
        let place = names.iter().position(|known| name.is(known));
        name.text = place.map_or_else(|| name.text.clone(), |place| format!("c{place}"));
    };
    for condition in &mut plain.conditions {
        let pattern = match condition {
            Condition::Selector(selector) => {
                selector.binding.iter_mut().for_each(rename);
                &mut selector.pattern
            }
            Condition::Exists { pattern, .. } | Condition::Count { pattern, .. } => pattern,
        };
        rename_pattern(pattern, &rename);
    }
    match &mut plain.action.body {
        ActionBody::Copy(name) => rename(name),
        ActionBody::Claim(assignments) => {
            for assignment in assignments.iter_mut() {
                rename_property(&mut assignment.property, &rename);
                rename_expression(&mut assignment.value, &rename);
            }
            assignments.sort_by_key(|assignment| format!("{:?}", assignment.property));
        }
        ActionBody::Store(query) => {
            let texts = [&mut query.store, &mut query.query].into_iter();
            for text in texts.chain(&mut query.types).chain(&mut query.parameters) {
                rename_expression(text, &rename);
            }
        }
    }
    plain
}

fn rename_pattern(pattern: &mut Pattern, rename: &impl Fn(&mut Identifier)) {
    for predicate in &mut pattern.predicates {
        rename_property(&mut predicate.property, rename);
        rename_expression(&mut predicate.operand, rename);
    }
    pattern.predicates.sort_by_key(|predicate| format!("{predicate:?}"));
}

fn rename_property(property: &mut Property, rename: &impl Fn(&mut Identifier)) {
    if let Property::Properties(key) = property {
        rename_expression(key, rename);
    }
}

fn rename_expression(expression: &mut Expression, rename: &impl Fn(&mut Identifier)) {
    match expression {
        Expression::Literal(_) => {}
        Expression::Access { binding, property, .. } => {
            rename(binding);
            rename_property(property, rename);
        }
        Expression::Call { function, arguments, .. } => {
            function.text = function.text.to_ascii_lowercase();
            for argument in arguments {
                rename_expression(argument, rename);
            }
        }
        Expression::Concat(parts) => {
            for part in parts {
                rename_expression(part, rename);
            }
        }
    }
}
