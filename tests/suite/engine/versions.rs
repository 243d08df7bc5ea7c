//! Two versions of rules that run as one as long as they are alike: each comes to what it comes to by itself.

use std::cell::RefCell;
use std::sync::Arc;

use claimsmith::engine::{
    Answer, Claim, EvalError, Evaluation, Limits, Outcome, Output, Pipeline, PipelineRun, PipelineStep, Program, Query,
    Step, Stores, Versions, evaluate,
};
use proptest::prelude::*;

use crate::support::random_rules::{self, Choices, Echo, rows};

const PERMIT: &str = r#"=> issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "1");"#;
const SOME: &str =
    r#"[Value =~ "1"] => issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "1");"#;
const FACTOR: &str = r#"[Type == "a"] => issue(Type = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod", Value = "http://schemas.microsoft.com/claims/multipleauthn");"#;

fn stores() -> Stores {
    let mut stores = Stores::default();
    stores.insert("S", Arc::new(Echo));
    stores
}

fn shared(queries: &[Query]) -> Vec<Arc<Answer>> {
    queries.iter().map(|query| Arc::new(Answer::Rows(rows(query)))).collect()
}

fn output(mut run: Evaluation<'_>) -> Result<Output, EvalError> {
    loop {
        match run.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(queries) => run.answer_shared(shared(&queries)),
        }
    }
}

fn outcome(mut run: PipelineRun<'_>) -> Result<Outcome, EvalError> {
    loop {
        match run.step()? {
            PipelineStep::Done(outcome) => return Ok(*outcome),
            PipelineStep::Ask(queries) => run.answer_shared(shared(&queries)),
        }
    }
}

fn outputs(old: &Program, new: &Program, input: &[Claim], limits: Limits) -> [Result<Output, EvalError>; 2] {
    let versions = Versions::<Program>::of(old, new);
    let mut run = versions.start(input, limits);
    loop {
        match versions.step(&mut run) {
            Ok(Some(queries)) => run.answer_shared(shared(&queries)),
            Ok(None) => return versions.part(run).map(output),
            Err(error) => return [Err(error.clone()), Err(error)],
        }
    }
}

fn outcomes(old: &Pipeline, new: &Pipeline, input: &[Claim], limits: Limits) -> [Result<Outcome, EvalError>; 2] {
    let versions = Versions::<Pipeline>::of(old, new);
    let mut run = versions.start(input, limits);
    loop {
        match versions.step(&mut run) {
            Ok(Some(queries)) => run.answer_shared(shared(&queries)),
            Ok(None) => return versions.part(run).map(outcome),
            Err(error) => return [Err(error.clone()), Err(error)],
        }
    }
}

/// Limits that some of the rules pass.
fn limits(tight: u8) -> Limits {
    let few = usize::from(tight / 4) + 2;
    match tight % 4 {
        0 => Limits { claims: few, ..Limits::default() },
        1 => Limits { candidates: 4 * few, ..Limits::default() },
        _ => Limits::default(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_version_of_a_rule_set_comes_to_what_it_comes_to_alone(
        bytes in prop::collection::vec(any::<u8>(), 0..240),
        tight in any::<u8>(),
    ) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let alike = random_rules::rules(&mut choices);
        let texts = [0, 1].map(|_| alike.clone() + &random_rules::rules(&mut choices));
        let [old, new] = texts.each_ref().map(|text| Program::from_text(text).unwrap());
        let alone = [&old, &new].map(|program| evaluate(program, &input, &stores(), limits(tight)));
        let together = outputs(&old, &new, &input, limits(tight));
        prop_assert_eq!(&together, &alone, "{:?}", texts);
        if let [Ok(old), Ok(new)] = &together {
            prop_assert_eq!(old.trace.issues_the_same(&new.trace), old.issued == new.issued, "{:?}", texts);
        }
        let same = [alone[0].clone(), alone[0].clone()];
        prop_assert_eq!(&outputs(&old, &old, &input, limits(tight)), &same, "{:?}", texts);
    }

    #[test]
    fn each_version_of_a_pipeline_comes_to_what_it_comes_to_alone(
        bytes in prop::collection::vec(any::<u8>(), 0..320),
        tight in any::<u8>(),
        authorization in [0..4_u8, 0..4_u8],
        factors in [0..3_u8, 0..3_u8],
        is_accepted_alike in any::<bool>(),
    ) {
        let choices = RefCell::new(Choices::new(&bytes));
        let rules = || random_rules::rules(&mut choices.borrow_mut());
        let input = random_rules::claims(&mut choices.borrow_mut());
        let acceptance = rules() + "c:[] => issue(claim = c);";
        let issuance = rules();
        let pipeline = |version: usize| {
            let accepted = if is_accepted_alike || version == 0 { acceptance.clone() } else { rules() + &acceptance };
            let program = |text: &str| Program::from_text(text).unwrap();
            Pipeline {
                acceptance: Arc::new(program(&accepted)),
                authorization: [None, Some(PERMIT.to_owned()), Some(rules() + PERMIT), Some(SOME.to_owned())]
                    [usize::from(authorization[version])].as_deref().map(program),
                additional_authentication: [None, Some(FACTOR.to_owned()), Some(FACTOR.to_owned() + &rules())]
                    [usize::from(factors[version])].as_deref().map(program),
                issuance: program(&(issuance.clone() + &rules())),
            }
        };
        let (old, new) = (pipeline(0), pipeline(1));
        let alone = [&old, &new].map(|pipeline| pipeline.run(&input, &stores(), limits(tight)));
        let together = outcomes(&old, &new, &input, limits(tight));
        prop_assert_eq!(&together, &alone, "{:?} {:?}", old, new);
        if let [Ok(first), Ok(second)] = &together
            && let [Some(trace), Some(other)] = [first, second].map(|outcome| outcome.traces.issuance.as_ref())
        {
            prop_assert_eq!(trace.issues_the_same(other), first.issued == second.issued, "{:?} {:?}", old, new);
        }
        let same = [alone[0].clone(), alone[0].clone()];
        prop_assert_eq!(&outcomes(&old, &old, &input, limits(tight)), &same, "{:?}", old);
    }
}
