//! One rule that could have made a claim: why it did not.

use crate::aws::Role;
use crate::engine::{Claim, ClaimId, Examiner, Limits, Made as Making};
use crate::harness::explain::filled;
use crate::harness::group;
use crate::harness::whynot::found::{
    Answer, Block, Candidate, Fired, Fixed, Made, Missing, Near, Obstacle, Tried, Why,
};
use crate::harness::whynot::makes::{Makes, could_make};
use crate::harness::whynot::near::{Place, made};
use crate::harness::whynot::search::{NAMED, Search, nearest};
use crate::harness::whynot::solve::{Value, pins, slot_of};
use crate::harness::whynot::sought::{Hypothesis, Sought};
use crate::harness::whynot::walk::{Pins, Stop, Walk, satisfying, walk};
use crate::lang::ast::{Condition, CountOperator, Property, Rule, Verb};

/// What there is to say of a rule.
pub(super) enum Verdict {
    /// It could have made the claim.
    Candidate(Box<Candidate>),
    /// It makes such claims, always with another value.
    Fixed(Fixed),
    /// It runs later, or only adds; and it did not make it.
    NotNow,
    /// It makes other claims.
    Cannot,
}

/// Looks at one rule.
pub(super) fn look(search: &Search<'_>, sought: &Sought<'_>, index: usize, depth: usize) -> Verdict {
    let run = sought.run;
    let Some(rule) = run.rule(index) else { return Verdict::Cannot };
    let Some(makes) = could_make(rule, sought) else { return Verdict::Cannot };
    let candidate = |why, root| Verdict::Candidate(Box::new(Candidate { rule: run.rule_ref(index), why, root }));
    let only_adds = sought.issued && rule.action.verb == Verb::Add;
    if index >= sought.before || only_adds {
        let made_it =
            run.trace.all_origins().any(|(id, origin)| origin.rule == index && run.claim(id).is_some_and(sought.fits));
        let makes_others = !only_adds && index > sought.before && makes != Makes::Copy;
        return match (made_it, only_adds) {
            (true, true) => candidate(Why::OnlyAdds, None),
            (true, false) => candidate(Why::TooLate { made_it }, None),
            (false, _) if makes_others => candidate(Why::TooLate { made_it }, None),
            (false, _) => Verdict::NotNow,
        };
    }
    if let Makes::Claim { value: Some(value) } = &makes
        && !value_will_do(sought, value)
    {
        return Verdict::Fixed(Fixed { rule: run.rule_ref(index), value: shown(sought, value) });
    }
    let Some(examiner) = run.examiner(index) else { return Verdict::Cannot };
    let look = Look { search, sought, index, rule, examiner: &examiner, makes: &makes, depth };
    match look.why() {
        Ok((why, root)) => candidate(why, root.map(Box::new)),
        Err(Stop::TooMany) => candidate(Why::Unknown("there are too many combinations of claims".to_owned()), None),
        Err(Stop::Fails(failure)) => candidate(Why::Unknown(failure.to_string()), None),
    }
}

/// Whether the nearest claim has this value, so that its predicates say what is wrong with it.
fn is_value(obstacle: &Obstacle, value: &str) -> bool {
    matches!(obstacle, Obstacle::NoClaim(Some(near)) if *near.made.claim.value == *value)
}

/// Whether a value that a rule always gives could be the one.
fn value_will_do(sought: &Sought<'_>, value: &str) -> bool {
    match &sought.value {
        Value::Any => true,
        Value::Exactly(wanted) => wanted == value,
        Value::Role { account, name } => {
            Role::parse(value).is_ok_and(|role| role.account.as_str() == account && role.name == *name)
        }
    }
}

/// A value, a role as one if roles are looked for.
fn shown(sought: &Sought<'_>, value: &str) -> String {
    match sought.value {
        Value::Role { .. } => Role::parse(value).map_or_else(|_| value.to_owned(), |role| role.to_string()),
        _ => value.to_owned(),
    }
}

struct Look<'a> {
    search: &'a Search<'a>,
    sought: &'a Sought<'a>,
    index: usize,
    rule: &'a Rule,
    examiner: &'a Examiner,
    makes: &'a Makes,
    depth: usize,
}

/// A cause, and what is behind it.
type Cause = (Why, Option<Missing>);

