//! Which changed rule a difference comes from.

use std::collections::{BTreeSet, VecDeque};

use super::changes::{Changes, Place};
use super::version::Side;
use crate::engine::{ClaimId, Stage, Trace, Traces, claim_types};
use crate::harness::population::Evaluated;

/// What a difference comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The change of a rule, as its index among all changes. `None` if no changed rule explains it.
    pub change: Option<usize>,
    /// The rule that issued the claim, or let the user in or not, in the version where it did.
    pub rule: Option<(Side, Stage, usize)>,
}

/// What one user got from both versions.
#[derive(Clone, Copy)]
pub(super) struct Both<'r> {
    pub(super) old: &'r Evaluated,
    pub(super) new: &'r Evaluated,
}

impl<'r> Both<'r> {
    pub(super) fn of(self, side: Side) -> &'r Evaluated {
        match side {
            Side::Old => self.old,
            Side::New => self.new,
        }
    }
}

/// Why `side` issued the claim that stands at `position` of its issued claims, and the other did not.
pub(super) fn of_issued(changes: &Changes, both: Both<'_>, side: Side, position: usize) -> Cause {
    let stage = Stage::Issuance;
    let trace = both.of(side).traces.issuance.as_ref();
    let id = trace.and_then(|trace| trace.issued().get(position)).copied();
    of_claim(changes, both, side, stage, id)
}

/// Why `side` let the user in, and the other did not.
pub(super) fn of_permit(changes: &Changes, both: Both<'_>, side: Side) -> Cause {
    let stage = Stage::Authorization;
    let denial = issued_of_type(both.of(side.other()), claim_types::DENY);
    if denial.is_some() {
        let cause = of_claim(changes, both, side.other(), stage, denial);
        if cause.change.is_some() {
            return cause;
        }
    }
    of_claim(changes, both, side, stage, issued_of_type(both.of(side), claim_types::PERMIT))
}

/// Why `side` asks for a further authentication, and the other does not.
pub(super) fn of_further_authentication(changes: &Changes, both: Both<'_>, side: Side) -> Cause {
    let stage = Stage::AdditionalAuthentication;
    let trace = both.of(side).traces.additional_authentication.as_ref();
    let id = trace.and_then(|trace| issued(trace, claim_types::AUTHENTICATION_METHOD));
    of_claim(changes, both, side, stage, id)
}

fn of_claim(changes: &Changes, both: Both<'_>, side: Side, stage: Stage, id: Option<ClaimId>) -> Cause {
    let run = both.of(side);
    let rule = id.and_then(|id| issuing_rule(changes, &run.traces, (side, stage), id));
    let change = rule
        .and_then(|place| changes.of(place))
        .or_else(|| id.and_then(|id| changed_ancestor(changes, &run.traces, (side, stage), id)))
        .or_else(|| exercised_otherwise(changes, both, stage));
    Cause { change, rule }
}

/// The first rule that issued the claim.
fn issuing_rule(changes: &Changes, traces: &Traces, (side, stage): (Side, Stage), id: ClaimId) -> Option<Place> {
    let mut origins = trace_of(traces, stage)?.origins(id).map(|origin| (side, stage, origin.rule));
    origins.find(|&place| changes.issues(place))
}

/// The nearest changed rule that had a part in making the claim.
fn changed_ancestor(changes: &Changes, traces: &Traces, (side, stage): (Side, Stage), id: ClaimId) -> Option<usize> {
    let mut seen = BTreeSet::from([(stage, id)]);
    let mut waiting = VecDeque::from([(stage, id)]);
    while let Some((stage, id)) = waiting.pop_front() {
        let trace = trace_of(traces, stage)?;
        let found = trace.origins(id).find_map(|origin| changes.of((side, stage, origin.rule)));
        if found.is_some() {
            return found;
        }
        let sources = trace.origins(id).flat_map(|origin| origin.from.iter().map(|&from| (stage, from)));
        waiting.extend(sources.filter(|node| seen.insert(*node)).collect::<Vec<_>>());
        if trace.is_given(id)
            && stage != Stage::Acceptance
            // What acceptance rules issue is, in this order, what the others are given.
            && let Some(&accepted) = traces.acceptance.issued().get(id.index())
            && seen.insert((Stage::Acceptance, accepted))
        {
            waiting.push_back((Stage::Acceptance, accepted));
        }
    }
    None
}

/// A changed rule that ran for this user, in one version or both, in this rule set or before it: what was a condition
/// (`not exists`, `count`) leaves no trace in the claim. One that ran more often in one version goes first.
fn exercised_otherwise(changes: &Changes, both: Both<'_>, stage: Stage) -> Option<usize> {
    let mut alike = None;
    for placed in changes.placed.iter().filter(|placed| placed.stage == stage || placed.stage == Stage::Acceptance) {
        let hits = |run: &Evaluated, at: Option<usize>| {
            at.and_then(|at| trace_of(&run.traces, placed.stage)?.hits().get(at).copied()).unwrap_or(0)
        };
        match (hits(both.old, placed.old), hits(both.new, placed.new)) {
            (0, 0) => {}
            (old, new) if old != new => return Some(placed.change),
            _ => alike = alike.or(Some(placed.change)),
        }
    }
    alike
}

/// The trace of a rule set, if it ran.
pub(super) fn trace_of(traces: &Traces, stage: Stage) -> Option<&Trace> {
    match stage {
        Stage::Acceptance => Some(&traces.acceptance),
        Stage::Authorization => traces.authorization.as_ref(),
        Stage::AdditionalAuthentication => traces.additional_authentication.as_ref(),
        Stage::Issuance => traces.issuance.as_ref(),
    }
}

fn issued_of_type(run: &Evaluated, claim_type: &str) -> Option<ClaimId> {
    run.traces.authorization.as_ref().and_then(|trace| issued(trace, claim_type))
}

fn issued(trace: &Trace, claim_type: &str) -> Option<ClaimId> {
    trace.issued().iter().copied().find(|&id| trace.is_of_type(id, claim_type))
}
