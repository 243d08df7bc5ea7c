//! Running a program over claims, without waiting for anyone.

mod act;
mod examine;
mod fork;
mod join;
mod memory;
mod regexes;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use examine::{Examiner, Failure, Made, Replaced, Sides};
pub use memory::Memory;

use act::Questions;
use join::Tuples;
use regexes::Regexes;

use super::claim_set::ClaimSet;
use super::compile::Rule;
use super::{Answer, Claim, EvalCause, EvalError, Limits, Program, Query, Row, StoreError, Stores, Trace};

/// What an evaluation needs next.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a step is looked at once and never kept")]
pub enum Step {
    /// Answers to these queries: all that the current rule needs and that this request has not asked before.
    Ask(Vec<Query>),
    /// Nothing; this is the result.
    Done(Output),
}

/// What a program made of a user's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The issued claims, in order.
    pub issued: Vec<Claim>,
    /// How they came to be.
    pub trace: Trace,
}

/// Answers of this request, by query.
type Memo = BTreeMap<Query, Arc<Answer>>;

/// What the runs of one request share: answers, patterns read, and the work that they may still do.
pub(super) struct Request {
    memo: Memo,
    regexes: Regexes,
    looked_at: usize,
}

impl Request {
    /// Nothing is done yet.
    pub(super) fn new(limits: &Limits) -> Self {
        Self { memo: Memo::new(), regexes: Regexes::new(limits.pattern_steps), looked_at: 0 }
    }
}

/// One run of a program over one user's claims.
///
/// Call [`step`](Self::step) until it is done; when it asks, hand the rows of every query to
/// [`answer`](Self::answer), in the order of the queries, or say with [`fail`](Self::fail) why there are none.
pub struct Evaluation<'p> {
    program: &'p Program,
    rule_index: usize,
    work: Work,
    given: usize,
    state: State,
}

/// What rules read and change.
struct Work {
    set: ClaimSet,
    trace: Trace,
    regexes: Regexes,
    /// Claims that the joins of this request looked at so far.
    looked_at: usize,
    memo: Memo,
    /// Rows whose cells became claims. They are many small pieces, and given back when nothing more is to be made.
    spent: Vec<Row>,
    /// Later runs of this request may ask the same.
    keeps_answers: bool,
    limits: Limits,
}

enum State {
    /// It cannot go on.
    Refused(EvalError),
    /// The next rule can start.
    Ready,
    /// The current rule waits for answers.
    Waiting { tuples: Tuples, questions: Questions, asked: Vec<Query> },
    /// All answers of the current rule are there.
    Answered { tuples: Tuples, questions: Questions },
    /// It failed, or the result was given out.
    Over,
}

impl<'p> Evaluation<'p> {
    /// A run over these claims. They are the evaluation set before the first rule; none of them is issued yet.
    #[must_use]
    pub fn new(program: &'p Program, input: impl AsRef<[Claim]>, limits: Limits) -> Self {
        Self::within_request(program, input.as_ref(), limits, Request::new(&limits), false)
    }

    /// A run that knows the answers and the work of earlier runs for the same request, and may keep its own answers
    /// for later ones.
    pub(super) fn within_request(
        program: &'p Program,
        input: &[Claim],
        limits: Limits,
        request: Request,
        keeps_answers: bool,
    ) -> Self {
        let mut set = ClaimSet::new(&program.vocabulary);
        set.reserve(input.len(), false);
        for claim in input {
            set.insert(claim);
        }
        let too_much = |cause: Box<EvalCause>| {
            State::Refused(EvalError { stage: None, rule_number: 0, rule_name: None, cause: *cause })
        };
        let state = act::within(&set, &limits).map_or_else(too_much, |()| State::Ready);
        let given = set.len();
        let trace = Trace::begin(program.rule_count());
        let Request { memo, regexes, looked_at } = request;
        let work = Work { set, trace, regexes, looked_at, memo, spent: Vec::new(), keeps_answers, limits };
        Self { program, rule_index: 0, work, given, state }
    }

    /// The same run, which remembers results of `=~` and `RegExReplace`, and uses those of earlier runs.
    #[must_use]
    pub fn remembering(mut self, memory: &Memory) -> Self {
        self.work.regexes.remember(memory);
        self
    }

    /// Runs rules until one needs answers or all have run. Asks the same again as long as it has no answers.
    ///
    /// # Errors
    ///
    /// The first rule that failed, and why. Nothing is issued then, and the evaluation is over.
    pub fn step(&mut self) -> Result<Step, EvalError> {
        if let Some(asked) = self.run()? {
            return Ok(Step::Ask(asked));
        }
        let trace = self.take_trace();
        Ok(Step::Done(Output { issued: trace.issued_claims(), trace }))
    }

