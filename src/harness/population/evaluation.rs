//! Rules for one user of many.

use super::answers::Answering;
use crate::engine::{
    Claim, Decision, EvalCause, EvalError, Evaluation, Limits, Pipeline, PipelineRun, PipelineStep, Program, Step,
    StoreError, Traces,
};
use crate::harness::dry_run::Rules;

/// What rules made of a user's claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// Whether the user may use the relying party. `None` for a single rule set, which does not decide it.
    pub decision: Option<Decision>,
    /// Whether a further authentication would be asked for.
    pub additional_authentication: bool,
    /// The issued claims, in order.
    pub issued: Vec<Claim>,
    /// How all of it came to be; a single rule set stands under `issuance`.
    pub traces: Traces,
}

impl Evaluated {
    /// Whether the user is denied.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.decision.as_ref().is_some_and(|decision| !decision.is_permit())
    }

    /// Whether the same comes out of both, for whoever looks only at what comes out.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        self.is_denied() == other.is_denied()
            && self.additional_authentication == other.additional_authentication
            && self.issued == other.issued
    }
}

/// Runs rules over the claims with which a user starts.
///
/// # Errors
///
/// A rule failed; nothing is issued then.
pub fn evaluate(rules: &Rules, input: &[Claim], answers: &mut impl Answering) -> Result<Evaluated, EvalError> {
    match rules {
        Rules::Trust(folder) => pipeline(&folder.pipeline, input, answers),
        Rules::RuleSet { program, .. } => rule_set(program, input, answers),
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

fn pipeline(pipeline: &Pipeline, input: &[Claim], answers: &mut impl Answering) -> Result<Evaluated, EvalError> {
    let mut run = PipelineRun::new(pipeline, input, Limits::default());
    loop {
        match run.step()? {
            PipelineStep::Ask(queries) => match answers.answer(&queries) {
                Ok(rows) => run.answer_shared(rows),
                Err(error) => return Err(run.fail(error)),
            },
            PipelineStep::Done(outcome) => {
                return Ok(Evaluated {
                    decision: Some(outcome.decision),
                    additional_authentication: outcome.additional_authentication_required,
                    issued: outcome.issued,
                    traces: outcome.traces,
                });
            }
        }
    }
}

fn rule_set(program: &Program, input: &[Claim], answers: &mut impl Answering) -> Result<Evaluated, EvalError> {
    let mut evaluation = Evaluation::new(program, input, Limits::default());
    loop {
        match evaluation.step()? {
            Step::Ask(queries) => match answers.answer(&queries) {
                Ok(rows) => evaluation.answer_shared(rows),
                Err(error) => return Err(evaluation.fail(error)),
            },
            Step::Done(output) => {
                return Ok(Evaluated {
                    decision: None,
                    additional_authentication: false,
                    issued: output.issued,
                    traces: Traces { issuance: Some(output.trace), ..Traces::default() },
                });
            }
        }
    }
}
