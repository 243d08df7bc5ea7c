//! Driving an evaluation while noting what stores answer.

use std::collections::BTreeMap;

use crate::engine::{
    Answer, Claim, EvalError, Evaluation, Limits, Outcome, Output, Pipeline, PipelineRun, PipelineStep, Program, Query,
    Row, Step, StoreError, Stores,
};

/// Stores, and what they answered so far.
pub(super) struct Answers<'s> {
    stores: &'s Stores,
    pub(super) given: BTreeMap<Query, Vec<Row>>,
}

impl<'s> Answers<'s> {
    pub(super) const fn new(stores: &'s Stores) -> Self {
        Self { stores, given: BTreeMap::new() }
    }

    /// Answers, and asks a store nothing twice.
    fn to(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let unknown: Vec<Query> = queries.iter().filter(|query| !self.given.contains_key(query)).cloned().collect();
        let rows = if unknown.is_empty() { Vec::new() } else { self.stores.answer(&unknown)? };
        self.given.extend(unknown.into_iter().zip(rows.into_iter().map(Answer::into_rows)));
        Ok(queries.iter().map(|query| self.given.get(query).cloned().unwrap_or_default()).collect())
    }
}

/// Runs one program.
pub(super) fn evaluate(program: &Program, input: Vec<Claim>, answers: &mut Answers<'_>) -> Result<Output, EvalError> {
    let mut evaluation = Evaluation::new(program, input, Limits::default());
    loop {
        match evaluation.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(queries) => match answers.to(&queries) {
                Ok(rows) => evaluation.answer(rows),
                Err(error) => return Err(evaluation.fail(error)),
            },
        }
    }
}

/// Runs a pipeline.
pub(super) fn run(pipeline: &Pipeline, input: Vec<Claim>, answers: &mut Answers<'_>) -> Result<Outcome, EvalError> {
    let mut run = PipelineRun::new(pipeline, input, Limits::default());
    loop {
        match run.step()? {
            PipelineStep::Done(outcome) => return Ok(*outcome),
            PipelineStep::Ask(queries) => match answers.to(&queries) {
                Ok(rows) => run.answer(rows),
                Err(error) => return Err(run.fail(error)),
            },
        }
    }
}
