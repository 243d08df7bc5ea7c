//! The rule sets of one sign-on, in order [language reference 7].

use std::sync::Arc;

use super::evaluate::Request;
use super::{
    Answer, Claim, Decision, DenyReason, EvalError, Evaluation, Limits, Memory, Program, Query, Row, Stage, StoreError,
    Stores, Trace, claim_types,
};

/// The programs that a sign-on to a relying party runs.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// What the claims provider may say. Its output is the input of all others.
    pub acceptance: Arc<Program>,
    /// Who may use the relying party; none means nobody.
    pub authorization: Option<Program>,
    /// Who must show another factor; none means nobody.
    pub additional_authentication: Option<Program>,
    /// What the relying party gets.
    pub issuance: Program,
}

/// What a sign-on came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The user's claims after acceptance.
    pub accepted: Vec<Claim>,
    /// Whether the user may use the relying party.
    pub decision: Decision,
    /// The rules demand another factor. Whoever cannot ask for one must refuse.
    pub additional_authentication_required: bool,
    /// The claims for the relying party; empty unless it is a permit.
    pub issued: Vec<Claim>,
    /// How all of it came to be.
    pub traces: Traces,
}

/// The same without the claims, for whoever may need none in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the user may use the relying party.
    pub decision: Decision,
    /// The rules demand another factor. Whoever cannot ask for one must refuse.
    pub additional_authentication_required: bool,
    /// How all of it came to be, with the claims.
    pub traces: Traces,
}

impl Verdict {
    /// Where every run starts: no rule has permitted anything.
    fn denied() -> Self {
        Self {
            decision: Decision::Deny(DenyReason::NoRules),
            additional_authentication_required: false,
            traces: Traces::default(),
        }
    }
}

/// One trace for each program that ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// Of the acceptance rules.
    pub acceptance: Trace,
    /// Of the authorization rules, if there are any.
    pub authorization: Option<Trace>,
    /// Of the additional authentication rules, if there are any and the user may use the relying party.
    pub additional_authentication: Option<Trace>,
    /// Of the issuance rules, if the user may use the relying party.
    pub issuance: Option<Trace>,
}

/// What a run of a pipeline needs next.
#[derive(Debug, PartialEq, Eq)]
pub enum PipelineStep {
    /// Answers to these queries.
    Ask(Vec<Query>),
    /// Nothing; this is the result.
    Done(Box<Outcome>),
}

impl Pipeline {
    /// Runs all rule sets for a user, with answers from `stores`.
    ///
    /// # Errors
    ///
    /// The first rule that failed, and why; the error names the rule set too. Nothing is issued then.
    pub fn run(&self, input: impl AsRef<[Claim]>, stores: &Stores, limits: Limits) -> Result<Outcome, EvalError> {
        let mut run = PipelineRun::new(self, input, limits);
        loop {
            match run.step()? {
                PipelineStep::Done(outcome) => return Ok(*outcome),
                PipelineStep::Ask(queries) => match stores.answer(&queries) {
                    Ok(answers) => run.answer_shared(answers.into_iter().map(Arc::new).collect()),
                    Err(error) => return Err(run.fail(error)),
                },
            }
        }
    }

    pub(super) fn program(&self, stage: Stage) -> Option<&Program> {
        match stage {
            Stage::Acceptance => Some(&self.acceptance),
            Stage::Authorization => self.authorization.as_ref(),
            Stage::AdditionalAuthentication => self.additional_authentication.as_ref(),
            Stage::Issuance => Some(&self.issuance),
        }
    }
}

/// One sign-on on its way through a [`Pipeline`]; stepped like an [`Evaluation`].
///
/// A query that one rule set asked is not asked again by a later one, and all rule sets share the work of one request
/// that [`Limits`] allows.
pub struct PipelineRun<'p> {
    pipeline: &'p Pipeline,
    limits: Limits,
    stage: Stage,
    evaluation: Evaluation<'p>,
    accepted: Vec<Claim>,
    verdict: Verdict,
    /// All rule sets ran, and the outcome was not given out.
    is_complete: bool,
    /// Another run will go on where this one is, and may ask the same.
    shares_answers: bool,
}

impl<'p> PipelineRun<'p> {
    /// A run over the claims that the claims provider states.
    #[must_use]
    pub fn new(pipeline: &'p Pipeline, input: impl AsRef<[Claim]>, limits: Limits) -> Self {
        Self::sharing_answers(pipeline, input.as_ref(), limits, false)
    }

    /// A run that keeps the answers, so that another one may go on where it is.
    pub(super) fn sharing_answers(
        pipeline: &'p Pipeline,
        input: &[Claim],
        limits: Limits,
        shares_answers: bool,
    ) -> Self {
        Self {
            pipeline,
            limits,
            stage: Stage::Acceptance,
            evaluation: Evaluation::within_request(&pipeline.acceptance, input, limits, Request::new(&limits), true),
            accepted: Vec::new(),
            verdict: Verdict::denied(),
            is_complete: false,
            shares_answers,
        }
    }

    /// The same run, which remembers results of `RegExReplace`, and uses those of earlier runs.
    #[must_use]
    pub fn remembering(mut self, memory: &Memory) -> Self {
        self.evaluation = self.evaluation.remembering(memory);
        self
    }

