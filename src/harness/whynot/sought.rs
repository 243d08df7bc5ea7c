//! What a search looks for: a claim that would satisfy somebody.

use std::cell::RefCell;

use crate::engine::claim::AD_AUTHORITY;
use crate::engine::{Claim, ClaimId, Examiner, Limits};
use crate::harness::recording::RuleSetRun;
use crate::harness::whynot::found::SoughtText;
use crate::harness::whynot::solve::Value;
use crate::lang::ast::{Comparison, Property, Rule};

/// A claim that is looked for in the run of a rule set.
pub(super) struct Sought<'a> {
    /// The rule set.
    pub(super) run: &'a RuleSetRun<'a>,
    /// The rule that needs it; rules from there on come too late.
    pub(super) before: usize,
    /// Whether it must be issued.
    pub(super) issued: bool,
    /// Its type, if there is only one.
    pub(super) claim_type: Option<String>,
    /// Its value.
    pub(super) value: Value,
    /// Whether a type will do.
    pub(super) types: &'a dyn Fn(&str) -> bool,
    /// Whether a claim will do.
    pub(super) fits: &'a dyn Fn(&Claim) -> bool,
}

impl<'a> Sought<'a> {
    /// The same claim in the output of another rule set.
    pub(super) fn issued_by(&self, run: &'a RuleSetRun<'a>) -> Self {
        let (claim_type, value) = (self.claim_type.clone(), self.value.clone());
        Self { run, before: run.rules.rules.len(), issued: true, claim_type, value, types: self.types, fits: self.fits }
    }

    pub(super) fn text(&self) -> SoughtText {
        let value = match &self.value {
            Value::Any => None,
            Value::Exactly(value) => Some(value.clone()),
            Value::Role { account, name } => Some(format!("{account}/{name}")),
        };
        SoughtText { claim_type: self.claim_type.clone(), value, issued: self.issued, stage: self.run.stage }
    }

    /// The value, if it is one text.
    pub(super) fn exact_value(&self) -> Option<&str> {
        match &self.value {
            Value::Exactly(value) => Some(value),
            _ => None,
        }
    }
}

/// A condition of a rule, to be asked about claims that are not there.
pub(super) struct Hypothesis<'r> {
    rule: &'r Rule,
    condition: usize,
    /// A rule over as many claims as it needs.
    examiner: RefCell<Examiner>,
    matched: Vec<ClaimId>,
    pin: Option<String>,
}

impl<'r> Hypothesis<'r> {
    /// A condition after these claims were matched. With a pin, only claims of that value will do.
    pub(super) fn new(rule: &'r Rule, condition: usize, matched: Vec<Claim>, pin: Option<String>) -> Option<Self> {
        let mut examiner = Examiner::new(rule, [], &Limits::default())?;
        let matched = matched.into_iter().map(|claim| examiner.suppose(&claim)).collect();
        Some(Self { rule, condition, examiner: RefCell::new(examiner), matched, pin })
    }

    /// Whether a claim would do.
    pub(super) fn fits(&self, claim: &Claim) -> bool {
        let mut examiner = self.examiner.borrow_mut();
        let id = examiner.suppose(claim);
        let is_pinned = self.pin.as_ref().is_none_or(|pin| **pin == *claim.value);
        is_pinned && examiner.satisfies(self.condition, id, &self.matched).unwrap_or(false)
    }

    /// Whether a claim of this type could do.
    pub(super) fn fits_type(&self, claim_type: &str) -> bool {
        let mut examiner = self.examiner.borrow_mut();
        let id = examiner.suppose(&Claim::new(claim_type, "", AD_AUTHORITY));
        let predicates = self.predicates().filter(|(_, predicate)| predicate.property == Property::Type);
        predicates.into_iter().all(|(at, _)| examiner.holds((self.condition, at), id, &self.matched).unwrap_or(false))
    }

    /// The only type that will do.
    pub(super) fn claim_type(&self) -> Option<String> {
        self.equal_to(&Property::Type)
    }

    /// The value that will do.
    pub(super) fn value(&self) -> Value {
        let only = self.pin.clone().or_else(|| self.equal_to(&Property::Value));
        only.map_or(Value::Any, Value::Exactly)
    }

    fn equal_to(&self, property: &Property) -> Option<String> {
        let (at, _) = self
            .predicates()
            .find(|(_, predicate)| predicate.property == *property && predicate.comparison == Comparison::Equal)?;
        let operand = self.examiner.borrow().operand((self.condition, at), &self.matched);
        operand.ok()?.map(|text| text.to_string())
    }

    fn predicates(&self) -> impl Iterator<Item = (usize, &'r crate::lang::ast::Predicate)> + use<'r> {
        let condition = self.rule.conditions.get(self.condition);
        condition.into_iter().flat_map(|condition| condition.pattern().predicates.iter().enumerate())
    }
}