impl Look<'_> {
    fn why(&self) -> Result<Cause, Stop> {
        let strict = pins(self.rule, &self.sought.value, false);
        if strict.values.is_empty() && matches!(self.sought.value, Value::Exactly(_)) {
            let lenient = pins(self.rule, &self.sought.value, true);
            let cause = self.with(&lenient)?;
            let is_hopeless = matches!(&cause.0, Why::Blocked(block) if !block.refused.is_empty());
            if !is_hopeless {
                return Ok(cause);
            }
        }
        let cause = self.with(&strict)?;
        let is_refused = matches!(&cause.0, Why::Blocked(block) if !block.refused.is_empty());
        // That an example would not do says nothing of other values.
        if is_refused && strict.are_examples { self.with(&Pins::default()) } else { Ok(cause) }
    }

    /// Why not, if claims must have these values.
    fn with(&self, pins: &Pins) -> Result<Cause, Stop> {
        let budget = &self.search.budget;
        let pinned = walk(self.rule, self.examiner, pins, budget)?;
        let plain =
            if pins.values.is_empty() { None } else { Some(walk(self.rule, self.examiner, &Pins::default(), budget)?) };
        match (pinned.blocked, plain) {
            (None, _) => self.fired(&pinned),
            (Some(at), Some(Walk { blocked: None, .. })) => self.blocked(at, &pinned, pins, Some(self.made_values())),
            (Some(_), Some(plain @ Walk { blocked: Some(at), .. })) => self.blocked(at, &plain, pins, None),
            (Some(at), None) => self.blocked(at, &pinned, pins, None),
        }
    }

    /// The conditions are met, and the claim is not made.
    fn fired(&self, walk: &Walk) -> Result<Cause, Stop> {
        let Makes::Columns(columns) = self.makes else { return Ok((Why::Makes(self.made_values()), None)) };
        let mut answers: Vec<(String, Answer)> = Vec::new();
        for tuple in &walk.tuples {
            let Some(Making::Rows { query, types }) = self.examiner.made(tuple)? else { continue };
            let text = filled(&query);
            if answers.len() >= NAMED || answers.iter().any(|(known, _)| *known == text) {
                continue;
            }
            let rows = self.search.recording.answer(&query).unwrap_or_default();
            let wanted = columns.iter().filter(|column| types.get(**column).is_some_and(|it| (self.sought.types)(it)));
            let cells = wanted.flat_map(|column| rows.iter().filter_map(|row| row.get(*column)?.as_deref()));
            let mut values: Vec<String> = Vec::new();
            for cell in cells {
                if !values.iter().any(|known| known == cell) {
                    values.push(cell.to_owned());
                }
            }
            let exact = self.sought.exact_value();
            let group = exact.filter(|_| columns.iter().any(|column| group::is_group_column(&query, *column)));
            let answer = Answer {
                store: query.store.to_string(),
                query: text.clone(),
                rows: rows.len(),
                count: values.len(),
                values: nearest(values, exact),
                group: group.and_then(|value| group::standing(self.search.stores, &query, value)),
            };
            answers.push((text, answer));
        }
        Ok((Why::Answers(answers.into_iter().map(|(_, answer)| answer).collect()), None))
    }

    /// What the rule made, of the types that are looked for.
    fn made_values(&self) -> Fired {
        let run = self.sought.run;
        let mut values: Vec<String> = Vec::new();
        for (id, origin) in run.trace.all_origins() {
            if origin.rule == self.index
                && let Some(claim) = run.claim(id)
                && (self.sought.types)(&claim.claim_type)
            {
                let value = shown(self.sought, &claim.value);
                if !values.contains(&value) {
                    values.push(value);
                }
            }
        }
        let wanted = self.sought.text().value;
        Fired { count: values.len(), values: nearest(values, wanted.as_deref()) }
    }

    fn blocked(&self, at: usize, walk: &Walk, pins: &Pins, fired: Option<Fired>) -> Result<Cause, Stop> {
        let Some(condition) = self.rule.conditions.get(at) else { return Ok((Why::Makes(self.made_values()), None)) };
        let selector = match condition {
            Condition::Selector(selector) => slot_of(self.rule, at).map(|slot| (slot, selector)),
            _ => None,
        };
        let pin = selector.and_then(|(slot, _)| pins.values.get(&slot));
        let place = self.place(at, &walk.tuples, pin.map(String::as_str));
        let (mut obstacle, mut tuple) = (Obstacle::NoClaim(None), walk.tuples.first().cloned());
        match condition {
            Condition::Exists { negated: true, .. } => (obstacle, tuple) = (self.refuted(at, walk)?, None),
            Condition::Count { operator, .. } => {
                let found = self.counted(at, walk, *operator)?;
                let wants_more = !matches!(operator, CountOperator::Less | CountOperator::LessOrEqual);
                tuple = tuple.filter(|_| wants_more && matches!(found, Obstacle::Count { count: 0, .. }));
                obstacle = found;
            }
            Condition::Selector(_) | Condition::Exists { .. } => {
                if let Some((near, beside)) = place.near(&self.search.budget)? {
                    tuple = Some(beside).filter(|_| place.lacks_value(&near));
                    obstacle = Obstacle::NoClaim(Some(near));
                }
            }
        }
        let refused = match pin {
            Some(pin) if !is_value(&obstacle, pin) => self.refused(at, walk, pin)?,
            _ => Vec::new(),
        };
        // What would not do is not looked for.
        let root = tuple.filter(|_| refused.is_empty()).and_then(|tuple| self.root(at, &tuple, pin));
        let block = Block {
            number: at + 1,
            binding: selector.and_then(|(_, selector)| selector.binding.as_ref().map(|name| name.text.clone())),
            text: self.sought.run.text(condition.span()),
            looked_at: self.examiner.ids().len(),
            obstacle,
            fired,
            needed: pin.cloned(),
            needed_is_example: pins.are_examples,
            refused,
        };
        Ok((Why::Blocked(Box::new(block)), root))
    }

    fn place<'p>(&'p self, condition: usize, tuples: &'p [Vec<ClaimId>], pin: Option<&'p str>) -> Place<'p> {
        Place { run: self.sought.run, rule: self.rule, examiner: self.examiner, condition, tuples, pin }
    }

    /// Why there is no claim that satisfies the condition.
    fn root(&self, at: usize, tuple: &[ClaimId], pin: Option<&String>) -> Option<Missing> {
        let matched = tuple.iter().filter_map(|id| self.examiner.claim(*id)).collect();
        let hypothesis = Hypothesis::new(self.rule, at, matched, pin.cloned())?;
        let sought = Sought {
            run: self.sought.run,
            before: self.index,
            issued: false,
            claim_type: hypothesis.claim_type(),
            value: hypothesis.value(),
            types: &|claim_type| hypothesis.fits_type(claim_type),
            fits: &|claim| hypothesis.fits(claim),
        };
        Some(self.search.missing(&sought, self.depth + 1))
    }

    /// What keeps a claim of the needed value away; nothing if it would do.
    fn refused(&self, at: usize, walk: &Walk, pin: &str) -> Result<Vec<Tried>, Stop> {
        let tuple = walk.tuples.first().cloned().unwrap_or_default();
        let matched: Vec<_> = tuple.iter().filter_map(|id| self.examiner.claim(*id)).collect();
        let Some(mut supposing) = Examiner::new(self.rule, matched.clone(), &Limits::default()) else {
            return Ok(Vec::new());
        };
        let matched: Vec<ClaimId> = matched.iter().map(|claim| supposing.suppose(claim)).collect();
        let claim_type =
            Hypothesis::new(self.rule, at, Vec::new(), None).and_then(|hypothesis| hypothesis.claim_type());
        let claim = Claim::new(claim_type.unwrap_or_default(), pin, "");
        let id = supposing.suppose(&claim);
        let tried = self.place(at, &walk.tuples, None).tried(&supposing, id, &claim, &matched)?;
        let predicates = self.rule.conditions.get(at).map(|condition| &condition.pattern().predicates);
        let of_value = predicates.into_iter().flatten().zip(tried);
        let of_value = of_value.filter(|(predicate, _)| predicate.property == Property::Value).map(|(_, tried)| tried);
        Ok(of_value.filter(|tried| tried.difference.is_some()).collect())
    }

    /// The claims that keep `not exists` from holding.
    fn refuted(&self, at: usize, walk: &Walk) -> Result<Obstacle, Stop> {
        let found = self.satisfying(at, walk)?;
        Ok(Obstacle::Claims { count: found.len(), first: self.named(&found) })
    }

    fn counted(&self, at: usize, walk: &Walk, operator: CountOperator) -> Result<Obstacle, Stop> {
        let found = self.satisfying(at, walk)?;
        let wants_more = !matches!(operator, CountOperator::Less | CountOperator::LessOrEqual);
        let mut near: Option<Near> = None;
        if found.is_empty() && wants_more {
            near = self.place(at, &walk.tuples, None).near(&self.search.budget)?.map(|(near, _)| near);
        }
        Ok(Obstacle::Count { count: found.len(), first: self.named(&found), near })
    }

    fn satisfying(&self, at: usize, walk: &Walk) -> Result<Vec<ClaimId>, Stop> {
        let tuple = walk.tuples.first().map(Vec::as_slice).unwrap_or_default();
        satisfying(self.examiner, at, tuple, None, false, &self.search.budget)
    }

    fn named(&self, ids: &[ClaimId]) -> Vec<Made> {
        let claims = ids.iter().take(NAMED).filter_map(|id| Some((*id, self.examiner.claim(*id)?)));
        claims.map(|(id, claim)| made(self.sought.run, id, claim)).collect()
    }
}
