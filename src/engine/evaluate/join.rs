//! The matches of a rule's conditions [language reference 4.3, 4.4].
//!
//! Selectors are joined leftmost outermost, over the set as it is before the rule acts.

use super::regexes::Regexes;
use super::text::Scope;
use crate::engine::claim_set::ClaimSet;
use crate::engine::compile::{Aggregate, AggregateTest, Join, Pattern, Predicate, Rule, Selector};
use crate::engine::{ClaimId, EvalCause, Limits};

/// Tuples of claims, one claim for each selector of the rule.
#[derive(Default)]
pub(super) struct Tuples {
    width: usize,
    count: usize,
    flat: Vec<ClaimId>,
}

impl Tuples {
    /// How many tuples there are.
    pub(super) const fn count(&self) -> usize {
        self.count
    }

    /// One of them; an empty one if the rule has no selectors.
    pub(super) fn tuple(&self, index: usize) -> &[ClaimId] {
        self.flat.get(index * self.width..(index + 1) * self.width).unwrap_or_default()
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[ClaimId]> {
        (0..self.count).map(|index| self.tuple(index))
    }
}

/// All tuples that satisfy the conditions of a rule, in order. `looked_at` counts the claims that the joins of the
/// evaluation looked at so far.
pub(super) fn tuples(
    rule: &Rule,
    set: &ClaimSet,
    regexes: &Regexes,
    limits: &Limits,
    looked_at: &mut usize,
) -> Result<Tuples, Box<EvalCause>> {
    let before = *looked_at;
    let mut joiner = Joiner {
        rule,
        set,
        regexes,
        limits,
        looked_at: before,
        most: limits.candidates.min(before.saturating_add(limits.candidates_per_rule)),
        candidates: vec![None; rule.joins.len()],
        tuple: Vec::with_capacity(rule.slots),
        found: Tuples { width: rule.slots, ..Tuples::default() },
    };
    for gate in &rule.gates {
        if !joiner.holds(gate, None)? {
            *looked_at = joiner.looked_at;
            return Ok(joiner.found);
        }
    }
    joiner.descend(0)?;
    *looked_at = joiner.looked_at;
    Ok(joiner.found)
}

struct Joiner<'a> {
    rule: &'a Rule,
    set: &'a ClaimSet,
    regexes: &'a Regexes,
    limits: &'a Limits,
    /// Claims looked at by this rule and those before it, and how many they may be.
    looked_at: usize,
    most: usize,
    /// For each join the claims that satisfy what speaks of them alone; found when first needed.
    candidates: Vec<Option<Vec<ClaimId>>>,
    tuple: Vec<ClaimId>,
    found: Tuples,
}

impl<'a> Joiner<'a> {
    fn descend(&mut self, depth: usize) -> Result<(), Box<EvalCause>> {
        let Some(join) = self.rule.joins.get(depth) else { return self.keep() };
        let selector = match join {
            Join::Selector(selector) => selector,
            Join::Aggregate(aggregate) => {
                return if self.holds(aggregate, Some(depth))? { self.descend(depth + 1) } else { Ok(()) };
            }
        };
        let candidates = self.candidates(depth, &selector.pattern)?;
        if depth == 0 {
            // Every tuple, if there is no other selector.
            self.found.flat.reserve(candidates.len());
        }
        for &candidate in &candidates {
            if self.satisfies(candidate, &selector.pattern.referring)? {
                self.tuple.push(candidate);
                self.descend(depth + 1)?;
                self.tuple.pop();
                if one_match_is_enough(selector) {
                    break;
                }
            }
        }
        self.put_back(depth, candidates);
        Ok(())
    }

    fn keep(&mut self) -> Result<(), Box<EvalCause>> {
        if self.found.count >= self.limits.tuples_per_rule {
            return Err(Box::new(EvalCause::Tuples { limit: self.limits.tuples_per_rule }));
        }
        self.found.count += 1;
        // One or two, mostly: too few for a block to be copied.
        for &claim in &self.tuple {
            self.found.flat.push(claim);
        }
        Ok(())
    }

    /// Whether an aggregate holds for the tuple so far. Its candidates are kept under `depth` if it will be asked again.
    fn holds(&mut self, aggregate: &'a Aggregate, depth: Option<usize>) -> Result<bool, Box<EvalCause>> {
        let candidates = match depth {
            Some(depth) => self.candidates(depth, &aggregate.pattern)?,
            None => self.filter(&aggregate.pattern)?,
        };
        let mut count: u64 = 0;
        for &candidate in &candidates {
            if self.satisfies(candidate, &aggregate.pattern.referring)? {
                count += 1;
                if matches!(aggregate.test, AggregateTest::Exists { .. }) {
                    break;
                }
            }
        }
        if let Some(depth) = depth {
            self.put_back(depth, candidates);
        }
        Ok(match aggregate.test {
            AggregateTest::Exists { negated } => (count > 0) != negated,
            AggregateTest::Count { operator, number } => operator.holds(count, number),
        })
    }

    fn candidates(&mut self, depth: usize, pattern: &'a Pattern) -> Result<Vec<ClaimId>, Box<EvalCause>> {
        match self.candidates.get_mut(depth).and_then(Option::take) {
            Some(known) => Ok(known),
            None => self.filter(pattern),
        }
    }

    fn put_back(&mut self, depth: usize, candidates: Vec<ClaimId>) {
        if let Some(slot) = self.candidates.get_mut(depth) {
            *slot = Some(candidates);
        }
    }

    /// The claims that satisfy everything that speaks of them alone.
    fn filter(&mut self, pattern: &'a Pattern) -> Result<Vec<ClaimId>, Box<EvalCause>> {
        let mut kept = Vec::new();
        if let Some(claim_type) = pattern.claim_type {
            let set = self.set;
            let of_type = set.of_type(claim_type);
            kept.reserve(of_type.len());
            for candidate in of_type {
                if self.satisfies(candidate, &pattern.local)? {
                    kept.push(candidate);
                }
            }
        } else {
            for candidate in self.set.ids() {
                if self.satisfies(candidate, &pattern.local)? {
                    kept.push(candidate);
                }
            }
        }
        Ok(kept)
    }

    #[inline]
    fn satisfies(&mut self, candidate: ClaimId, predicates: &'a [Predicate]) -> Result<bool, Box<EvalCause>> {
        self.looked_at += 1;
        if self.looked_at > self.most {
            return Err(Box::new(self.too_many()));
        }
        let Some(claim) = self.set.view(candidate) else { return Ok(false) };
        let scope =
            Scope { set: self.set, tuple: &self.tuple, regexes: self.regexes, text_bytes: self.limits.text_bytes };
        for predicate in predicates {
            if !scope.holds(predicate, claim)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    #[cold]
    fn too_many(&self) -> EvalCause {
        let Limits { candidates, candidates_per_rule, .. } = *self.limits;
        if self.most == candidates {
            EvalCause::AllCandidates { limit: candidates }
        } else {
            EvalCause::Candidates { limit: candidates_per_rule }
        }
    }
}

/// Whether a selector asks only if there is such a claim: one that nothing refers to does, since every further match
/// would make the same claims again, or ask a store the same question [language reference 4.3].
const fn one_match_is_enough(selector: &Selector) -> bool {
    !selector.is_referred_to
}
