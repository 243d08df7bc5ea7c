//! What is remembered from user to user changes nothing but the time.

use std::sync::Arc;

use claimsmith::engine::{
    Claim, EvalError, Evaluation, Limits, Memory, Output, Pipeline, PipelineRun, PipelineStep, Program, Step,
};
use proptest::prelude::*;

use crate::support::random_rules::{self, Choices, rows};

fn finished(mut run: Evaluation<'_>) -> Result<Output, EvalError> {
    loop {
        match run.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(queries) => run.answer(queries.iter().map(rows).collect()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_gets_what_they_get_alone(bytes in prop::collection::vec(any::<u8>(), 0..240)) {
        let mut choices = Choices::new(&bytes);
        let texts = [0, 1].map(|_| random_rules::rules(&mut choices));
        let programs = texts.each_ref().map(|text| Program::from_text(text).unwrap());
        let memory = Memory::default();
        for _ in 0..3 {
            let input = random_rules::claims(&mut choices);
            for program in &programs {
                let run = || Evaluation::new(program, &input, Limits::default());
                prop_assert_eq!(finished(run().remembering(&memory)), finished(run()), "{:?}", texts);
            }
        }
    }
}

/// A pattern that only the backtracking engine can run.
const RULE: &str = r#"c:[Type == "t"] => issue(Type = "u", Value = RegExReplace(c.Value, "(.+)-\1", "$1$1$1$1"));"#;

fn user(value: &str) -> Vec<Claim> {
    vec![Claim::new("t", value, "me")]
}

#[test]
fn steps_and_lengths_are_counted_as_if_nothing_were_known() {
    let program = Program::from_text(RULE).unwrap();
    let memory = Memory::default();
    let value = "abcdefgh-abcdefgh";
    let enough = finished(Evaluation::new(&program, user(value), Limits::default()).remembering(&memory)).unwrap();
    assert_eq!(&*enough.issued[0].value, "abcdefgh".repeat(4));
    for steps in 0..600 {
        let limits = Limits { pattern_steps: steps, ..Limits::default() };
        let run = || Evaluation::new(&program, user(value), limits);
        assert_eq!(finished(run().remembering(&memory)), finished(run()), "{steps} steps");
    }
    for text_bytes in 0..40 {
        let limits = Limits { text_bytes, ..Limits::default() };
        let run = || Evaluation::new(&program, user(value), limits);
        assert_eq!(finished(run().remembering(&memory)), finished(run()), "{text_bytes} bytes");
    }
}

#[test]
fn all_rule_sets_of_a_pipeline_remember() {
    let permit = r#"=> issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "1");"#;
    let pipeline = Pipeline {
        acceptance: Arc::new(Program::from_text("c:[] => issue(claim = c);").unwrap()),
        authorization: Some(Program::from_text(permit).unwrap()),
        additional_authentication: None,
        issuance: Program::from_text(RULE).unwrap(),
    };
    let memory = Memory::default();
    for value in ["x-x", "yy-yy", "x-x", "none"] {
        let outcome = |mut run: PipelineRun<'_>| match run.step() {
            Ok(PipelineStep::Done(outcome)) => outcome,
            other => panic!("{other:?}"),
        };
        let run = || PipelineRun::new(&pipeline, user(value), Limits::default());
        assert_eq!(outcome(run().remembering(&memory)), outcome(run()));
    }
}
