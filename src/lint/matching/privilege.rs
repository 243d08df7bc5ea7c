//! Which conditions decide about a privilege, also by way of claims that are only added.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::engine::claim_types::{AWS_ROLE, GROUP, PERMIT, ROLE};
use crate::engine::regex::DotNetRegex;
use crate::lang::ast::{ActionBody, Expression, Identifier, Pattern, Property, Rule, RuleSet};
use crate::lint::mentions::{selector_of, types_given};
use crate::lint::produced::needs_a_claim;
use crate::lint::values::{Demand, constant};

/// For each rule of a set, the privileged claim type that it leads to; `None` if it leads to none.
pub(super) fn privileges(rule_set: &RuleSet) -> Vec<Option<String>> {
    let mut known: BTreeSet<String> = rule_set.rules.iter().flat_map(types_made).collect();
    known.extend([PERMIT, ROLE, GROUP, AWS_ROLE].map(str::to_owned));
    let mut leading: BTreeMap<String, String> = BTreeMap::new();
    let mut found: Vec<Option<String>> = vec![None; rule_set.rules.len()];
    loop {
        let mut changed = false;
        for (rule, found) in rule_set.rules.iter().zip(&mut found) {
            if found.is_none() {
                *found = privilege_of(rule, &known, &leading);
            }
            let Some(privilege) = found else { continue };
            for claim_type in types_needed(rule, &known) {
                if let Entry::Vacant(free) = leading.entry(claim_type) {
                    free.insert(privilege.clone());
                    changed = true;
                }
            }
        }
        if !changed {
            return found;
        }
    }
}

fn privilege_of(rule: &Rule, known: &BTreeSet<String>, leading: &BTreeMap<String, String>) -> Option<String> {
    let made = types_made(rule).chain(types_copied(rule, known));
    let privileges =
        made.filter_map(|made| if is_privileged(&made) { Some(made) } else { leading.get(&made).cloned() });
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

/// The types of the claims that a rule makes, as far as they are the same at all times.
fn types_made(rule: &Rule) -> impl Iterator<Item = String> {
    types_given(rule).filter_map(constant)
}

/// The types that a rule hands on as they are.
fn types_copied(rule: &Rule, known: &BTreeSet<String>) -> impl Iterator<Item = String> {
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
    let selector = copied.and_then(|binding| selector_of(rule, binding));
    selector.into_iter().flat_map(|found| types_asked_for(&found.pattern, known))
}

/// The types without which a rule does not fire.
fn types_needed(rule: &Rule, known: &BTreeSet<String>) -> impl Iterator<Item = String> {
    let needed = rule.conditions.iter().filter(|condition| needs_a_claim(condition));
    needed.flat_map(|condition| types_asked_for(condition.pattern(), known))
}

/// The types that a pattern names, or those of `known` that its regular expression describes. None if it says nothing of
/// the type.
fn types_asked_for(pattern: &Pattern, known: &BTreeSet<String>) -> Vec<String> {
    let demand = Demand::of(pattern, &Property::Type);
    if !demand.equal.is_empty() {
        return demand.equal;
    }
    if demand.matches.is_empty() || demand.matches.iter().all(DotNetRegex::begins_with_anything) {
        return Vec::new();
    }
    known.iter().filter(|known| demand.holds(known)).cloned().collect()
}
