//! A run that goes on as two.

use super::{Evaluation, Memo, Request, State, Work};
use crate::engine::{Claim, Limits, Program};

impl<'p> Evaluation<'p> {
    /// A run of its own request, which may keep the answers for a run that goes on where it is.
    pub(in crate::engine) fn sharing_answers(
        program: &'p Program,
        input: &[Claim],
        limits: Limits,
        shares_answers: bool,
    ) -> Self {
        Self::within_request(program, input, limits, Request::new(&limits), shares_answers)
    }

    /// A run that did the same so far and goes on with another program, which begins with the same rules under the
    /// same numbers of types. It may ask everything again.
    pub(in crate::engine) fn forked<'q>(&mut self, program: &'q Program) -> Evaluation<'q> {
        let Work { set, trace, regexes, looked_at, memo, keeps_answers, limits, .. } = &mut self.work;
        let state = match &self.state {
            State::Ready => State::Ready,
            State::Refused(error) => State::Refused(error.clone()),
            State::Waiting { .. } | State::Answered { .. } | State::Over => State::Over,
        };
        let asks = *keeps_answers || program.asks_from(self.rule_index);
        let work = Work {
            set: set.forked(),
            trace: trace.forked(program.rule_count()),
            regexes: regexes.clone(),
            looked_at: *looked_at,
            memo: if asks { memo.clone() } else { Memo::new() },
            spent: Vec::new(),
            keeps_answers: *keeps_answers,
            limits: *limits,
        };
        Evaluation { program, rule_index: self.rule_index, work, given: self.given, state }
    }
}
