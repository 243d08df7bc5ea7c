//! Two versions of rules for one user of many: what both begin with runs once.

use super::answers::SharedAnswers;
use super::evaluation::{Evaluated, Run, ask, evaluate, finish};
use crate::engine::{Claim, EvalError, Limits, Memory, Pipeline, Program, Query, Stores, Versions};
use crate::harness::dry_run::Rules;

/// Two versions of rules, ready to run for everybody.
pub enum TwoVersions<'r> {
    /// Of a trust.
    Trusts(Box<Versions<Pipeline>>),
    /// Of a single rule set.
    RuleSets(Box<Versions<Program>>),
    /// One of each, which have nothing in common.
    Apart(&'r Rules, &'r Rules),
}

/// What both versions made of a user's claims, or why one failed: the first and the second.
pub type Results = [Result<Evaluated, EvalError>; 2];

impl<'r> TwoVersions<'r> {
    /// Finds out what both begin with.
    #[must_use]
    pub fn of(first: &'r Rules, second: &'r Rules) -> Self {
        match (first, second) {
            (Rules::Trust(first), Rules::Trust(second)) => {
                Self::Trusts(Box::new(Versions::<Pipeline>::of(&first.pipeline, &second.pipeline)))
            }
            (Rules::RuleSet { program: first, .. }, Rules::RuleSet { program: second, .. }) => {
                Self::RuleSets(Box::new(Versions::<Program>::of(first, second)))
            }
            (first, second) => Self::Apart(first, second),
        }
    }

    /// Runs both over the claims with which a user starts, with a worker's memory. Each comes to what it comes to by itself.
    pub fn evaluate(&self, input: &[Claim], stores: &Stores, memory: &Memory) -> Results {
        match self {
            Self::Trusts(versions) => {
                let run = versions.start(input, Limits::default()).remembering(memory);
                together(run, |run| versions.step(run), |run| versions.part(run), stores)
            }
            Self::RuleSets(versions) => {
                let run = versions.start(input, Limits::default()).remembering(memory);
                together(run, |run| versions.step(run), |run| versions.part(run), stores)
            }
            Self::Apart(first, second) => {
                let mut answers = SharedAnswers::new(stores);
                [first, second].map(|rules| evaluate(rules, input, &mut answers, memory))
            }
        }
    }
}

fn together<R: Run>(
    mut run: R,
    step: impl Fn(&mut R) -> Result<Option<Vec<Query>>, EvalError>,
    part: impl FnOnce(R) -> [R; 2],
    stores: &Stores,
) -> Results {
    let mut run_together = || -> Result<(), EvalError> {
        while let Some(queries) = step(&mut run)? {
            ask(&mut run, &queries, &mut &*stores)?;
        }
        Ok(())
    };
    match run_together() {
        Ok(()) => {
            let mut answers = SharedAnswers::new(stores);
            part(run).map(|run| finish(run, &mut answers))
        }
        Err(error) => [Err(error.clone()), Err(error)],
    }
}
