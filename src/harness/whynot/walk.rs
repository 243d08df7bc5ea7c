//! How far the conditions of a rule get, one after the other.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::engine::{ClaimId, Examiner, Failure};
use crate::harness::recording::before;
use crate::lang::ast::{Condition, CountOperator, Rule};

/// How many partial matches are carried from one condition to the next.
const MOST_TUPLES: usize = 5_000;

/// Values that the claims of selectors must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pins {
    /// By the selector's place among the selectors.
    pub(super) values: BTreeMap<usize, String>,
    /// Whether other values could do, too.
    pub(super) are_examples: bool,
}

/// How far the conditions got.
pub(super) struct Walk {
    /// The condition that nothing satisfied; `None` if all were satisfied.
    pub(super) blocked: Option<usize>,
    /// What the selectors before it matched.
    pub(super) tuples: Vec<Vec<ClaimId>>,
}

/// Why nobody can tell.
pub(super) enum Stop {
    /// There are too many combinations of claims.
    TooMany,
    /// The rule would fail.
    Fails(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Fails(failure)
    }
}

/// Claims that may still be looked at.
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) const fn new(looks: usize) -> Self {
        Self(Cell::new(looks))
    }

    pub(super) fn look(&self) -> Result<(), Stop> {
        self.0.set(self.0.get().checked_sub(1).ok_or(Stop::TooMany)?);
        Ok(())
    }
}

/// Takes the conditions in the order written. A selector with a pin takes only claims of that value.
pub(super) fn walk(rule: &Rule, examiner: &Examiner, pins: &Pins, budget: &Budget) -> Result<Walk, Stop> {
    let mut tuples: Vec<Vec<ClaimId>> = vec![Vec::new()];
    let mut slot = 0;
    for (index, condition) in rule.conditions.iter().enumerate() {
        let mut kept = Vec::new();
        for tuple in &tuples {
            if let Condition::Selector(selector) = condition {
                let one_is_enough = selector.binding.is_none();
                for id in satisfying(examiner, index, tuple, pins.values.get(&slot), one_is_enough, budget)? {
                    kept.push(tuple.iter().copied().chain([id]).collect());
                }
            } else if aggregate_holds(rule, index, condition, examiner, tuple, budget)? {
                kept.push(tuple.clone());
            }
            if kept.len() > MOST_TUPLES {
                return Err(Stop::TooMany);
            }
        }
        if kept.is_empty() {
            return Ok(Walk { blocked: Some(index), tuples });
        }
        tuples = kept;
        slot += usize::from(matches!(condition, Condition::Selector(_)));
    }
    Ok(Walk { blocked: None, tuples })
}

/// The claims that satisfy a condition, or the first of them.
pub(super) fn satisfying(
    examiner: &Examiner,
    condition: usize,
    matched: &[ClaimId],
    pin: Option<&String>,
    one_is_enough: bool,
    budget: &Budget,
) -> Result<Vec<ClaimId>, Stop> {
    let mut found = Vec::new();
    for id in examiner.ids() {
        budget.look()?;
        let is_pinned = || pin.is_none_or(|pin| examiner.claim(id).is_some_and(|claim| *claim.value == **pin));
        if examiner.satisfies(condition, id, matched)? && is_pinned() {
            found.push(id);
            if one_is_enough {
                break;
            }
        }
    }
    Ok(found)
}

fn aggregate_holds(
    rule: &Rule,
    index: usize,
    condition: &Condition,
    examiner: &Examiner,
    tuple: &[ClaimId],
    budget: &Budget,
) -> Result<bool, Stop> {
    let exists = matches!(condition, Condition::Exists { .. });
    let count = satisfying(examiner, index, before(rule, index, tuple), None, exists, budget)?.len() as u64;
    Ok(match condition {
        Condition::Selector(_) => count > 0,
        Condition::Exists { negated, .. } => (count > 0) != *negated,
        Condition::Count { operator, number, .. } => {
            let number = number.value();
            match operator {
                CountOperator::Greater => count > number,
                CountOperator::GreaterOrEqual => count >= number,
                CountOperator::Equal => count == number,
                CountOperator::NotEqual => count != number,
                CountOperator::LessOrEqual => count <= number,
                CountOperator::Less => count < number,
            }
        }
    })
}
