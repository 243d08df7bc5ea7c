//! The search backwards: from a claim that is missing to the rules that could have made it, to the claims that these
//! lack, and so on, until nothing is before it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::engine::{Stage, Stores};
use crate::harness::recording::{Recording, RuleSetRun};
use crate::harness::whynot::candidate::{self, Verdict};
use crate::harness::whynot::found::{Cut, Given, Lookalike, Missing, SoughtText};
use crate::harness::whynot::makes::{could_make, literal_types};
use crate::harness::whynot::near::{alike, is_lookalike, made};
use crate::harness::whynot::sought::Sought;
use crate::harness::whynot::walk::Budget;

/// How many rules a chain of causes may have.
const DEEPEST: usize = 16;
/// How many claims one search may look at.
const LOOKS: usize = 20_000_000;
/// How many values are named where there are many.
pub(super) const NAMED: usize = 3;

/// One search, with what it told already.
pub(super) struct Search<'a> {
    pub(super) recording: &'a Recording<'a>,
    pub(super) stores: &'a Stores,
    pub(super) budget: Budget,
    told: RefCell<BTreeSet<(SoughtText, usize)>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(recording: &'a Recording<'a>, stores: &'a Stores) -> Self {
        Self { recording, stores, budget: Budget::new(LOOKS), told: RefCell::default() }
    }

    /// Why there is no such claim.
    pub(super) fn missing(&self, sought: &Sought<'_>, depth: usize) -> Missing {
        let mut missing = Missing {
            sought: sought.text(),
            candidates: Vec::new(),
            fixed: Vec::new(),
            lookalikes: Vec::new(),
            rules: sought.run.rules.rules.len(),
            given: None,
            cut: None,
        };
        let key = (missing.sought.clone(), sought.before);
        let is_known = missing.sought.claim_type.is_some() || missing.sought.value.is_some();
        if depth >= DEEPEST {
            missing.cut = Some(Cut::TooDeep);
        } else if is_known && !self.told.borrow_mut().insert(key) {
            missing.cut = Some(Cut::Told);
        }
        if missing.cut.is_some() {
            return missing;
        }
        for (index, rule) in sought.run.rules.rules.iter().enumerate() {
            match candidate::look(self, sought, index, depth) {
                Verdict::Candidate(candidate) => missing.candidates.push(*candidate),
                Verdict::Fixed(fixed) => missing.fixed.push(fixed),
                Verdict::Cannot => {
                    let wanted = sought.claim_type.as_deref();
                    let types = literal_types(rule).into_iter();
                    let alike = types.filter(|found| wanted.is_some_and(|wanted| is_lookalike(found, wanted)));
                    let rule = sought.run.rule_ref(index);
                    missing.lookalikes.extend(alike.map(|claim_type| Lookalike { rule: rule.clone(), claim_type }));
                }
                Verdict::NotNow => {}
            }
        }
        missing.given = self.given(sought, missing.candidates.is_empty(), depth);
        missing
    }

    fn given(&self, sought: &Sought<'_>, is_only_hope: bool, depth: usize) -> Option<Given> {
        let run = sought.run;
        if sought.issued
            && let Some(id) = run.trace.given_ids().find(|id| run.claim(*id).is_some_and(sought.fits))
        {
            return run.claim(id).map(|claim| Given::NotIssued(made(run, id, claim.clone())));
        }
        match run.stage {
            None | Some(Stage::Acceptance) => Self::input(run, sought, is_only_hope),
            Some(_) if sought.issued => None,
            Some(_) => {
                let acceptance = self.recording.stage(Some(Stage::Acceptance))?;
                let sought = sought.issued_by(acceptance);
                let could = acceptance.rules.rules.iter().any(|rule| could_make(rule, &sought).is_some());
                (could || is_only_hope).then(|| Given::Accepted(Box::new(self.missing(&sought, depth + 1))))
            }
        }
    }

    /// What the first rule set was given.
    fn input(run: &RuleSetRun<'_>, sought: &Sought<'_>, is_only_hope: bool) -> Option<Given> {
        let claims = run.trace.given_ids().filter_map(|id| run.claim(id));
        let values: Vec<String> =
            claims.filter(|claim| (sought.types)(&claim.claim_type)).map(|claim| claim.value.to_string()).collect();
        let is_told = is_only_hope || (!sought.issued && !values.is_empty());
        is_told.then(|| Given::Input { count: values.len(), values: nearest(values, sought.exact_value()) })
    }
}

/// The first few of these values, the nearest first.
pub(super) fn nearest(mut values: Vec<String>, wanted: Option<&str>) -> Vec<String> {
    if let Some(wanted) = wanted {
        values.sort_by_cached_key(|value| std::cmp::Reverse(alike(value, wanted)));
    }
    values.truncate(NAMED);
    values
}
