//! What a change of rules does to everybody of a directory: who gains what, who loses what, and which rule it is.

mod cause;
mod changes;
mod groups;
mod pairs;
mod user;
mod version;
mod wording;

use std::sync::atomic::{AtomicBool, Ordering};

pub use cause::Cause;
use cause::trace_of;
use changes::Changes;
pub use changes::{ChangeKind, RuleChange};
use groups::Groups;
pub use groups::{Direction, Group, What};
pub use version::{Side, Version};
pub use wording::Alteration;

use crate::engine::{EvalError, Memory, Stage, Stores};
use crate::harness::population::{Evaluated, Interrupted, People, Tally, TwoVersions, UserId, leaves_nobody_out};
use crate::harness::recording::RuleRef;

/// The differences between two versions of rules.
pub struct Diff<'p> {
    /// What messages call the old version.
    pub old: String,
    /// What messages call the new one.
    pub new: String,
    /// All users of the directory.
    pub people: &'p People<'p>,
    /// For whom the rules ran.
    pub tally: Tally,
    /// How many users have a difference.
    pub changed: usize,
    /// The differences: roles first, then everything else.
    pub groups: Vec<Group>,
    /// Rules that are not in both versions as they were.
    pub rules: Vec<RuleChange>,
    /// Those of them that ran for nobody, in neither version, as indices: the differences say nothing about them.
    pub unexercised: Vec<usize>,
    /// How many users get the same claims in another order, and have no other difference.
    pub reordered: usize,
    /// Users for whom both versions fail, so that nothing is issued to them before and after.
    pub fails_in_both: Vec<UserId>,
    /// Why, for the first of them.
    pub first_failure: Option<String>,
    /// Keys of `trust.yaml`, beside the rules, that differ. They are not compared any further.
    pub settings: Vec<&'static str>,
    refs: RuleRefs,
}

/// Rules by their places, for [`Diff::rule`].
type RuleRefs = std::collections::BTreeMap<(Side, Stage, usize), RuleRef>;

impl Diff<'_> {
    /// What people call a rule.
    #[must_use]
    pub fn rule(&self, place: (Side, Stage, usize)) -> Option<&RuleRef> {
        self.refs.get(&place)
    }

    /// How many users have no difference.
    #[must_use]
    pub const fn unchanged(&self) -> usize {
        self.tally.ran.saturating_sub(self.changed)
    }
}

/// Runs both versions for everybody, on `workers` threads. `progress` gets the number of users done.
///
/// Both must be trust folders, or both single rule sets.
///
/// # Errors
///
/// The directory stopped answering.
pub fn diff<'p>(
    old: &Version,
    new: &Version,
    people: &'p People<'p>,
    stores: &Stores,
    workers: usize,
    progress: &mut (dyn FnMut(usize) + Send),
) -> Result<Diff<'p>, Interrupted> {
    let changes = Changes::between(old, new);
    let versions = TwoVersions::of(old.rules(), new.rules());
    let exercised: Vec<AtomicBool> = changes.list.iter().map(|_| AtomicBool::new(false)).collect();
    let mut groups = Groups::default();
    let tally = people.run(
        workers,
        &|claim_type| old.rules().look_at(claim_type) || new.rules().look_at(claim_type),
        || {
            let memory = Memory::default();
            let (versions, changes, exercised) = (&versions, &changes, &exercised);
            move |person| {
                let [before, after] = versions.evaluate(&person.claims, stores, &memory);
                let (before, after) = (leaves_nobody_out(before)?, leaves_nobody_out(after)?);
                note_exercised(changes, &before, &after, exercised);
                Ok(user::compare(changes, &before, &after).map(Box::new))
            }
        },
        |user, differences| {
            if let Some(differences) = differences {
                groups.add(user, *differences);
            }
        },
        progress,
    )?;
    let is_idle = |id: &usize| exercised.get(*id).is_some_and(|flag| !flag.load(Ordering::Relaxed));
    let unexercised = changes.placed.iter().map(|placed| placed.change).filter(is_idle).collect();
    let Groups { changed, reordered, .. } = groups;
    let fails_in_both = std::mem::take(&mut groups.fails);
    let first_failure = groups.first_failure.take();
    let (rules, refs) = changes.into_parts();
    Ok(Diff {
        old: old.name.clone(),
        new: new.name.clone(),
        people,
        tally,
        changed,
        groups: groups.into_groups(),
        rules,
        unexercised,
        reordered,
        fails_in_both,
        first_failure,
        settings: old.other_settings(new),
        refs,
    })
}

/// Notes the changed rules that ran for a user, in either version. A rule that failed ran.
fn note_exercised(
    changes: &Changes,
    old: &Result<Evaluated, EvalError>,
    new: &Result<Evaluated, EvalError>,
    exercised: &[AtomicBool],
) {
    for placed in &changes.placed {
        let Some(flag) = exercised.get(placed.change).filter(|flag| !flag.load(Ordering::Relaxed)) else { continue };
        let ran = [(old, placed.old), (new, placed.new)].into_iter().any(|(outcome, at)| match (outcome, at) {
            (_, None) => false,
            (Ok(run), Some(at)) => {
                let hits = trace_of(&run.traces, placed.stage).and_then(|trace| trace.hits().get(at));
                hits.is_some_and(|&hits| hits > 0)
            }
            (Err(error), Some(at)) => {
                error.stage.unwrap_or(Stage::Issuance) == placed.stage && error.rule_number == at + 1
            }
        });
        if ran {
            flag.store(true, Ordering::Relaxed);
        }
    }
}
