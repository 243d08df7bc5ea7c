//! Two versions of rules for the same user. Changes are small, so most rules are in both: those with which both begin
//! run once.

use std::sync::Arc;

use super::{Claim, EvalError, Evaluation, Limits, Pipeline, PipelineRun, Program, Query, Stage};

/// Two versions of a [`Program`] or a [`Pipeline`], and where they part.
///
/// [`start`](Self::start) a run, [`step`](Self::step) it to where the versions part, and [`part`](Self::part) it: both
/// runs then go on by themselves, to what each version does when it runs alone.
#[derive(Debug)]
pub struct Versions<R> {
    first: R,
    second: R,
    /// The stage and the rule that the versions do not begin with alike.
    parting: (Stage, usize),
    /// A rule after that asks a store.
    asks_again: bool,
}

impl Versions<Program> {
    /// Finds out where two programs part.
    #[must_use]
    pub fn of(first: &Program, second: &Program) -> Self {
        let (first, second) = first.beside(second);
        let alike = first.alike(&second);
        let asks_again = first.asks_from(alike) || second.asks_from(alike);
        Self { first, second, parting: (Stage::Issuance, alike), asks_again }
    }

    /// A run of what both begin with.
    #[must_use]
    pub fn start(&self, input: impl AsRef<[Claim]>, limits: Limits) -> Evaluation<'_> {
        Evaluation::sharing_answers(&self.first, input.as_ref(), limits, self.asks_again)
    }

    /// Runs what both begin with. `None` when it is done; before that, queries to be answered.
    ///
    /// # Errors
    ///
    /// The first rule that failed, and why. Both versions fail there.
    pub fn step(&self, run: &mut Evaluation<'_>) -> Result<Option<Vec<Query>>, EvalError> {
        run.run_to(self.parting.1)
    }

    /// The runs of the first version and of the second, to be stepped on.
    #[must_use]
    pub fn part<'v>(&'v self, mut run: Evaluation<'v>) -> [Evaluation<'v>; 2] {
        let second = run.forked(&self.second);
        [run, second]
    }
}

impl Versions<Pipeline> {
    /// Finds out where two pipelines part.
    #[must_use]
    pub fn of(first: &Pipeline, second: &Pipeline) -> Self {
        let (mut first, mut second) = (first.clone(), second.clone());
        let mut parting = (Stage::Acceptance, 0);
        let mut asks_again = true;
        for stage in Stage::ALL {
            let (this, other) = match (first.program(stage), second.program(stage)) {
                (None, None) => continue,
                (Some(this), Some(other)) => this.beside(other),
                // The stage before it is the last that both have.
                _ => break,
            };
            let alike = this.alike(&other);
            parting = (stage, alike);
            asks_again = this.asks_from(alike) || other.asks_from(alike);
            let are_same = alike == this.rule_count() && alike == other.rule_count();
            first.set_program(stage, this);
            second.set_program(stage, other);
            if !are_same {
                break;
            }
        }
        Self { first, second, parting, asks_again }
    }

    /// A run of what both begin with.
    #[must_use]
    pub fn start(&self, input: impl AsRef<[Claim]>, limits: Limits) -> PipelineRun<'_> {
        PipelineRun::sharing_answers(&self.first, input.as_ref(), limits, self.asks_again)
    }

    /// Runs what both begin with. `None` when it is done; before that, queries to be answered.
    ///
    /// # Errors
    ///
    /// The first rule that failed, and why. Both versions fail there.
    pub fn step(&self, run: &mut PipelineRun<'_>) -> Result<Option<Vec<Query>>, EvalError> {
        run.run_to(Some(self.parting))
    }

    /// The runs of the first version and of the second, to be stepped on.
    #[must_use]
    pub fn part<'v>(&'v self, mut run: PipelineRun<'v>) -> [PipelineRun<'v>; 2] {
        let second = run.forked(&self.second);
        [run, second]
    }
}

impl Pipeline {
    fn set_program(&mut self, stage: Stage, program: Program) {
        match stage {
            Stage::Acceptance => self.acceptance = Arc::new(program),
            Stage::Authorization => self.authorization = Some(program),
            Stage::AdditionalAuthentication => self.additional_authentication = Some(program),
            Stage::Issuance => self.issuance = program,
        }
    }
}
