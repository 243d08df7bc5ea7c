//! Which rules make claims of a type.

use super::{admits, constant};
use crate::lang::ast::{ActionBody, Assignment, Expression, Property, Rule, Selector, StoreQuery};
use crate::lint::mentions::selector_of;

/// How a rule makes claims of a type.
#[derive(Clone, Copy)]
pub(in crate::lint) enum Maker<'a> {
    /// `claim = c`, of a selector that can match the type.
    Copy(&'a Selector),
    /// `Type = …, Value = …`; no value is the empty text.
    Value(Option<&'a Expression>),
    /// A column of a query, by its place in `types`.
    Column(&'a StoreQuery, usize),
}

/// How a rule can make claims of this type. A type that is not the same at all times can be any, but for `c.Type`, which
/// is a type that `c` can match.
pub(in crate::lint) fn makers<'a>(rule: &'a Rule, claim_type: &str) -> Vec<Maker<'a>> {
    match &rule.action.body {
        ActionBody::Copy(name) => {
            let copied = selector_of(rule, name).filter(|selector| admits(&selector.pattern, claim_type));
            copied.map(Maker::Copy).into_iter().collect()
        }
        ActionBody::Claim(assignments) => {
            let of = |property| assignment(assignments, &property);
            let can = of(Property::Type).is_some_and(|made| can_be(made, claim_type, rule));
            if can { vec![Maker::Value(of(Property::Value))] } else { Vec::new() }
        }
        ActionBody::Store(query) => {
            let types = query.types.iter().enumerate().filter(|(_, made)| can_be(made, claim_type, rule));
            types.map(|(column, _)| Maker::Column(query, column)).collect()
        }
    }
}

fn assignment<'a>(assignments: &'a [Assignment], property: &Property) -> Option<&'a Expression> {
    assignments.iter().find(|assignment| assignment.property == *property).map(|assignment| &assignment.value)
}

fn can_be(made: &Expression, claim_type: &str, rule: &Rule) -> bool {
    match made {
        Expression::Access { binding, property: Property::Type, .. } => {
            selector_of(rule, binding).is_none_or(|selector| admits(&selector.pattern, claim_type))
        }
        _ => constant(made).is_none_or(|made| made == claim_type),
    }
}
