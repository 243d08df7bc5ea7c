//! What each condition of a rule found when the rule fired.

use crate::engine::{ClaimId, Examiner};
use crate::harness::explain::NodeId;
use crate::harness::recording::{RuleSetRun, before};
use crate::lang::ast::{Condition, Rule};

/// How many of the claims that an aggregate counts are named.
const NAMED: usize = 5;

/// A condition that held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// The condition as written.
    pub text: String,
    /// Why it held.
    pub by: MetBy,
}

/// Why a condition held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetBy {
    /// A selector: the claim that it matched.
    Claim(NodeId),
    /// `exists`, `not exists` or `count`: how many claims satisfied it, and the first of them.
    Claims {
        /// How many there were.
        count: usize,
        /// The first few.
        first: Vec<NodeId>,
    },
}

/// A rule that fired, and how closely to look at it.
pub(super) struct Look<'a> {
    pub(super) run: &'a RuleSetRun<'a>,
    pub(super) rule: &'a Rule,
    pub(super) examiner: &'a Examiner,
    /// Selectors, too, and some more of the claims that an aggregate speaks of.
    pub(super) everything: bool,
}

impl Look<'_> {
    /// What the conditions found in one match.
    pub(super) fn met(&self, matched: &[ClaimId], node: &mut impl FnMut(ClaimId) -> NodeId) -> Vec<Met> {
        let mut selectors = matched.iter();
        let mut found = Vec::new();
        for (index, condition) in self.rule.conditions.iter().enumerate() {
            let by = if matches!(condition, Condition::Selector(_)) {
                let Some(&claim) = selectors.next().filter(|_| self.everything) else { continue };
                MetBy::Claim(node(claim))
            } else {
                let before = before(self.rule, index, matched);
                let satisfies = |&id: &ClaimId| self.examiner.satisfies(index, id, before).unwrap_or(false);
                let satisfying: Vec<ClaimId> = self.examiner.ids().filter(satisfies).collect();
                let named = satisfying.iter().take(if self.everything { NAMED } else { 1 });
                MetBy::Claims { count: satisfying.len(), first: named.map(|&id| node(id)).collect() }
            };
            found.push(Met { text: self.run.text(condition.span()), by });
        }
        found
    }
}
