//! Static checks of one rule: what its grammar cannot say [language reference 2.1].

mod action;
mod attribute;
mod binding;
mod call;
mod condition;
mod name;

use super::ast::{ActionBody, Condition, Expression, Property, Rule};
use super::parse::findings::Findings;

/// All checks that need neither a regular expression engine nor a store.
pub(super) fn rule(rule: &Rule, findings: &mut Findings) {
    attribute::check(rule, findings);
    name::check(rule, findings);
    binding::check(rule, findings);
    condition::check(rule, findings);
    action::check(rule, findings);
    call::check(rule, findings);
}

/// Calls `visitor` for every expression of a condition, from left to right.
fn visit_condition<'a>(condition: &'a Condition, visitor: &mut impl FnMut(&'a Expression)) {
    for predicate in &condition.pattern().predicates {
        visit_property(&predicate.property, visitor);
        predicate.operand.visit(visitor);
    }
}

/// Calls `visitor` for every expression of an action, from left to right.
fn visit_action<'a>(body: &'a ActionBody, visitor: &mut impl FnMut(&'a Expression)) {
    match body {
        ActionBody::Copy(_) => {}
        ActionBody::Claim(assignments) => {
            for assignment in assignments {
                visit_property(&assignment.property, visitor);
                assignment.value.visit(visitor);
            }
        }
        ActionBody::Store(query) => {
            let before = std::iter::once(&query.store).chain(&query.types);
            let after = std::iter::once(&query.query).chain(&query.parameters);
            before.chain(after).for_each(|expression| expression.visit(visitor));
        }
    }
}

fn visit_property<'a>(property: &'a Property, visitor: &mut impl FnMut(&'a Expression)) {
    if let Property::Properties(key) = property {
        key.visit(visitor);
    }
}
