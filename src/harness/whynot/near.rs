//! The claim that comes nearest to satisfying a condition.

use crate::engine::{Claim, ClaimId, Examiner};
use crate::harness::recording::{RuleSetRun, before};
use crate::harness::whynot::difference::difference;
use crate::harness::whynot::found::{Made, Near, Tried};
use crate::harness::whynot::walk::{Budget, Stop};
use crate::lang::ast::{Comparison, Expression, Predicate, Property, Rule};

/// How many partial matches are looked at.
const MOST_TUPLES: usize = 50;
/// How many claims of one rank are compared by how much alike they are.
const MOST_ALIKE: usize = 500;

/// A condition, and what was matched before it.
pub(super) struct Place<'a> {
    pub(super) run: &'a RuleSetRun<'a>,
    pub(super) rule: &'a Rule,
    pub(super) examiner: &'a Examiner,
    pub(super) condition: usize,
    pub(super) tuples: &'a [Vec<ClaimId>],
    /// The value that the claim must have besides.
    pub(super) pin: Option<&'a str>,
}

/// How well a claim does: more is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    type_holds: bool,
    holds: usize,
    alike: usize,
}

impl Place<'_> {
    /// The nearest claim, with the partial match beside which it is nearest.
    pub(super) fn near(&self, budget: &Budget) -> Result<Option<(Near, Vec<ClaimId>)>, Stop> {
        let mut best: Vec<(Rank, ClaimId, &[ClaimId])> = Vec::new();
        for tuple in self.tuples.iter().take(MOST_TUPLES) {
            let matched = before(self.rule, self.condition, tuple);
            for id in self.examiner.ids() {
                budget.look()?;
                let rank = self.rank(id, matched)?;
                if !self.is_of_interest(rank, id, matched) {
                    continue;
                }
                match best.first() {
                    Some((first, ..)) if *first > rank => {}
                    Some((first, ..)) if *first == rank => best.push((rank, id, tuple)),
                    _ => best = vec![(rank, id, tuple)],
                }
            }
        }
        for (rank, id, tuple) in best.iter_mut().take(MOST_ALIKE) {
            rank.alike = self.alike(*id, before(self.rule, self.condition, tuple))?;
        }
        // The first of equals, so that the answer is stable.
        let mut chosen: Option<(Rank, ClaimId, &[ClaimId])> = None;
        for candidate in best.into_iter().take(MOST_ALIKE) {
            if chosen.is_none_or(|(rank, ..)| candidate.0 > rank) {
                chosen = Some(candidate);
            }
        }
        let Some((_, id, tuple)) = chosen else { return Ok(None) };
        let Some(claim) = self.examiner.claim(id) else { return Ok(None) };
        let tried = self.tried(self.examiner, id, &claim, before(self.rule, self.condition, tuple))?;
        Ok(Some((Near { made: made(self.run, id, claim), tried }, tuple.to_vec())))
    }

    /// Every predicate, tried on a claim.
    pub(super) fn tried(
        &self,
        examiner: &Examiner,
        id: ClaimId,
        claim: &Claim,
        matched: &[ClaimId],
    ) -> Result<Vec<Tried>, Stop> {
        let mut tried = Vec::new();
        for (at, predicate) in self.predicates() {
            let place = (self.condition, at);
            let Some(sides) = examiner.sides(place, id, matched)? else { continue };
            let holds = examiner.holds(place, id, matched)?;
            let is_literal = matches!(predicate.operand, Expression::Literal(_));
            tried.push(Tried {
                text: self.run.text(predicate.span),
                left: sides.left.to_string(),
                right: (!is_literal).then(|| sides.right.to_string()),
                difference: (!holds).then(|| difference(&sides.left, predicate.comparison, &sides.right)),
            });
        }
        if let Some(pin) = self.pin {
            tried.push(Tried {
                text: format!("Value is `{pin}`"),
                left: claim.value.to_string(),
                right: None,
                difference: (*claim.value != *pin).then(|| difference(&claim.value, Comparison::Equal, pin)),
            });
        }
        Ok(tried)
    }

    /// Whether what keeps a claim away is its type or its value, so that another claim could do. One that has the only
    /// value that would do shows what else is wrong.
    pub(super) fn lacks_value(&self, near: &Near) -> bool {
        let is_the_value =
            |predicate: &Predicate| predicate.property == Property::Value && predicate.comparison == Comparison::Equal;
        let has_it = near
            .tried
            .iter()
            .zip(self.predicates())
            .any(|(tried, (_, predicate))| is_the_value(predicate) && tried.difference.is_none());
        if has_it || self.pin.is_some_and(|pin| *near.made.claim.value == *pin) {
            return false;
        }
        let properties = self.predicates().map(|(_, predicate)| Some(&predicate.property)).chain([None]);
        near.tried.iter().zip(properties).any(|(tried, property)| {
            tried.difference.is_some() && matches!(property, None | Some(Property::Type | Property::Value))
        })
    }

    fn rank(&self, id: ClaimId, matched: &[ClaimId]) -> Result<Rank, Stop> {
        let mut rank = Rank { type_holds: true, ..Rank::default() };
        for (at, predicate) in self.predicates() {
            let holds = self.examiner.holds((self.condition, at), id, matched)?;
            rank.holds += usize::from(holds);
            rank.type_holds &= holds || predicate.property != Property::Type;
        }
        Ok(rank)
    }

    /// Whether a claim is of the right type, or of one that is written almost like it.
    fn is_of_interest(&self, rank: Rank, id: ClaimId, matched: &[ClaimId]) -> bool {
        rank.type_holds
            || self.predicates().filter(|(_, predicate)| predicate.property == Property::Type).all(|(at, _)| {
                let sides = self.examiner.sides((self.condition, at), id, matched);
                sides.is_ok_and(|sides| sides.is_some_and(|sides| is_lookalike(&sides.left, &sides.right)))
            })
    }

    /// How much alike what fails is to what is wanted.
    fn alike(&self, id: ClaimId, matched: &[ClaimId]) -> Result<usize, Stop> {
        let mut total = 0;
        if let (Some(pin), Some(claim)) = (self.pin, self.examiner.claim(id)) {
            return Ok(alike(&claim.value, pin));
        }
        for (at, predicate) in self.predicates() {
            let place = (self.condition, at);
            if self.examiner.holds(place, id, matched)? {
                continue;
            }
            let Some(sides) = self.examiner.sides(place, id, matched)? else { continue };
            total += match predicate.comparison {
                Comparison::Equal => alike(&sides.left, &sides.right),
                Comparison::NotEqual | Comparison::DoesNotMatch => 0,
                Comparison::Matches => {
                    let found = difference(&sides.left, predicate.comparison, &sides.right);
                    if found.hint.is_some() { 1_000 } else { found.at.unwrap_or(0).min(900) }
                }
            };
        }
        Ok(total)
    }

    fn predicates(&self) -> impl Iterator<Item = (usize, &Predicate)> {
        let condition = self.rule.conditions.get(self.condition);
        condition.into_iter().flat_map(|condition| condition.pattern().predicates.iter().enumerate())
    }
}

/// How much alike two texts are, in thousandths, letter case hardly counted.
pub(super) fn alike(left: &str, right: &str) -> usize {
    if left == right {
        return 1_001;
    }
    let (left, right) = (left.to_lowercase(), right.to_lowercase());
    let longer = left.chars().count().max(right.chars().count()).max(1);
    if longer > 500 {
        return left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count() * 1_000 / longer;
    }
    (longer - strsim::damerau_levenshtein(&left, &right).min(longer)) * 1_000 / longer
}

/// Whether two claim types differ only in letter case, in the scheme, or in white space and slashes at the end.
pub(super) fn is_lookalike(left: &str, right: &str) -> bool {
    let plain = |text: &str| {
        let text = text.trim().trim_end_matches('/').to_lowercase();
        text.split_once("://").map_or(text.clone(), |(_, rest)| rest.to_owned())
    };
    left != right && plain(left) == plain(right)
}

/// A claim with the rule that made it.
pub(super) fn made(run: &RuleSetRun<'_>, id: ClaimId, claim: Claim) -> Made {
    Made { claim, by: run.maker(id).map(|rule| run.rule_ref(rule)) }
}
