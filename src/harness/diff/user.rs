//! What a change of rules does to one user.

use std::collections::BTreeMap;

use super::cause::{self, Both, Cause};
use super::changes::Changes;
use super::version::Side;
use crate::aws::Role;
use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::engine::{Claim, EvalError};
use crate::harness::population::Evaluated;

/// Everything in which the versions differ for one user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UserDifferences {
    pub(super) found: Vec<(Difference, Cause)>,
    /// The same claims came in another order.
    pub(super) reordered: bool,
    /// The rules failed in both versions; why, in the new one.
    pub(super) fails: Option<String>,
}

/// One difference. `gained` means that the new version gives it, and the old one did not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Difference {
    /// An AWS role, as `ACCOUNT/NAME`.
    Role { role: String, gained: bool },
    /// The user is let in, or no longer.
    Access { gained: bool },
    /// A further authentication is asked for, or no longer.
    FurtherAuthentication { asked: bool },
    /// Another claim; one of both is there at least.
    Claim { old: Option<Claim>, new: Option<Claim> },
    /// The rules fail for the user, in this version only.
    Failure { side: Side, error: String },
}

/// Compares what both versions made of one user. `None` if it is the same.
pub(super) fn compare(
    changes: &Changes,
    old: &Result<Evaluated, EvalError>,
    new: &Result<Evaluated, EvalError>,
) -> Option<UserDifferences> {
    let mut differences = UserDifferences::default();
    match (old, new) {
        (Ok(old), Ok(new)) if old.is_alike(new) => return None,
        (Ok(old), Ok(new)) => outcomes(changes, Both { old, new }, &mut differences),
        (Err(_), Err(error)) => differences.fails = Some(error.to_string()),
        (Ok(_), Err(error)) => differences.found.push(failure(changes, Side::New, error)),
        (Err(error), Ok(_)) => differences.found.push(failure(changes, Side::Old, error)),
    }
    Some(differences)
}

fn failure(changes: &Changes, side: Side, error: &EvalError) -> (Difference, Cause) {
    // A single rule set has no stage.
    let stage = error.stage.unwrap_or(crate::engine::Stage::Issuance);
    let place = error.rule_number.checked_sub(1).map(|index| (side, stage, index));
    let cause = Cause { change: place.and_then(|place| changes.of(place)), rule: place };
    (Difference::Failure { side, error: error.to_string() }, cause)
}

fn outcomes(changes: &Changes, both: Both<'_>, differences: &mut UserDifferences) {
    let found = &mut differences.found;
    let denied = (both.old.is_denied(), both.new.is_denied());
    if denied.0 != denied.1 {
        let (side, gained) = if denied.1 { (Side::Old, false) } else { (Side::New, true) };
        let cause = cause::of_permit(changes, both, side);
        found.push((Difference::Access { gained }, cause));
        // Everything else follows from this; only the roles are worth a word.
        let roles = Issued::of(&both.of(side).issued()).roles.into_keys();
        found.extend(roles.map(|role| (Difference::Role { role, gained }, cause)));
        return;
    }
    if both.old.additional_authentication != both.new.additional_authentication {
        let asked = both.new.additional_authentication;
        let side = if asked { Side::New } else { Side::Old };
        let cause = cause::of_further_authentication(changes, both, side);
        found.push((Difference::FurtherAuthentication { asked }, cause));
    }
    let (old, new) = (both.old.issued(), both.new.issued());
    let old = Issued::of(&old);
    let new = Issued::beside(&new, &old.claims);
    roles(changes, both, &old, &new, found);
    claims(changes, both, &old, &new, found);
    differences.reordered = differences.found.is_empty();
}

/// Issued claims by what they say, with their positions.
struct Issued<'c> {
    /// AWS roles: the first claim that offers each.
    roles: BTreeMap<String, usize>,
    /// All claims, and the role that they offer.
    claims: BTreeMap<&'c Claim, (usize, Option<String>)>,
}

