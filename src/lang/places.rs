//! The same syntax without its places, for comparing what two texts say.

use super::Span;
use super::ast::{
    ActionBody, Attribute, Condition, Expression, Identifier, Pattern, Property, Rule, RuleSet, StringLiteral,
};

impl RuleSet {
    /// The same rules with every place set to the start of the text: equal for texts that differ in layout only.
    #[must_use]
    pub fn without_places(mut self) -> Self {
        self.rules.iter_mut().for_each(rule);
        self
    }
}

fn rule(rule: &mut Rule) {
    rule.span = Span::default();
    rule.attributes.iter_mut().for_each(attribute);
    rule.conditions.iter_mut().for_each(condition);
    rule.action.span = Span::default();
    match &mut rule.action.body {
        ActionBody::Copy(name) => identifier(name),
        ActionBody::Claim(assignments) => {
            for assignment in assignments {
                assignment.span = Span::default();
                property(&mut assignment.property);
                expression(&mut assignment.value);
            }
        }
        ActionBody::Store(query) => {
            expression(&mut query.store);
            query.types.iter_mut().for_each(expression);
            expression(&mut query.query);
            query.parameters.iter_mut().for_each(expression);
        }
    }
}

fn attribute(attribute: &mut Attribute) {
    attribute.span = Span::default();
    identifier(&mut attribute.name);
    literal(&mut attribute.value);
}

fn condition(condition: &mut Condition) {
    match condition {
        Condition::Selector(selector) => {
            selector.span = Span::default();
            selector.binding.iter_mut().for_each(identifier);
            pattern(&mut selector.pattern);
        }
        Condition::Exists { pattern: inner, span, .. } | Condition::Count { pattern: inner, span, .. } => {
            *span = Span::default();
            pattern(inner);
        }
    }
}

fn pattern(pattern: &mut Pattern) {
    pattern.span = Span::default();
    for predicate in &mut pattern.predicates {
        predicate.span = Span::default();
        property(&mut predicate.property);
        expression(&mut predicate.operand);
    }
}

fn property(property: &mut Property) {
    if let Property::Properties(key) = property {
        expression(key);
    }
}

fn expression(inner: &mut Expression) {
    match inner {
        Expression::Literal(text) => literal(text),
        Expression::Access { binding, property: read, span } => {
            *span = Span::default();
            identifier(binding);
            property(read);
        }
        Expression::Call { function, arguments, span } => {
            *span = Span::default();
            identifier(function);
            arguments.iter_mut().for_each(expression);
        }
        Expression::Concat(parts) => parts.iter_mut().for_each(expression),
    }
}

fn identifier(identifier: &mut Identifier) {
    identifier.span = Span::default();
}

fn literal(literal: &mut StringLiteral) {
    literal.span = Span::default();
}
