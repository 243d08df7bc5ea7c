//! Taking what came out for what was expected, in the text of a test file.
//!
//! Only `roles`, `claims` and `has` are ever changed: what a test says must hold or must not come out (`permit`,
//! `lacks`, `error`) is why it was written, and so is `todo`.

mod scalar;
mod write;

use std::path::Path;

use crate::aws::Role;
use crate::engine::Claim;
use crate::harness::case::{Case, Completeness, TestFile};
use crate::harness::dry_run::DryRun;
use crate::harness::expectation::{Expectation, Outcome};
use crate::harness::nearest::nearest;
use crate::harness::pattern::{ClaimPattern, describe};
use crate::input;
use crate::lang::Source;
use crate::lang::fix::{self, Fix};

/// How the list under one key of a test changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// `roles`, `claims` or `has`.
    pub key: &'static str,
    /// What is not expected any more, in words.
    pub gone: Vec<String>,
    /// What is expected now, in words.
    pub come: Vec<String>,
    /// The items that go, by their places in the list.
    removed: Vec<usize>,
    /// Texts inside items that change: the item, the key, the new text.
    changed: Vec<(usize, &'static str, String)>,
    /// The items that come.
    added: Vec<Item>,
}

/// A new item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Text(String),
    Claim { claim_type: String, value: String },
}

/// What must change in a test so that it expects what came out; nothing if it should be looked at instead: the rules
/// failed, `permit` or `lacks` does not hold, it has a `todo`, or nothing like a claim under `has` came out.
#[must_use]
pub(super) fn revisions(case: &Case, outcome: &Outcome) -> Vec<Revision> {
    let Ok(run) = outcome else { return Vec::new() };
    let may_change = |expectation: &Expectation| {
        matches!(expectation, Expectation::Roles(_) | Expectation::Claims(_) | Expectation::Has(_))
    };
    let is_settled = |expectation: &Expectation| may_change(expectation) || expectation.mismatch(outcome).is_none();
    if case.todo.is_some() || !case.expectations.iter().all(is_settled) {
        return Vec::new();
    }
    let mut revisions: Vec<Revision> = case.blank.iter().map(|key| filled(key, run)).collect();
    if case.expectations.is_empty() && case.blank.is_empty() {
        // A rule set of AWS roles is told by its roles, any other by its claims.
        let key = if run.permit.is_some() || !run.roles.is_empty() { "roles" } else { "claims" };
        revisions.push(filled(key, run));
    }
    for expectation in case.expectations.iter().filter(|expectation| expectation.mismatch(outcome).is_some()) {
        let revision = match expectation {
            Expectation::Roles(wanted) => Some(roles(wanted, run)),
            Expectation::Claims(wanted) => Some(claims(wanted, run)),
            Expectation::Has(wanted) => has(wanted, run),
            _ => None,
        };
        match revision {
            Some(revision) => revisions.push(revision),
            None => return Vec::new(),
        }
    }
    revisions
}

/// The text of a test file with these revisions made, by the places of the tests in it.
///
/// # Errors
///
/// Why the text cannot be changed in a way that leaves everything else as it is.
pub(super) fn rewritten(
    source: &Source,
    folder: &Path,
    before: &TestFile,
    revisions: &[(usize, &[Revision])],
) -> Result<String, String> {
    let tree = input::layout(source).map_err(|error| error.to_string())?;
    let tests = tree.get("tests").ok_or("there is no key `tests`")?;
    let mut edits = Vec::new();
    for &(index, revisions) in revisions {
        let case = tests.items().get(index).ok_or("a test was not found again")?;
        for revision in revisions {
            edits.extend(write::edits(source, case, revision)?);
        }
    }
    edits.sort();
    let fix = Fix { title: String::new(), applicability: fix::Applicability::Safe, edits };
    let (text, _) = fix::apply(&source.text, &[&fix]);
    let after = TestFile::parse(&Source::new(&source.name, text.as_str()), folder, Completeness::Optional)
        .map_err(|error| format!("the new text would not be understood: {error}"))?;
    let same = |(before, after): (&Case, &Case)| before.is_same_but_for_lists(after);
    if before.cases.len() == after.cases.len() && before.cases.iter().zip(&after.cases).all(same) {
        Ok(text)
    } else {
        Err("more than the expectations would change".to_owned())
    }
}

fn filled(key: &'static str, run: &DryRun) -> Revision {
    let (come, added) = if key == "roles" {
        let roles = sorted(&run.roles);
        (roles.clone(), roles.into_iter().map(Item::Text).collect())
    } else {
        (run.claims.iter().map(describe).collect(), run.claims.iter().map(item).collect())
    };
    Revision { key, gone: Vec::new(), come, removed: Vec::new(), changed: Vec::new(), added }
}

