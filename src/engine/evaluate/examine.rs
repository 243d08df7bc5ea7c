//! One rule, looked at predicate by predicate over claims as they were when it ran.
//!
//! Running a rule tells whether it fired. Whoever asks why it did, or did not, examines it: every predicate is tried by
//! itself, with the texts on both of its sides. It is the same code that decides there, over the same claims; only the
//! order of trying differs, and nobody is signed in meanwhile.

use std::sync::Arc;

use super::act::{question, type_of};
use super::regexes::Regexes;
use super::text::Scope;
use crate::engine::claim_set::ClaimSet;
use crate::engine::compile::{ActionCode, Examined, Expression, Predicate, RegexSource, Replace, Test};
use crate::engine::conventions::{absent_property, default_value};
use crate::engine::regex::Found;
use crate::engine::{Claim, ClaimId, EvalCause, Limits, Query};
use crate::lang::ast;

/// Why something about a rule cannot be told: it would fail there if it ran.
pub type Failure = Box<EvalCause>;

/// A rule over a set of claims.
pub struct Examiner {
    examined: Examined,
    set: ClaimSet,
    regexes: Regexes,
    text_bytes: usize,
}

/// What stands on both sides of a predicate for one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    /// The claim's property; empty if the claim lacks it.
    pub left: Arc<str>,
    /// The operand.
    pub right: Arc<str>,
}

/// What the action of a rule makes for one match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// It keeps a claim of the set.
    Copy(ClaimId),
    /// A claim of this type and value.
    Claim {
        /// Its type.
        claim_type: Arc<str>,
        /// Its value.
        value: Arc<str>,
    },
    /// Claims of these types, one for each column of the answer to the query.
    Rows {
        /// What it asks.
        query: Query,
        /// The types of its columns.
        types: Vec<Arc<str>>,
    },
}

/// What a `RegExReplace` did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Its first argument.
    pub input: Arc<str>,
    /// The pattern.
    pub pattern: Arc<str>,
    /// The first match; `None` if there was none, so that the input stayed as it was.
    pub found: Option<Found>,
}

impl Examiner {
    /// A rule over these claims, which get their numbers in this order. `None` for a rule that does not compile.
    pub fn new(rule: &ast::Rule, claims: impl IntoIterator<Item = Claim>, limits: &Limits) -> Option<Self> {
        let mut examined = Examined::of(rule)?;
        let vocabulary = Arc::new(std::mem::take(&mut examined.vocabulary));
        let mut set = ClaimSet::new(&vocabulary);
        for claim in claims {
            set.insert(&claim);
        }
        let regexes = Regexes::new(limits.pattern_steps);
        Some(Self { examined, set, regexes, text_bytes: limits.text_bytes })
    }

