//! Which conditions decide about a privilege, also by way of claims that are only added.

use std::collections::BTreeMap;

use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::engine::claim_types::{GROUP, PERMIT, ROLE};
use crate::lang::ast::{ActionBody, Comparison, Expression, Identifier, Pattern, Property, Rule, RuleSet};
use crate::lint::mentions::{literal, selector_of, types_made};
use crate::lint::produced::needs_a_claim;

/// For each rule of a set, the privileged claim type that it leads to; `None` if it leads to none.
pub(super) fn privileges(rule_set: &RuleSet) -> Vec<Option<String>> {
    let mut leading: BTreeMap<String, String> = BTreeMap::new();
    let mut found: Vec<Option<String>> = vec![None; rule_set.rules.len()];
    loop {
        let mut changed = false;
        for (rule, found) in rule_set.rules.iter().zip(&mut found) {
            if found.is_none() {
                *found = privilege_of(rule, &leading);
            }
            let Some(privilege) = found else { continue };
            for claim_type in types_needed(rule) {
                if !leading.contains_key(claim_type) {
                    leading.insert(claim_type.to_owned(), privilege.clone());
                    changed = true;
                }
            }
        }
        if !changed {
            return found;
        }
    }
}

fn privilege_of(rule: &Rule, leading: &BTreeMap<String, String>) -> Option<String> {
    let made = types_made(rule).map(|literal| literal.text.as_str()).chain(types_copied(rule));
    let privileges =
        made.filter_map(|made| if is_privileged(made) { Some(made.to_owned()) } else { leading.get(made).cloned() });
    privileges.min_by_key(|privilege| !is_privileged(privilege))
}

/// Whether a claim of this type lets somebody do something.
fn is_privileged(claim_type: &str) -> bool {
    [PERMIT, ROLE, GROUP].contains(&claim_type)
        || matches!(
            recognize(claim_type),
            Recognized::Known(Attribute::Role | Attribute::PrincipalTag(_) | Attribute::AccessControl(_))
        )
}

/// The types that a rule hands on as they are.
fn types_copied(rule: &Rule) -> impl Iterator<Item = &str> {
    let copied: Option<&Identifier> = match &rule.action.body {
        ActionBody::Copy(binding) => Some(binding),
        ActionBody::Claim(assignments) => assignments.iter().find_map(|assignment| match &assignment.value {
            Expression::Access { binding, property: Property::Type, .. } if assignment.property == Property::Type => {
                Some(binding)
            }
            _ => None,
        }),
        ActionBody::Store(_) => None,
    };
    copied.and_then(|binding| selector_of(rule, binding)).into_iter().flat_map(|found| types_asked_for(&found.pattern))
}

/// The types without which a rule does not fire.
fn types_needed(rule: &Rule) -> impl Iterator<Item = &str> {
    let needed = rule.conditions.iter().filter(|condition| needs_a_claim(condition));
    needed.flat_map(|condition| types_asked_for(condition.pattern()))
}

fn types_asked_for(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.predicates.iter().filter_map(|predicate| match (&predicate.property, predicate.comparison) {
        (Property::Type, Comparison::Equal) => literal(&predicate.operand).map(|literal| literal.text.as_str()),
        _ => None,
    })
}