    /// Runs rule sets until a rule needs answers or the outcome is known.
    ///
    /// # Errors
    ///
    /// The first rule that failed, and why. Nothing is issued then, and the run is over. So is stepping on after the
    /// outcome was given out.
    pub fn step(&mut self) -> Result<PipelineStep, EvalError> {
        if let Some(queries) = self.run()? {
            return Ok(PipelineStep::Ask(queries));
        }
        self.is_complete = false;
        let Verdict { decision, additional_authentication_required, traces } =
            std::mem::replace(&mut self.verdict, Verdict::denied());
        Ok(PipelineStep::Done(Box::new(Outcome {
            accepted: std::mem::take(&mut self.accepted),
            decision,
            additional_authentication_required,
            issued: traces.issuance.as_ref().map(Trace::issued_claims).unwrap_or_default(),
            traces,
        })))
    }

    /// The same for whoever may need no claims in the end: `None` when the outcome is known, and
    /// [`into_verdict`](Self::into_verdict) then has it.
    ///
    /// # Errors
    ///
    /// As [`step`](Self::step).
    pub fn run(&mut self) -> Result<Option<Vec<Query>>, EvalError> {
        self.run_to(None)
    }

    /// What was found so far: a denial, unless the rules permitted it.
    #[must_use]
    pub fn into_verdict(self) -> Verdict {
        self.verdict
    }

    /// Runs rule sets until a rule of this stage and index is next, or the outcome is known, or a rule needs answers: to
    /// these queries.
    pub(super) fn run_to(&mut self, place: Option<(Stage, usize)>) -> Result<Option<Vec<Query>>, EvalError> {
        while !self.is_complete {
            if let Some((stage, rule_index)) = place
                && stage == self.stage
            {
                return self.evaluation.run_to(rule_index).map_err(|error| self.at_stage(error));
            }
            if let Some(queries) = self.evaluation.run().map_err(|error| self.at_stage(error))? {
                return Ok(Some(queries));
            }
            let trace = self.evaluation.take_trace();
            let request = self.evaluation.take_request();
            match self.finish(trace) {
                Some(next) => self.start(next, request),
                None => self.is_complete = true,
            }
        }
        Ok(None)
    }

    /// A run that did the same so far and goes on with another pipeline, whose rule sets are the same up to here.
    pub(super) fn forked<'q>(&mut self, pipeline: &'q Pipeline) -> PipelineRun<'q> {
        let program = pipeline.program(self.stage).unwrap_or(&pipeline.acceptance);
        PipelineRun {
            pipeline,
            limits: self.limits,
            stage: self.stage,
            evaluation: self.evaluation.forked(program),
            accepted: self.accepted.clone(),
            verdict: self.verdict.clone(),
            is_complete: self.is_complete,
            shares_answers: self.shares_answers,
        }
    }

    /// Takes the rows of the queries that [`step`](Self::step) asked, in their order.
    pub fn answer(&mut self, answers: Vec<Vec<Row>>) {
        self.evaluation.answer(answers);
    }

    /// Takes answers in any form, which others may need too.
    pub fn answer_shared(&mut self, answers: Vec<Arc<Answer>>) {
        self.evaluation.answer_shared(answers);
    }

    /// Ends the run because a store could not answer.
    pub fn fail(&mut self, error: StoreError) -> EvalError {
        let error = self.evaluation.fail(error);
        self.at_stage(error)
    }

    fn start(&mut self, stage: Stage, request: Request) {
        if let Some(program) = self.pipeline.program(stage) {
            self.stage = stage;
            let input = &self.accepted;
            let keeps_answers = stage != Stage::Issuance || self.shares_answers;
            self.evaluation = Evaluation::within_request(program, input, self.limits, request, keeps_answers);
        }
    }

    /// Takes in the output of the current stage and says which comes next.
    fn finish(&mut self, trace: Trace) -> Option<Stage> {
        match self.stage {
            Stage::Acceptance => {
                self.accepted = trace.issued_claims();
                self.verdict.traces.acceptance = trace;
                self.pipeline.authorization.as_ref().map(|_| Stage::Authorization)
            }
            Stage::Authorization => {
                if let Some(program) = self.pipeline.program(self.stage) {
                    self.verdict.decision = Decision::of(program, &trace);
                }
                self.verdict.traces.authorization = Some(trace);
                let next = match &self.pipeline.additional_authentication {
                    Some(_) => Stage::AdditionalAuthentication,
                    None => Stage::Issuance,
                };
                self.verdict.decision.is_permit().then_some(next)
            }
            Stage::AdditionalAuthentication => {
                self.verdict.additional_authentication_required = demands_another_factor(&trace);
                self.verdict.traces.additional_authentication = Some(trace);
                Some(Stage::Issuance)
            }
            Stage::Issuance => {
                self.verdict.traces.issuance = Some(trace);
                None
            }
        }
    }

    fn at_stage(&self, mut error: EvalError) -> EvalError {
        error.stage = Some(self.stage);
        error
    }
}

/// Whether additional authentication rules ask for another factor [language reference 7.3].
fn demands_another_factor(trace: &Trace) -> bool {
    trace.issued_claims().iter().any(|claim| {
        &*claim.claim_type == claim_types::AUTHENTICATION_METHOD
            && &*claim.value == claim_types::MULTIPLE_AUTHENTICATION
    })
}
