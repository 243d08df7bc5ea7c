//! Where rules name claim types.

use crate::lang::ast::{
    ActionBody, Assignment, Comparison, Condition, Expression, Identifier, Pattern, Property, Rule, RuleSet, Selector,
    StringLiteral,
};

/// Every literal of a rule set that is a whole claim type: compared with `Type`, assigned to it, or listed in `types`.
pub(crate) fn types_mentioned(rule_set: &RuleSet) -> impl Iterator<Item = &StringLiteral> {
    rule_set.rules.iter().flat_map(|rule| types_tested(rule).chain(types_made(rule)))
}

/// The literals that conditions of a rule compare with `Type`, by `==` or `!=`.
pub(crate) fn types_tested(rule: &Rule) -> impl Iterator<Item = &StringLiteral> {
    rule.conditions.iter().flat_map(|condition| types_of_pattern(condition.pattern()))
}

/// The literals that a pattern compares with `Type`, by `==` or `!=`.
pub(crate) fn types_of_pattern(pattern: &Pattern) -> impl Iterator<Item = &StringLiteral> {
    pattern.predicates.iter().filter_map(|predicate| match (&predicate.property, predicate.comparison) {
        (Property::Type, Comparison::Equal | Comparison::NotEqual) => literal(&predicate.operand),
        _ => None,
    })
}

/// The literal types of the claims that a rule makes.
pub(crate) fn types_made(rule: &Rule) -> impl Iterator<Item = &StringLiteral> {
    types_given(rule).filter_map(literal)
}

/// The expressions that give the types of the claims that a rule makes.
pub(crate) fn types_given(rule: &Rule) -> impl Iterator<Item = &Expression> {
    let (assigned, listed): (&[Assignment], &[Expression]) = match &rule.action.body {
        ActionBody::Copy(_) => (&[], &[]),
        ActionBody::Claim(assignments) => (assignments, &[]),
        ActionBody::Store(query) => (&[], &query.types),
    };
    let assigned = assigned.iter().filter(|assignment| assignment.property == Property::Type);
    assigned.map(|assignment| &assignment.value).chain(listed)
}

/// The literal that an expression is.
pub(crate) const fn literal(expression: &Expression) -> Option<&StringLiteral> {
    match expression {
        Expression::Literal(literal) => Some(literal),
        _ => None,
    }
}

/// The selector that a name of a rule stands for.
pub(crate) fn selector_of<'a>(rule: &'a Rule, name: &Identifier) -> Option<&'a Selector> {
    rule.conditions.iter().find_map(|condition| match condition {
        Condition::Selector(selector) if selector.binding.as_ref().is_some_and(|binding| binding.is(&name.text)) => {
            Some(selector)
        }
        _ => None,
    })
}

/// Every expression of a rule, those inside others included.
pub(crate) fn each_expression<'a>(rule: &'a Rule, visitor: &mut impl FnMut(&'a Expression)) {
    for predicate in rule.conditions.iter().flat_map(|condition| &condition.pattern().predicates) {
        predicate.operand.visit(visitor);
    }
    match &rule.action.body {
        ActionBody::Copy(_) => {}
        ActionBody::Claim(assignments) => assignments.iter().for_each(|assignment| assignment.value.visit(visitor)),
        ActionBody::Store(query) => {
            let given = std::iter::once(&query.store).chain(&query.types).chain([&query.query]);
            given.chain(&query.parameters).for_each(|expression| expression.visit(visitor));
        }
    }
}

/// Whether what a rule does depends on the value of the claim that a name stands for.
pub(crate) fn uses_value(rule: &Rule, name: &Identifier) -> bool {
    if let ActionBody::Copy(copied) = &rule.action.body {
        return copied.is(&name.text);
    }
    let mut used = false;
    let condition_end = rule.conditions.last().map_or(0, |condition| condition.span().end);
    each_expression(rule, &mut |expression| {
        if let Expression::Access { binding, property: Property::Value, span } = expression {
            used |= binding.is(&name.text) && span.start >= condition_end;
        }
    });
    used
}
