//! The cases of `testdata/engine`, one file for each subject.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use claimsmith::engine::{
    Claim, Conventions, Decision, Duplicates, EvalError, Pipeline, Program, claim_types, evaluate,
};

use crate::support::rule_case::{Expected, RuleCase, rule_cases};

#[test]
fn sets() {
    run("01-sets.yaml");
}

#[test]
fn selectors() {
    run("02-selectors.yaml");
}

#[test]
fn aggregates() {
    run("03-aggregates.yaml");
}

#[test]
fn actions() {
    run("04-actions.yaml");
}

#[test]
fn duplicates() {
    run("05-duplicates.yaml");
}

#[test]
fn operators() {
    run("06-operators.yaml");
}

#[test]
fn stores() {
    run("07-stores.yaml");
}

#[test]
fn errors() {
    run("08-errors.yaml");
}

#[test]
fn patterns() {
    run("10-patterns.yaml");
}

#[test]
fn refusals() {
    for case in rule_cases("09-refusals.yaml") {
        let errors = Program::from_text(&case.rules).expect_err(&case.name);
        let codes: Vec<&str> = errors.iter().map(|error| error.code).collect();
        let expected: Vec<&str> = case.code.iter().chain(&case.codes).map(String::as_str).collect();
        assert_eq!(codes, expected, "{}", case.name);
        if let Some(at) = &case.at {
            let span = errors[0].span;
            assert_eq!(&case.rules[span.start..span.end], at, "{}", case.name);
        }
    }
}

#[test]
fn authorization() {
    for case in rule_cases("11-authorization.yaml") {
        let decided = decide(&case);
        match (&case.error, decided) {
            (Some(expected), Err(error)) => assert_starts(&error, expected, &case),
            (None, Ok(Decision::Permit)) => assert_eq!(case.decision.as_deref(), Some("permit"), "{}", case.name),
            (None, Ok(Decision::Deny(reason))) => {
                assert_eq!(case.decision.as_deref(), Some(reason.to_string().as_str()), "{}", case.name);
            }
            (expected, decided) => panic!("{}: expected {expected:?}, got {decided:?}", case.name),
        }
    }
}

fn decide(case: &RuleCase) -> Result<Decision, EvalError> {
    let long = |text: &str| {
        text.replace("\"P\"", &format!("\"{}\"", claim_types::PERMIT))
            .replace("\"D\"", &format!("\"{}\"", claim_types::DENY))
    };
    let pipeline = Pipeline {
        acceptance: Arc::new(Program::from_text("c:[] => issue(claim = c);").unwrap()),
        authorization: Some(Program::from_text(&long(&case.rules)).unwrap()),
        additional_authentication: None,
        issuance: Program::from_text("=> issue(Type = \"secret\", Value = \"1\");").unwrap(),
    };
    let mut input = case.input();
    for claim in &mut input {
        if &*claim.claim_type == "P" {
            claim.claim_type = claim_types::PERMIT.into();
        }
    }
    let outcome = pipeline.run(input, &case.stores().0, case.limits())?;
    assert_eq!(outcome.issued.is_empty(), outcome.decision != Decision::Permit, "{}", case.name);
    Ok(outcome.decision)
}

fn run(file: &str) {
    for case in rule_cases(file) {
        let program = program(&case);
        let (stores, asked) = case.stores();
        let output = evaluate(&program, case.input(), &stores, case.limits());
        match (&case.error, output) {
            (Some(expected), Err(error)) => assert_starts(&error, expected, &case),
            (None, Ok(output)) => {
                assert_issued(&output.issued, case.issued.as_deref().unwrap_or_default(), &case);
                if let Some(hits) = &case.hits {
                    assert_eq!(output.trace.hits(), hits, "{}: hits", case.name);
                }
            }
            (expected, output) => panic!("{}: expected {expected:?}, got {output:?}", case.name),
        }
        if let Some(rounds) = case.rounds {
            assert_eq!(asked.rounds.load(Ordering::Relaxed), rounds, "{}: rounds", case.name);
        }
        let queries = asked.queries.lock().unwrap();
        let mut distinct = queries.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), queries.len(), "{}: a query was asked twice", case.name);
    }
}

fn program(case: &RuleCase) -> Program {
    let mut conventions = Conventions::default();
    if let Some(issuer) = &case.store_issuer {
        conventions.store_issuer = issuer.as_str().into();
    }
    match case.output_duplicates.as_deref() {
        None => {}
        Some("type_value") => conventions.output_duplicates = Duplicates::TypeValue,
        Some(other) => panic!("no `{other}`"),
    }
    Program::from_text(&case.rules).unwrap_or_else(|errors| panic!("{}: {errors:?}", case.name)).under(conventions)
}

fn assert_issued(issued: &[Claim], expected: &[Expected], case: &RuleCase) {
    let equal =
        issued.len() == expected.len() && expected.iter().zip(issued).all(|(expected, claim)| expected.is(claim));
    assert!(equal, "{}: expected {expected:#?}, issued {issued:#?}", case.name);
}

fn assert_starts(error: &EvalError, expected: &str, case: &RuleCase) {
    let message = error.to_string();
    assert!(message.starts_with(expected), "{}: {message}", case.name);
    assert!(!error.help().is_empty(), "{}", case.name);
}
