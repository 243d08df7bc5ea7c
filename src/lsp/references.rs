//! Every place that speaks of the same claim type, or of the same selector.

use std::path::PathBuf;

use super::mentions::all_mentions;
use super::role::{Role, role, rule_before, token_at};
use super::tokens::{Kind, Token};
use super::{RuleText, Surroundings};
use crate::lang::Span;
use crate::lang::ast::{ActionBody, Condition, Expression, Identifier, Property, Rule, Selector};

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file; `None` for the document itself where it has none.
    pub path: Option<PathBuf>,
    /// Where in it.
    pub span: Span,
}

/// What stands under the cursor, as far as other places can speak of it.
pub(super) enum Subject<'a> {
    /// A claim type, where it stands between its quotes.
    ClaimType(&'a str),
    /// The name of a selector in a rule.
    Binding(&'a Rule, Token<'a>),
}

/// What is under the cursor.
pub(super) fn subject(current: &RuleText, offset: usize) -> Option<Subject<'_>> {
    let tokens = current.tokens();
    let (index, token) = token_at(&tokens, offset)?;
    match token.kind {
        Kind::Literal { .. } => {
            let before = rule_before(tokens.get(..index)?, token.span.start);
            (role(before) == Role::ClaimType).then(|| token.inside().map(|(text, _)| Subject::ClaimType(text)))?
        }
        Kind::Word => {
            selector(current, token)?;
            let rules = &current.rule_set.rules;
            let rule = rules.iter().find(|rule| (rule.span.start..=rule.span.end).contains(&token.span.start))?;
            Some(Subject::Binding(rule, *token))
        }
        Kind::Number | Kind::Sign => None,
    }
}

/// Every place that names what stands at `offset`: a claim type in all rule sets of the trust, a selector in its rule.
#[must_use]
pub fn references(around: &Surroundings, offset: usize) -> Vec<Place> {
    let Some(current) = around.current() else { return Vec::new() };
    match subject(current, offset) {
        Some(Subject::ClaimType(uri)) => all_mentions(around)
            .filter(|mention| mention.literal.text == uri)
            .filter(|mention| mention.rule_text.path.is_some() || around.is_current(mention.rule_text))
            .map(|mention| Place { path: mention.rule_text.path.clone(), span: inside(mention.literal.span) })
            .collect(),
        Some(Subject::Binding(rule, token)) => {
            of_binding(rule, token.text).into_iter().map(|span| Place { path: current.path.clone(), span }).collect()
        }
        None => Vec::new(),
    }
}

/// The span of a literal without its quotes.
pub(super) const fn inside(span: Span) -> Span {
    Span::new(span.start + 1, span.end.saturating_sub(1))
}

/// The selector that a word names, at its binding or at one of its uses.
pub(super) fn selector<'a>(current: &'a RuleText, token: &Token<'_>) -> Option<&'a Selector> {
    let rules = &current.rule_set.rules;
    let rule = rules.iter().find(|rule| (rule.span.start..=rule.span.end).contains(&token.span.start))?;
    if !of_binding(rule, token.text).contains(&token.span) {
        return None;
    }
    rule.conditions.iter().find_map(|condition| match condition {
        Condition::Selector(selector) if selector.binding.as_ref().is_some_and(|name| name.is(token.text)) => {
            Some(selector)
        }
        _ => None,
    })
}

/// Every place in a rule that has or uses the name of a selector.
pub(super) fn of_binding(rule: &Rule, name: &str) -> Vec<Span> {
    let mut found: Vec<&Identifier> = Vec::new();
    for condition in &rule.conditions {
        if let Condition::Selector(selector) = condition {
            found.extend(&selector.binding);
        }
        for predicate in &condition.pattern().predicates {
            in_property(&predicate.property, &mut found);
            in_expression(&predicate.operand, &mut found);
        }
    }
    match &rule.action.body {
        ActionBody::Copy(copied) => found.push(copied),
        ActionBody::Claim(assignments) => {
            for assignment in assignments {
                in_property(&assignment.property, &mut found);
                in_expression(&assignment.value, &mut found);
            }
        }
        ActionBody::Store(query) => {
            let expressions = [&query.store, &query.query].into_iter().chain(&query.types).chain(&query.parameters);
            expressions.for_each(|expression| in_expression(expression, &mut found));
        }
    }
    let mut spans: Vec<Span> = found.into_iter().filter(|found| found.is(name)).map(|found| found.span).collect();
    spans.sort_unstable();
    spans
}

fn in_property<'a>(property: &'a Property, found: &mut Vec<&'a Identifier>) {
    if let Property::Properties(key) = property {
        in_expression(key, found);
    }
}

fn in_expression<'a>(expression: &'a Expression, found: &mut Vec<&'a Identifier>) {
    expression.visit(&mut |part| {
        if let Expression::Access { binding, .. } = part {
            found.push(binding);
        }
    });
}