    /// The same for whoever may need no claims in the end: `None` when all rules have run, and
    /// [`into_trace`](Self::into_trace) then has the result.
    ///
    /// # Errors
    ///
    /// As [`step`](Self::step).
    pub fn run(&mut self) -> Result<Option<Vec<Query>>, EvalError> {
        self.run_to(usize::MAX)
    }

    /// What happened so far, with the claims that were issued.
    #[must_use]
    pub fn into_trace(mut self) -> Trace {
        self.take_trace()
    }

    /// Runs rules until the one of this index is next, or none is left, or one needs answers: to these queries.
    pub(super) fn run_to(&mut self, rule_index: usize) -> Result<Option<Vec<Query>>, EvalError> {
        loop {
            let (tuples, questions) = match std::mem::replace(&mut self.state, State::Over) {
                State::Over => return Err(self.error(EvalCause::Over)),
                State::Refused(error) => return Err(error),
                State::Waiting { tuples, questions, asked } => {
                    let again = asked.clone();
                    self.state = State::Waiting { tuples, questions, asked };
                    return Ok(Some(again));
                }
                State::Answered { tuples, questions } => (tuples, questions),
                State::Ready => {
                    let Some(rule) = self.program.rules.get(self.rule_index).filter(|_| self.rule_index < rule_index)
                    else {
                        self.state = State::Ready;
                        return Ok(None);
                    };
                    let tuples = self.work.tuples(rule).map_err(|cause| self.error(*cause))?;
                    let questions =
                        Questions::of(&rule.action, &tuples, &self.work).map_err(|cause| self.error(*cause))?;
                    let asked = questions.unanswered(&self.work.memo);
                    if !asked.is_empty() {
                        self.state = State::Waiting { tuples, questions, asked };
                        continue;
                    }
                    (tuples, questions)
                }
            };
            act::act(self.program, self.rule_index, &tuples, &questions, &mut self.work)
                .map_err(|cause| self.error(*cause))?;
            self.rule_index += 1;
            self.state = State::Ready;
        }
    }

    /// Takes the rows of the queries that [`step`](Self::step) asked, in their order.
    pub fn answer(&mut self, answers: Vec<Vec<Row>>) {
        self.answer_shared(answers.into_iter().map(|rows| Arc::new(Answer::Rows(rows))).collect());
    }

    /// Takes answers in any form, which others may need too.
    pub fn answer_shared(&mut self, answers: Vec<Arc<Answer>>) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Waiting { tuples, questions, asked } if asked.len() == answers.len() => {
                self.work.memo.extend(asked.into_iter().zip(answers));
                self.state = State::Answered { tuples, questions };
            }
            State::Waiting { asked, .. } => {
                let cause = EvalCause::Answers { expected: asked.len(), got: answers.len() };
                self.state = State::Refused(self.error(cause));
            }
            other => self.state = other,
        }
    }

    /// Ends the run because a store could not answer.
    pub fn fail(&mut self, error: StoreError) -> EvalError {
        self.state = State::Over;
        self.error(EvalCause::Store(error))
    }

    /// What this request knows and did so far. The run is over.
    pub(super) fn take_request(&mut self) -> Request {
        self.state = State::Over;
        Request {
            memo: std::mem::take(&mut self.work.memo),
            regexes: std::mem::take(&mut self.work.regexes),
            looked_at: self.work.looked_at,
        }
    }

    /// The result. The run is over.
    pub(super) fn take_trace(&mut self) -> Trace {
        self.state = State::Over;
        let (claims, ids) = std::mem::take(&mut self.work.set).into_parts();
        let mut trace = std::mem::take(&mut self.work.trace);
        trace.finish(claims, self.given, ids);
        trace
    }

    fn error(&self, cause: EvalCause) -> EvalError {
        let info = self.program.rules().nth(self.rule_index);
        EvalError {
            stage: None,
            rule_number: info.map_or(0, |info| info.number),
            rule_name: info.and_then(|info| info.name.clone()),
            cause,
        }
    }
}

impl Work {
    /// The matches of a rule's conditions.
    fn tuples(&mut self, rule: &Rule) -> Result<Tuples, Box<EvalCause>> {
        join::tuples(rule, &self.set, &self.regexes, &self.limits, &mut self.looked_at)
    }
}

/// Runs a program over claims, with answers from `stores`.
///
/// # Errors
///
/// The first rule that failed, and why; nothing is issued then.
pub fn evaluate(
    program: &Program,
    input: impl AsRef<[Claim]>,
    stores: &Stores,
    limits: Limits,
) -> Result<Output, EvalError> {
    let mut evaluation = Evaluation::new(program, input, limits);
    loop {
        match evaluation.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(queries) => match stores.answer(&queries) {
                Ok(answers) => evaluation.answer_shared(answers.into_iter().map(Arc::new).collect()),
                Err(error) => return Err(evaluation.fail(error)),
            },
        }
    }
}
