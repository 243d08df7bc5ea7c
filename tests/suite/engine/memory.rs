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

/// The same pattern in conditions, and in several calls of which each has something to remember.
const CONDITIONS: &str = r#"
c:[Type == "t", Value =~ "(.+)-\1"] => issue(Type = "u", Value = RegExReplace(c.Value, "(.+)-\1", "$1$1$1$1"));
c:[Type == "t", Value =~ "(.+)-\1"] => issue(Type = "v", Value = RegExReplace(c.Value, "(.+)-\1", "<$1>"));
c:[Type == "t", Value !~ "(.+)-\1"] => issue(Type = "w", Value = RegExReplace(c.Value, "(.+)-\1", "none"));
"#;

/// A pattern for the linear engine, which is charged for what it reads.
const LINEAR: &str = r#"c:[Type == "t", Value =~ "[a-h]-"] => issue(Type = "u", Value = c.Value);"#;

fn user(value: &str) -> Vec<Claim> {
    vec![Claim::new("t", value, "me")]
}

#[test]
fn steps_and_lengths_are_counted_as_if_nothing_were_known() {
    let (short, long, plain) = ("abcdefgh-abcdefgh".to_owned(), "abcdefgh-".repeat(200), "abcdefgh".to_owned());
    for (rules, value, issued) in
        [(RULE, &short, 1), (CONDITIONS, &short, 2), (CONDITIONS, &plain, 1), (LINEAR, &long, 1), (LINEAR, &plain, 0)]
    {
        let program = Program::from_text(rules).unwrap();
        let memory = Memory::default();
        let enough = finished(Evaluation::new(&program, user(value), Limits::default()).remembering(&memory)).unwrap();
        assert_eq!(enough.issued.len(), issued, "{rules}");
        let is_same = |limits: Limits| {
            let run = || Evaluation::new(&program, user(value), limits);
            let alone = finished(run());
            assert_eq!(finished(run().remembering(&memory)), alone, "{rules} {limits:?}");
            alone.is_ok()
        };
        let fails = (0..1_500).filter(|&pattern_steps| !is_same(Limits { pattern_steps, ..Limits::default() })).count();
        assert_eq!(
            fails > 0,
            *value != plain || rules == CONDITIONS,
            "{rules}: some are too few, unless none are needed"
        );
        assert!(fails < 1_500, "{rules}: some suffice");
        for text_bytes in 0..40 {
            is_same(Limits { text_bytes, ..Limits::default() });
        }
    }
}

#[test]
fn calls_that_share_a_pattern_do_not_take_each_others_results() {
    let program = Program::from_text(CONDITIONS).unwrap();
    let memory = Memory::default();
    for value in ["x-x", "yy-yy", "x-x", "x", "yy-yy", "x"] {
        let run = || Evaluation::new(&program, user(value), Limits::default());
        let values = |output: Output| output.issued.iter().map(|claim| claim.value.to_string()).collect::<Vec<_>>();
        let issued = values(finished(run().remembering(&memory)).unwrap());
        let half = value.split('-').next().unwrap();
        let expected = if value == half { vec![value.to_owned()] } else { vec![half.repeat(4), format!("<{half}>")] };
        assert_eq!(issued, expected);
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
