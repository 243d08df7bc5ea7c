//! Claims and their origins, across the rule sets of a run.

use std::collections::BTreeMap;

use crate::engine::{Claim, ClaimId, Examiner, Made, Replaced, Stage, Stores};
use crate::harness::explain::Depth;
use crate::harness::explain::condition::{Look, Met};
use crate::harness::explain::store::{self, Cell};
use crate::harness::group;
use crate::harness::recording::{Recording, RuleRef, origins_by_claim};
use crate::lang::ast::Verb;

/// A claim's place in a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(usize);

/// Claims and where they came from. A claim may be its own ancestor, where a rule makes it again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    nodes: Vec<Node>,
}

/// One claim in the evaluation set of one rule set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The claim.
    pub claim: Claim,
    /// The rule set; `None` for one by itself.
    pub stage: Option<Stage>,
    /// Whether it was there before the first rule.
    pub is_given: bool,
    /// The same claim in the output of the acceptance rules, from which it was given.
    pub accepted: Option<NodeId>,
    /// The ways in which rules made it, in the order of events.
    pub origins: Vec<Origin>,
}

/// One way in which a rule made a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The rule.
    pub rule: RuleRef,
    /// Whether it issued or added it.
    pub verb: Verb,
    /// How.
    pub through: Through,
    /// The claims that its selectors matched, leftmost first.
    pub from: Vec<NodeId>,
    /// What each of its conditions found; without its selectors, unless the conditions were asked for.
    pub conditions: Vec<Met>,
    /// What each `RegExReplace` of its action did; empty unless that was asked for.
    pub replaced: Vec<Replaced>,
}

/// How a rule makes a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Through {
    /// `issue(claim = c)`: it is the claim that was matched.
    Copy,
    /// `issue(Type = …)`: it is a new claim.
    Claim,
    /// `issue(store = …)`: it is a cell of the answer.
    Store(Cell),
}

impl Graph {
    /// One claim.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0)
    }

    /// Asks the directory how the user is in each group that became a claim.
    pub fn find_memberships(&mut self, stores: &Stores) {
        for node in &mut self.nodes {
            let value = &node.claim.value;
            for origin in &mut node.origins {
                if let Through::Store(cell) = &mut origin.through
                    && cell.column.checked_sub(1).is_some_and(|column| group::is_group_column(&cell.asked, column))
                {
                    cell.membership = group::membership(stores, &cell.asked, value);
                }
            }
        }
    }

    /// All of them.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index), node))
    }
}

impl NodeId {
    /// Its number, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0
    }
}

/// A claim that a graph will speak of: the rule set and its number there.
type Key = (usize, ClaimId);

/// A graph in the making. What a claim came from is followed when the graph is finished.
pub(super) struct Builder<'r> {
    recording: &'r Recording<'r>,
    depth: Depth,
    known: BTreeMap<Key, NodeId>,
    keys: Vec<Key>,
}

impl<'r> Builder<'r> {
    pub(super) fn new(recording: &'r Recording<'r>, depth: Depth) -> Self {
        Self { recording, depth, known: BTreeMap::new(), keys: Vec::new() }
    }

    /// The place of a claim of a rule set.
    pub(super) fn node(&mut self, set: usize, claim: ClaimId) -> NodeId {
        let next = NodeId(self.keys.len());
        let id = *self.known.entry((set, claim)).or_insert(next);
        if id == next {
            self.keys.push((set, claim));
        }
        id
    }

    /// Follows every claim back to where nothing is before it.
    pub(super) fn finish(mut self) -> Graph {
        let recording = self.recording;
        let sets = &recording.sets;
        let origins: Vec<_> = sets.iter().map(|set| origins_by_claim(&set.trace, set.claims.len())).collect();
        let mut examiners: BTreeMap<(usize, usize), Option<Examiner>> = BTreeMap::new();
        let acceptance = sets.iter().position(|set| set.stage == Some(Stage::Acceptance));
        let mut nodes = Vec::new();
        while let Some(&(index, id)) = self.keys.get(nodes.len()) {
            let Some((run, claim)) = sets.get(index).and_then(|set| Some((set, set.claim(id)?))) else {
                return Graph { nodes };
            };
            let is_given = run.trace.is_given(id);
            let accepted = acceptance.filter(|accepted| is_given && *accepted != index);
            let accepted =
                accepted.and_then(|accepted| Some((accepted, *sets.get(accepted)?.trace.issued().get(id.index())?)));
            let accepted = accepted.map(|(set, claim)| self.node(set, claim));
            let wanted = self.depth > Depth::Outcome;
            let ways = origins.get(index).and_then(|claims| claims.get(id.index())).filter(|_| wanted);
            let mut made = Vec::new();
            for origin in ways.into_iter().flatten() {
                let examiner = examiners.entry((index, origin.rule)).or_insert_with(|| run.examiner(origin.rule));
                let Some(rule) = run.rule(origin.rule) else { continue };
                let action = examiner.as_ref().and_then(|examiner| examiner.made(origin.from).ok().flatten());
                let through = match action {
                    Some(Made::Copy(_)) => Through::Copy,
                    Some(Made::Rows { query, types }) => Through::Store(store::cell(recording, &query, &types, claim)),
                    Some(Made::Claim { .. }) | None => Through::Claim,
                };
                let from: Vec<_> = origin.from.iter().map(|&source| self.node(index, source)).collect();
                let (mut conditions, mut replaced) = (Vec::new(), Vec::new());
                if let Some(examiner) = examiner {
                    let everything = self.depth == Depth::Conditions;
                    let look = Look { run, rule, examiner, everything };
                    conditions = look.met(origin.from, &mut |claim| self.node(index, claim));
                    if everything {
                        replaced = examiner.replaced(origin.from).unwrap_or_default();
                    }
                }
                let (rule_ref, verb) = (run.rule_ref(origin.rule), rule.action.verb);
                made.push(Origin { rule: rule_ref, verb, through, from, conditions, replaced });
            }
            nodes.push(Node { claim: claim.clone(), stage: run.stage, is_given, accepted, origins: made });
        }
        Graph { nodes }
    }
}
