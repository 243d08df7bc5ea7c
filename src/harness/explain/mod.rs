//! Where the issued claims came from: the rule that made each, the claims it made it of, and so on back to what was
//! given, to a store's answer, or to a rule that needs nothing.

mod condition;
mod graph;
mod store;

use crate::engine::{Stage, claim_types};
use crate::harness::dry_run::{DryRun, Rules};
use crate::harness::recording::Recording;
use crate::harness::wanted::Wanted;

pub use self::condition::{Met, MetBy};
use self::graph::Builder;
pub use self::graph::{Graph, Node, NodeId, Origin, Through};
pub use self::store::Cell;
pub(in crate::harness) use self::store::filled;

/// How much of it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What came out.
    Outcome,
    /// Which rules made it, and of what.
    #[default]
    Rules,
    /// Also what each condition of these rules matched, and what the groups of `RegExReplace` took.
    Conditions,
}

/// Where the claims of one dry run came from.
#[derive(Debug)]
pub struct Explanation {
    /// What came out.
    pub run: DryRun,
    /// The claims that decided, each a `permit` or a `deny` that the authorization rules issued; none if no rule
    /// decided.
    pub deciding: Vec<NodeId>,
    /// The issued claims that were asked for, in order.
    pub issued: Vec<NodeId>,
    /// Every claim that is spoken of, with its origins.
    pub graph: Graph,
}

/// Explains the issued claims of a dry run, or only those that are `wanted`.
#[must_use]
pub fn explain(rules: &Rules, recording: &Recording<'_>, wanted: Option<&Wanted>, depth: Depth) -> Explanation {
    let profiled = matches!(rules, Rules::Trust(_));
    let mut builder = Builder::new(recording, depth);
    let deciding = if profiled { deciding(recording, &mut builder) } else { Vec::new() };
    let mut issued = Vec::new();
    for (index, set) in recording.sets.iter().enumerate() {
        if !matches!(set.stage, None | Some(Stage::Issuance)) {
            continue;
        }
        for &id in set.trace.issued() {
            if set.claim(id).is_some_and(|claim| wanted.is_none_or(|wanted| wanted.fits(claim))) {
                issued.push(builder.node(index, id));
            }
        }
    }
    Explanation { run: recording.run.clone(), deciding, issued, graph: builder.finish() }
}

/// The claims of the authorization rules that decided.
fn deciding(recording: &Recording<'_>, builder: &mut Builder<'_>) -> Vec<NodeId> {
    let authorization = |set: &(usize, &_)| {
        let (_, set): &(usize, &crate::harness::recording::RuleSetRun<'_>) = set;
        set.stage == Some(Stage::Authorization)
    };
    let Some((index, set)) = recording.sets.iter().enumerate().find(authorization) else { return Vec::new() };
    let decisive = if recording.run.permit == Some(true) { claim_types::PERMIT } else { claim_types::DENY };
    let issued = set.trace.issued().iter();
    let decisive = issued.filter(|id| set.claim(**id).is_some_and(|claim| *claim.claim_type == *decisive));
    decisive.map(|&id| builder.node(index, id)).collect()
}
