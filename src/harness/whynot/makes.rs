//! Whether a rule could make a claim at all, whatever claims there are.

use crate::engine::regex::{DotNetRegex, Steps};
use crate::harness::whynot::solve::slot;
use crate::harness::whynot::sought::Sought;
use crate::lang::ast::{ActionBody, Comparison, Condition, Expression, Identifier, Predicate, Property, Rule};

/// How a rule could make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Makes {
    /// It copies a claim.
    Copy,
    /// It makes a claim, always with this value if there is one.
    Claim { value: Option<String> },
    /// It asks a store for these columns.
    Columns(Vec<usize>),
}

/// Whether the action of a rule can make a claim of the type that is looked for, and how.
pub(super) fn could_make(rule: &Rule, sought: &Sought<'_>) -> Option<Makes> {
    match &rule.action.body {
        ActionBody::Copy(name) => type_can_pass(rule, name, sought).then_some(Makes::Copy),
        ActionBody::Claim(assignments) => {
            let assigned = |property: &Property| assignments.iter().find(|assignment| assignment.property == *property);
            type_fits(rule, &assigned(&Property::Type)?.value, sought).then(|| Makes::Claim {
                value: match assigned(&Property::Value) {
                    Some(assigned) => literal(&assigned.value),
                    None => Some(String::new()),
                },
            })
        }
        ActionBody::Store(query) => {
            let types = query.types.iter().enumerate();
            let columns: Vec<usize> =
                types.filter(|(_, written)| type_fits(rule, written, sought)).map(|(column, _)| column).collect();
            (!columns.is_empty()).then_some(Makes::Columns(columns))
        }
    }
}

/// The types that the action of a rule names, as far as they are literal.
pub(super) fn literal_types(rule: &Rule) -> Vec<String> {
    match &rule.action.body {
        ActionBody::Copy(_) => Vec::new(),
        ActionBody::Claim(assignments) => {
            let types = assignments.iter().filter(|assignment| assignment.property == Property::Type);
            types.filter_map(|assignment| literal(&assignment.value)).collect()
        }
        ActionBody::Store(query) => query.types.iter().filter_map(literal).collect(),
    }
}

/// The text of an expression that reads no claim.
fn literal(expression: &Expression) -> Option<String> {
    match expression {
        Expression::Literal(literal) => Some(literal.text.clone()),
        Expression::Concat(parts) => parts.iter().map(literal).collect(),
        Expression::Access { .. } | Expression::Call { .. } => None,
    }
}

fn type_fits(rule: &Rule, expression: &Expression, sought: &Sought<'_>) -> bool {
    match (literal(expression), expression) {
        (Some(claim_type), _) => (sought.types)(&claim_type),
        (None, Expression::Access { binding, property: Property::Type, .. }) => type_can_pass(rule, binding, sought),
        // What other types it builds is not known before it runs.
        (None, _) => sought.claim_type.is_some(),
    }
}

/// Whether a selector can match a claim of the type that is looked for.
fn type_can_pass(rule: &Rule, name: &Identifier, sought: &Sought<'_>) -> bool {
    let Some(wanted) = &sought.claim_type else { return false };
    let position = slot(rule, name);
    let mut selectors = rule.conditions.iter().filter_map(|condition| match condition {
        Condition::Selector(selector) => Some(selector),
        _ => None,
    });
    let Some(selector) = position.and_then(|position| selectors.nth(position)) else { return false };
    selector.pattern.predicates.iter().filter(|predicate| predicate.property == Property::Type).all(|predicate| {
        match literal(&predicate.operand) {
            Some(operand) => holds(predicate, wanted, &operand),
            None => true,
        }
    })
}

fn holds(predicate: &Predicate, left: &str, right: &str) -> bool {
    let matches = || DotNetRegex::new(right).is_ok_and(|regex| regex.is_match(left, &Steps::new(100_000)) == Ok(true));
    match predicate.comparison {
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::Matches => matches(),
        Comparison::DoesNotMatch => !matches(),
    }
}
