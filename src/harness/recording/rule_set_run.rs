//! One rule set and what it did.

use crate::engine::{Claim, ClaimId, Examiner, Limits, Origin, Stage, Trace};
use crate::harness::recording::RuleRef;
use crate::lang::ast::{Condition, Rule};
use crate::lang::{self, RuleSet, Source, Span};

/// A rule set that ran.
pub struct RuleSetRun<'r> {
    /// Which of the rule sets of a trust; `None` for one by itself.
    pub stage: Option<Stage>,
    /// Its text.
    pub source: &'r Source,
    /// What the text says. The rules are those of the trace, in the same order.
    pub rules: RuleSet,
    /// What happened.
    pub trace: Trace,
    /// The evaluation set at the end.
    pub claims: Vec<Claim>,
    /// How many of `claims` there were before each rule.
    set_sizes: Vec<usize>,
}

impl<'r> RuleSetRun<'r> {
    pub(super) fn new(stage: Option<Stage>, source: &'r Source, trace: Trace) -> Self {
        let rules = lang::parse(&source.text).rule_set;
        let (claims, set_sizes) = (trace.claims().collect(), trace.set_sizes());
        Self { stage, source, rules, trace, claims, set_sizes }
    }

    /// One of its rules, from 0.
    #[must_use]
    pub fn rule(&self, index: usize) -> Option<&Rule> {
        self.rules.rules.get(index)
    }

    /// What people call a rule.
    #[must_use]
    pub fn rule_ref(&self, index: usize) -> RuleRef {
        let rule = self.rule(index);
        RuleRef {
            stage: self.stage,
            number: index + 1,
            name: rule.and_then(|rule| rule.name().map(str::to_owned)),
            file: self.source.name.clone(),
            line: rule.map_or(1, |rule| self.source.position(rule.span.start).line),
        }
    }

    /// A claim of the evaluation set.
    #[must_use]
    pub fn claim(&self, id: ClaimId) -> Option<&Claim> {
        self.claims.get(id.index())
    }

    /// How many claims there were before a rule ran.
    #[must_use]
    pub fn set_size(&self, rule: usize) -> usize {
        self.set_sizes.get(rule).copied().unwrap_or_default()
    }

    /// The rule that first made a claim, from 0; `None` for one that was given.
    #[must_use]
    pub fn maker(&self, id: ClaimId) -> Option<usize> {
        if self.trace.is_given(id) {
            return None;
        }
        self.trace.origins(id).next().map(|origin| origin.rule)
    }

    /// A rule over the claims as they were before it ran.
    #[must_use]
    pub fn examiner(&self, rule: usize) -> Option<Examiner> {
        let claims = self.claims.get(..self.set_size(rule))?.iter().cloned();
        Examiner::new(self.rule(rule)?, claims, &Limits::default())
    }

    /// What stands at a place of the rules, on one line.
    #[must_use]
    pub fn text(&self, span: Span) -> String {
        let text = self.source.text.get(span.start..span.end).unwrap_or_default();
        text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// For each claim of a trace every recorded way in which it came to be.
#[must_use]
pub fn origins_by_claim(trace: &Trace, claims: usize) -> Vec<Vec<Origin<'_>>> {
    let mut origins = vec![Vec::new(); claims];
    for (claim, origin) in trace.all_origins() {
        if let Some(origins) = origins.get_mut(claim.index()) {
            origins.push(origin);
        }
    }
    origins
}

/// The claims that the selectors before a condition matched, of all that matched.
#[must_use]
pub fn before<'m>(rule: &Rule, condition: usize, matched: &'m [ClaimId]) -> &'m [ClaimId] {
    let selectors = rule.conditions.iter().take(condition).filter(|other| matches!(other, Condition::Selector(_)));
    matched.get(..selectors.count()).unwrap_or(matched)
}
