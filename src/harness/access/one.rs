//! The AWS roles of one user, and the rules that give them.

use std::collections::BTreeMap;

use crate::aws::Role;
use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::harness::recording::{Recording, RuleRef, RuleSetRun};
use crate::lang::ast::Verb;

/// A role that a user may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRole {
    /// As AWS names it.
    pub role: Role,
    /// The rule that issues it.
    pub rule: Option<RuleRef>,
}

/// The roles of a user, by `ACCOUNT/NAME`. There are none if authorization denies them.
#[must_use]
pub fn roles_of(recording: &Recording<'_>) -> BTreeMap<String, HeldRole> {
    let mut roles = BTreeMap::new();
    let Some(set) = recording.issuing() else { return roles };
    for &id in set.trace.issued() {
        let Some(claim) = set.claim(id) else { continue };
        if !matches!(recognize(&claim.claim_type), Recognized::Known(Attribute::Role)) {
            continue;
        }
        if let Ok(role) = Role::parse(&claim.value) {
            let rule = set.trace.origins(id).map(|origin| origin.rule).find(|&rule| issues(set, rule));
            let rule = rule.map(|rule| set.rule_ref(rule));
            roles.entry(role.to_string()).or_insert(HeldRole { role, rule });
        }
    }
    roles
}

fn issues(set: &RuleSetRun<'_>, rule: usize) -> bool {
    set.rule(rule).is_some_and(|rule| rule.action.verb == Verb::Issue)
}