fn roles(wanted: &[String], run: &DryRun) -> Revision {
    let got = sorted(&run.roles);
    let removed: Vec<usize> =
        (0..wanted.len()).filter(|&at| wanted.get(at).is_some_and(|role| !got.contains(role))).collect();
    let come: Vec<String> = got.into_iter().filter(|role| !wanted.contains(role)).collect();
    Revision {
        key: "roles",
        gone: removed.iter().filter_map(|&at| wanted.get(at).cloned()).collect(),
        removed,
        changed: Vec::new(),
        added: come.iter().cloned().map(Item::Text).collect(),
        come,
    }
}

fn claims(wanted: &[ClaimPattern], run: &DryRun) -> Revision {
    let mut left: Vec<&Claim> = run.claims.iter().collect();
    let mut missing: Vec<(usize, &ClaimPattern)> = Vec::new();
    for (at, pattern) in wanted.iter().enumerate() {
        match left.iter().position(|claim| pattern.fits(claim)) {
            Some(found) => drop(left.remove(found)),
            None => missing.push((at, pattern)),
        }
    }
    let mut revision = replaced("claims", &missing, &mut left);
    revision.come.extend(left.iter().map(|claim| describe(claim)));
    revision.added = left.into_iter().map(item).collect();
    revision
}

/// `None` if nothing would be left to expect: then somebody must look.
fn has(wanted: &[ClaimPattern], run: &DryRun) -> Option<Revision> {
    let mut left: Vec<&Claim> =
        run.claims.iter().filter(|claim| !wanted.iter().any(|pattern| pattern.fits(claim))).collect();
    let missing: Vec<(usize, &ClaimPattern)> =
        wanted.iter().enumerate().filter(|(_, pattern)| !run.claims.iter().any(|claim| pattern.fits(claim))).collect();
    let revision = replaced("has", &missing, &mut left);
    (revision.removed.len() < wanted.len()).then_some(revision)
}

/// For each missing pattern the claim of its type that is most like it, taken out of `left`; a pattern without one goes.
fn replaced(key: &'static str, missing: &[(usize, &ClaimPattern)], left: &mut Vec<&Claim>) -> Revision {
    let mut revision = Revision {
        key,
        gone: Vec::new(),
        come: Vec::new(),
        removed: Vec::new(),
        changed: Vec::new(),
        added: Vec::new(),
    };
    for &(at, pattern) in missing {
        revision.gone.push(pattern.describe());
        let found = closest(pattern, left).map(|found| left.remove(found));
        match found {
            Some(claim) => {
                revision.come.push(pattern.describe_in_kind(claim));
                revision.changed.extend(differences(pattern, claim).map(|(key, text)| (at, key, text)));
            }
            None => revision.removed.push(at),
        }
    }
    revision
}

fn closest(pattern: &ClaimPattern, claims: &[&Claim]) -> Option<usize> {
    let could_be = |claim: &Claim| {
        *claim.claim_type == *pattern.claim_type
            && pattern
                .properties
                .iter()
                .all(|(key, wanted)| claim.properties.get(key.as_str()).is_some_and(|found| **found == *wanted))
    };
    let of_type: Vec<usize> =
        (0..claims.len()).filter(|&at| claims.get(at).is_some_and(|claim| could_be(claim))).collect();
    let value = |at: usize| claims.get(at).map_or("", |claim| &claim.value);
    let wanted = pattern.value.as_deref().unwrap_or_default();
    let alike = nearest(wanted, of_type.iter().map(|&at| value(at)), 1);
    let same = of_type.iter().find(|&&at| value(at) == wanted);
    same.or_else(|| of_type.iter().find(|&&at| alike.contains(&value(at)))).or(of_type.first()).copied()
}

/// The texts of a pattern that are others in the claim.
fn differences<'a>(pattern: &'a ClaimPattern, claim: &'a Claim) -> impl Iterator<Item = (&'static str, String)> + 'a {
    let texts = [
        ("value", &pattern.value, &claim.value),
        ("issuer", &pattern.issuer, &claim.issuer),
        ("original_issuer", &pattern.original_issuer, &claim.original_issuer),
        ("value_type", &pattern.value_type, &claim.value_type),
    ];
    texts.into_iter().filter_map(|(key, wanted, got)| {
        let wanted = wanted.as_deref()?;
        (*wanted != **got).then(|| (key, got.to_string()))
    })
}

fn item(claim: &Claim) -> Item {
    Item::Claim { claim_type: claim.claim_type.to_string(), value: claim.value.to_string() }
}

fn sorted(roles: &[Role]) -> Vec<String> {
    let mut roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
    roles.sort();
    roles.dedup();
    roles
}
