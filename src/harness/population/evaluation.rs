//! Rules for one user of many.

use std::sync::Arc;

use super::answers::Answering;
use crate::engine::{
    Answer, Claim, Decision, EvalCause, EvalError, Evaluation, Limits, Memory, PipelineRun, Query, StoreError, Trace,
    Traces,
};
use crate::harness::dry_run::Rules;

/// What rules made of a user's claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// Whether the user may use the relying party. `None` for a single rule set, which does not decide it.
    pub decision: Option<Decision>,
    /// Whether a further authentication would be asked for.
    pub additional_authentication: bool,
    /// How all of it came to be; a single rule set stands under `issuance`.
    pub traces: Traces,
}

impl Evaluated {
    /// Whether the user is denied.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| !decision.is_permit())
    }

    /// The issued claims, in order.
    #[must_use]
    pub fn issued(&self) -> Vec<Claim> {
        self.traces.issuance.as_ref().map(Trace::issued_claims).unwrap_or_default()
    }

    /// Whether the same comes out of both, for whoever looks only at what comes out.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        self.is_denied() == other.is_denied()
            && self.additional_authentication == other.additional_authentication
            && match (&self.traces.issuance, &other.traces.issuance) {
                (Some(trace), Some(other)) => trace.issues_the_same(other),
                (Some(alone), None) | (None, Some(alone)) => alone.issued().is_empty(),
                (None, None) => true,
            }
    }
}

/// Runs rules over the claims with which a user starts, with a worker's memory.
///
/// # Errors
///
/// A rule failed; nothing is issued then.
pub fn evaluate(
    rules: &Rules,
    input: &[Claim],
    answers: &mut impl Answering,
    memory: &Memory,
) -> Result<Evaluated, EvalError> {
    let limits = Limits::default();
    match rules {
        Rules::Trust(folder) => finish(PipelineRun::new(&folder.pipeline, input, limits).remembering(memory), answers),
        Rules::RuleSet { program, .. } => finish(Evaluation::new(program, input, limits).remembering(memory), answers),
    }
}

/// Passes on a failure that says something about the rules. One of the directory itself ends the work for everybody: who
/// was not asked about is not left out.
///
/// # Errors
///
/// The directory did not answer.
pub fn leaves_nobody_out<T>(outcome: Result<T, EvalError>) -> Result<Result<T, EvalError>, StoreError> {
    match outcome {
        Err(EvalError { cause: EvalCause::Store(error @ StoreError::Unavailable { .. }), .. }) => Err(error),
        outcome => Ok(outcome),
    }
}

/// Steps a run to its end.
pub(super) fn finish(mut run: impl Run, answers: &mut impl Answering) -> Result<Evaluated, EvalError> {
    while let Some(queries) = run.run()? {
        ask(&mut run, &queries, answers)?;
    }
    Ok(run.into_evaluated())
}

/// Gives a run the rows of its queries.
pub(super) fn ask(run: &mut impl Run, queries: &[Query], answers: &mut impl Answering) -> Result<(), EvalError> {
    match answers.answer(queries) {
        Ok(rows) => {
            run.answer(rows);
            Ok(())
        }
        Err(error) => Err(run.fail(error)),
    }
}

/// A run of a pipeline or of a single rule set.
pub(super) trait Run {
    fn run(&mut self) -> Result<Option<Vec<Query>>, EvalError>;
    fn answer(&mut self, answers: Vec<Arc<Answer>>);
    fn fail(&mut self, error: StoreError) -> EvalError;
    fn into_evaluated(self) -> Evaluated;
}

impl Run for PipelineRun<'_> {
    fn run(&mut self) -> Result<Option<Vec<Query>>, EvalError> {
        self.run()
    }

    fn answer(&mut self, answers: Vec<Arc<Answer>>) {
        self.answer_shared(answers);
    }

    fn fail(&mut self, error: StoreError) -> EvalError {
        self.fail(error)
    }

    fn into_evaluated(self) -> Evaluated {
        let verdict = self.into_verdict();
        Evaluated {
            decision: Some(verdict.decision),
            additional_authentication: verdict.additional_authentication_required,
            traces: verdict.traces,
        }
    }
}

impl Run for Evaluation<'_> {
    fn run(&mut self) -> Result<Option<Vec<Query>>, EvalError> {
        self.run()
    }

    fn answer(&mut self, answers: Vec<Arc<Answer>>) {
        self.answer_shared(answers);
    }

    fn fail(&mut self, error: StoreError) -> EvalError {
        self.fail(error)
    }

    fn into_evaluated(self) -> Evaluated {
        let traces = Traces { issuance: Some(self.into_trace()), ..Traces::default() };
        Evaluated { decision: None, additional_authentication: false, traces }
    }
}