    /// The claims of the set, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ClaimId> + use<> {
        self.set.ids()
    }

    /// One claim of the set.
    #[must_use]
    pub fn claim(&self, id: ClaimId) -> Option<Claim> {
        self.set.view(id)?.to_claim()
    }

    /// Puts a claim into the set that was not there, for asking what would be if it were. Says where it is.
    pub fn suppose(&mut self, claim: &Claim) -> ClaimId {
        self.set.insert(claim).0
    }

    /// Whether a claim satisfies a predicate of a condition, both counted from 0; `matched` has the claims of the
    /// selectors before it. False for a place that is not there.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn holds(&self, at: (usize, usize), claim: ClaimId, matched: &[ClaimId]) -> Result<bool, Failure> {
        match (self.predicate(at), self.set.view(claim)) {
            (Some(predicate), Some(claim)) => self.scope(matched).holds(predicate, claim),
            _ => Ok(false),
        }
    }

    /// Whether a claim satisfies every predicate of a condition.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn satisfies(&self, condition: usize, claim: ClaimId, matched: &[ClaimId]) -> Result<bool, Failure> {
        let Some(predicates) = self.examined.conditions.get(condition) else { return Ok(false) };
        let Some(view) = self.set.view(claim) else { return Ok(false) };
        for predicate in predicates {
            if !self.scope(matched).holds(predicate, view)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The texts that a predicate compares. `None` for a place or a claim that is not there.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn sides(&self, at: (usize, usize), claim: ClaimId, matched: &[ClaimId]) -> Result<Option<Sides>, Failure> {
        let (Some(predicate), Some(claim)) = (self.predicate(at), self.set.view(claim)) else { return Ok(None) };
        let left = self.scope(matched).property(claim, &predicate.property)?;
        let left = left.map_or_else(|| absent_property().into(), Arc::clone);
        Ok(Some(Sides { left, right: self.right(predicate, matched)? }))
    }

    /// What a predicate compares with.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn operand(&self, at: (usize, usize), matched: &[ClaimId]) -> Result<Option<Arc<str>>, Failure> {
        self.predicate(at).map(|predicate| self.right(predicate, matched)).transpose()
    }

    /// What the action makes of a match.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn made(&self, matched: &[ClaimId]) -> Result<Option<Made>, Failure> {
        let scope = self.scope(matched);
        Ok(match &self.examined.action {
            ActionCode::Copy { slot } => matched.get(*slot).copied().map(Made::Copy),
            ActionCode::Claim(code) => Some(Made::Claim {
                claim_type: type_of(&code.claim_type, scope)?.text.into_owned(),
                value: match &code.value {
                    Some(value) => scope.text(value)?.into_shared(),
                    None => default_value().into(),
                },
            }),
            ActionCode::Store(code) => Some(Made::Rows {
                query: question(code, scope)?,
                types: code
                    .types
                    .iter()
                    .map(|claim_type| Ok(type_of(claim_type, scope)?.text.into_owned()))
                    .collect::<Result<_, Failure>>()?,
            }),
        })
    }

    /// What every `RegExReplace` of the action did for a match, outermost and leftmost first.
    ///
    /// # Errors
    ///
    /// The rule would fail there.
    pub fn replaced(&self, matched: &[ClaimId]) -> Result<Vec<Replaced>, Failure> {
        let mut calls = Vec::new();
        match &self.examined.action {
            ActionCode::Copy { .. } => {}
            ActionCode::Claim(code) => {
                code.value.iter().for_each(|value| collect(value, &mut calls));
                code.others.iter().for_each(|(_, value)| collect(value, &mut calls));
            }
            ActionCode::Store(code) => code.parameters.iter().for_each(|value| collect(value, &mut calls)),
        }
        calls.into_iter().map(|call| self.one_replaced(call, matched)).collect()
    }

    fn one_replaced(&self, call: &Replace, matched: &[ClaimId]) -> Result<Replaced, Failure> {
        let scope = self.scope(matched);
        let input = scope.text(&call.input)?.into_shared();
        let (pattern, found) = scope.with_regex(&call.pattern, |pattern, regex| {
            let found = regex.find(&input, self.regexes.steps());
            Ok((pattern.into(), found.map_err(|error| self.regexes.failed(error, pattern, &input))?))
        })?;
        Ok(Replaced { input, pattern, found })
    }

    fn right(&self, predicate: &Predicate, matched: &[ClaimId]) -> Result<Arc<str>, Failure> {
        match &predicate.test {
            Test::Equals(operand) | Test::Matches(RegexSource::Dynamic(operand)) => {
                Ok(self.scope(matched).text(operand)?.into_shared())
            }
            Test::Matches(RegexSource::Literal(pattern, _)) => Ok(Arc::clone(pattern)),
        }
    }

    fn predicate(&self, (condition, predicate): (usize, usize)) -> Option<&Predicate> {
        self.examined.conditions.get(condition)?.get(predicate)
    }

    fn scope<'a>(&'a self, matched: &'a [ClaimId]) -> Scope<'a> {
        Scope { set: &self.set, tuple: matched, regexes: &self.regexes, text_bytes: self.text_bytes }
    }
}

fn collect<'e>(expression: &'e Expression, calls: &mut Vec<&'e Replace>) {
    match expression {
        Expression::Literal(_) | Expression::Access { .. } => {}
        Expression::Replace(call) => {
            calls.push(call);
            collect(&call.input, calls);
        }
        Expression::Concat(parts) => parts.iter().for_each(|part| collect(part, calls)),
    }
}
