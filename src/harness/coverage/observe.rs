//! How far one test took each rule.

use std::path::PathBuf;

use super::place;
use crate::engine::{ClaimId, Examiner};
use crate::harness::recording::{Recording, RuleSetRun};
use crate::lang::ast::{ActionBody, Condition, Expression, Property, Rule, Selector};

/// How many claims are looked at to tell how far a rule came. Beyond that nothing is told.
const CLAIMS_LOOKED_AT: usize = 1_000_000;

/// What a test made a rule do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::harness) struct Seen {
    /// The place of its file.
    pub(super) file: PathBuf,
    /// Its index, from 0.
    pub(super) rule: usize,
    /// Its action ran.
    pub(super) fired: bool,
    /// So many conditions, from the first, can hold together.
    pub(super) held: usize,
    /// For each condition whether it refused something.
    pub(super) refused: Vec<bool>,
}

/// What a run made every rule do. Rule sets that did not run are not among them.
pub(in crate::harness) fn observe(recording: &Recording<'_>) -> Vec<Seen> {
    recording.sets.iter().flat_map(observe_rule_set).collect()
}

fn observe_rule_set(run: &RuleSetRun<'_>) -> Vec<Seen> {
    let file = place(run.source);
    let rules = run.rules.rules.iter().enumerate();
    rules
        .map(|(index, rule)| {
            let fired = run.trace.hits().get(index).is_some_and(|&hits| hits > 0);
            let examiner = if rule.conditions.is_empty() { None } else { run.examiner(index) };
            let (held, refused) = examiner.map_or_else(Default::default, |examiner| came(rule, &examiner));
            let held = if fired { rule.conditions.len() } else { held };
            Seen { file: file.clone(), rule: index, fired, held, refused }
        })
        .collect()
}

/// How many conditions of a rule can hold together, and which of them refused something.
fn came(rule: &Rule, examiner: &Examiner) -> (usize, Vec<bool>) {
    let conditions = rule.conditions.len();
    let mut search =
        Search { rule, examiner, matched: Vec::new(), refused: vec![false; conditions], left: CLAIMS_LOOKED_AT };
    // Where it takes too long to tell, nothing is told.
    let held = search.from(0).unwrap_or_default();
    (held, search.refused)
}

struct Search<'s> {
    rule: &'s Rule,
    examiner: &'s Examiner,
    /// The claims of the selectors so far.
    matched: Vec<ClaimId>,
    refused: Vec<bool>,
    left: usize,
}

impl Search<'_> {
    /// How far the conditions hold, if those before `condition` do. `None` if that takes too long to tell, or if the
    /// rule would fail there.
    fn from(&mut self, condition: usize) -> Option<usize> {
        let Some(current) = self.rule.conditions.get(condition) else { return Some(condition) };
        let furthest = match current {
            Condition::Selector(selector) => self.each_claim(condition, selector)?,
            _ if self.holds(condition, current)? => self.from(condition + 1)?,
            _ => condition,
        };
        // Whoever comes back without having come further was stopped there, unless another way leads on.
        if condition == 0 && furthest < self.rule.conditions.len() {
            self.refuse(furthest);
        }
        Some(furthest)
    }

    fn each_claim(&mut self, condition: usize, selector: &Selector) -> Option<usize> {
        let later = Mentions::after(self.rule, condition, selector);
        let mut furthest = condition;
        let mut is_met = false;
        for claim in self.examiner.ids() {
            if !self.satisfies(condition, claim)? {
                // Had it been let in, the rule would have said something about it.
                if later.anywhere && self.has_type(condition, selector, claim)? {
                    self.refuse(condition);
                }
                continue;
            }
            // One claim is as good as another where no condition after it speaks of it.
            if is_met && !later.in_conditions {
                continue;
            }
            is_met = true;
            self.matched.push(claim);
            let reached = self.from(condition + 1);
            self.matched.pop();
            furthest = furthest.max(reached?);
        }
        Some(furthest)
    }

    /// Whether `exists`, `not exists` or `count` holds.
    fn holds(&mut self, index: usize, condition: &Condition) -> Option<bool> {
        let mut count = 0;
        for claim in self.examiner.ids() {
            count += u64::from(self.satisfies(index, claim)?);
        }
        Some(match condition {
            Condition::Selector(_) => count > 0,
            Condition::Exists { negated, .. } => (count > 0) != *negated,
            Condition::Count { operator, number, .. } => operator.holds(count, number.value()),
        })
    }

    fn satisfies(&mut self, condition: usize, claim: ClaimId) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        self.examiner.satisfies(condition, claim, &self.matched).ok()
    }

    /// Whether a claim is of the type that a selector asks for; one that asks for no type asks for any.
    fn has_type(&mut self, condition: usize, selector: &Selector, claim: ClaimId) -> Option<bool> {
        for (index, predicate) in selector.pattern.predicates.iter().enumerate() {
            let at = (condition, index);
            if predicate.property == Property::Type && !self.examiner.holds(at, claim, &self.matched).ok()? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn refuse(&mut self, condition: usize) {
        if let Some(refused) = self.refused.get_mut(condition) {
            *refused = true;
        }
    }
}

/// Where a rule speaks of the claim of a selector.
#[derive(Clone, Copy, Default)]
struct Mentions {
    in_conditions: bool,
    anywhere: bool,
}

impl Mentions {
    fn after(rule: &Rule, condition: usize, selector: &Selector) -> Self {
        let Some(name) = &selector.binding else { return Self::default() };
        let predicates = rule.conditions.iter().skip(condition + 1).flat_map(|other| &other.pattern().predicates);
        let in_conditions =
            predicates.into_iter().any(|predicate| speaks(&predicate.property, &[&predicate.operand], &name.text));
        let in_action = match &rule.action.body {
            ActionBody::Copy(copied) => copied.is(&name.text),
            ActionBody::Claim(assignments) => {
                assignments.iter().any(|one| speaks(&one.property, &[&one.value], &name.text))
            }
            ActionBody::Store(query) => {
                let parts = [&query.store, &query.query].into_iter().chain(&query.types).chain(&query.parameters);
                speaks(&Property::Type, &parts.collect::<Vec<_>>(), &name.text)
            }
        };
        Self { in_conditions, anywhere: in_conditions || in_action }
    }
}

fn speaks(property: &Property, expressions: &[&Expression], name: &str) -> bool {
    let key = if let Property::Properties(key) = property { Some(&**key) } else { None };
    let mut is_it = false;
    for expression in expressions.iter().copied().chain(key) {
        expression.visit(&mut |part| {
            is_it |= matches!(part, Expression::Access { binding, .. } if binding.is(name));
        });
    }
    is_it
}