impl<'c> Issued<'c> {
    fn of(issued: &'c [Claim]) -> Self {
        Self::beside(issued, &BTreeMap::new())
    }

    /// Claims that are among these `others` offer what they offer there.
    fn beside(issued: &'c [Claim], others: &BTreeMap<&Claim, (usize, Option<String>)>) -> Self {
        let mut found = Self { roles: BTreeMap::new(), claims: BTreeMap::new() };
        for (position, claim) in issued.iter().enumerate() {
            let role = others.get(claim).map_or_else(|| role_of(claim), |(_, role)| role.clone());
            if let Some(role) = &role {
                found.roles.entry(role.clone()).or_insert(position);
            }
            found.claims.entry(claim).or_insert((position, role));
        }
        found
    }
}

/// The AWS role that a claim offers, as `ACCOUNT/NAME`.
pub(in crate::harness) fn role_of(claim: &Claim) -> Option<String> {
    let is_role = matches!(recognize(&claim.claim_type), Recognized::Known(Attribute::Role));
    let role = is_role.then(|| Role::parse(&claim.value).ok())??;
    Some(role.to_string())
}

fn roles(changes: &Changes, both: Both<'_>, old: &Issued<'_>, new: &Issued<'_>, found: &mut Vec<(Difference, Cause)>) {
    for (side, has, has_not, gained) in [(Side::New, new, old, true), (Side::Old, old, new, false)] {
        for (role, &position) in has.roles.iter().filter(|(role, _)| !has_not.roles.contains_key(*role)) {
            let cause = cause::of_issued(changes, both, side, position);
            found.push((Difference::Role { role: role.clone(), gained }, cause));
        }
    }
}

/// Claims that are in one version only, but for those that say no more than a role that was told already. A claim that
/// went and one of the same type that came belong together if there is no other choice.
fn claims(changes: &Changes, both: Both<'_>, old: &Issued<'_>, new: &Issued<'_>, found: &mut Vec<(Difference, Cause)>) {
    let told = |has_not: &Issued<'_>, role: &Option<String>| {
        role.as_ref().is_some_and(|role| !has_not.roles.contains_key(role))
    };
    let gone: Vec<(&Claim, usize)> = (old.claims.iter())
        .filter(|(claim, (_, role))| !new.claims.contains_key(**claim) && !told(new, role))
        .map(|(claim, (position, _))| (*claim, *position))
        .collect();
    let mut come: Vec<(&Claim, usize)> = (new.claims.iter())
        .filter(|(claim, (_, role))| !old.claims.contains_key(**claim) && !told(old, role))
        .map(|(claim, (position, _))| (*claim, *position))
        .collect();
    let of_type = |claims: &[(&Claim, usize)], claim: &Claim| {
        claims.iter().filter(|(other, _)| other.claim_type == claim.claim_type).count()
    };
    let mut alone = Vec::new();
    for &(claim, position) in &gone {
        let same_value =
            come.iter().position(|(other, _)| other.claim_type == claim.claim_type && other.value == claim.value);
        let only = || {
            let lonely = of_type(&gone, claim) == 1 && of_type(&come, claim) == 1;
            lonely.then(|| come.iter().position(|(other, _)| other.claim_type == claim.claim_type))?
        };
        match same_value.or_else(only) {
            Some(partner) => {
                let (other, new_position) = come.remove(partner);
                let mut cause = cause::of_issued(changes, both, Side::New, new_position);
                if cause.change.is_none() {
                    cause = cause::of_issued(changes, both, Side::Old, position);
                }
                found.push((Difference::Claim { old: Some(claim.clone()), new: Some(other.clone()) }, cause));
            }
            None => alone.push((claim, position)),
        }
    }
    for (claim, position) in alone {
        let cause = cause::of_issued(changes, both, Side::Old, position);
        found.push((Difference::Claim { old: Some(claim.clone()), new: None }, cause));
    }
    for (claim, position) in come {
        let cause = cause::of_issued(changes, both, Side::New, position);
        found.push((Difference::Claim { old: None, new: Some(claim.clone()) }, cause));
    }
}
