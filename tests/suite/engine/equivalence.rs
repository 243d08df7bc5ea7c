//! The engine's shortcuts change nothing: random rule sets against the plain evaluator.

use std::sync::Arc;

use claimsmith::engine::{Claim, Evaluation, Limits, Output, Program, Step, Stores, evaluate};
use claimsmith::lang;
use proptest::prelude::*;

use crate::support::naive;
use crate::support::random_rules::{self, Choices, Echo, rows};

fn stores() -> Stores {
    let mut stores = Stores::default();
    stores.insert("S", Arc::new(Echo));
    stores
}

/// Steps an evaluation by hand, with the rows of every query.
fn stepped(program: &Program, input: Vec<Claim>) -> Output {
    let mut evaluation = Evaluation::new(program, input, Limits::default());
    loop {
        match evaluation.step().unwrap() {
            Step::Done(output) => return output,
            Step::Ask(queries) => {
                assert!(!queries.is_empty(), "nothing asked");
                assert_eq!(evaluation.step(), Ok(Step::Ask(queries.clone())), "the same until answered");
                evaluation.answer(queries.iter().map(rows).collect());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_issues_what_the_plain_evaluator_issues(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let text = random_rules::rules(&mut choices);
        let parsed = lang::parse(&text);
        let program = Program::compile(&parsed.rule_set).unwrap();
        let expected = naive::evaluate(&parsed.rule_set, &input, &rows);

        let output = evaluate(&program, input.clone(), &stores(), Limits::default()).unwrap();
        prop_assert_eq!(&output.issued, &expected, "{}", text);

        prop_assert_eq!(&stepped(&program, input.clone()), &output, "stepping: {}", text);
        prop_assert_eq!(&evaluate(&program, input, &stores(), Limits::default()).unwrap(), &output, "again: {}", text);
    }

    #[test]
    fn every_issued_claim_has_an_origin_before_it(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let text = random_rules::rules(&mut choices);
        let program = Program::from_text(&text).unwrap();
        let Output { issued, trace } = evaluate(&program, input, &stores(), Limits::default()).unwrap();
        prop_assert_eq!(trace.issued().len(), issued.len());
        for (&id, claim) in trace.issued().iter().zip(&issued) {
            prop_assert_eq!(trace.claim(id), Some(claim.clone()));
            prop_assert!(trace.origins(id).next().is_some(), "{}", text);
            for origin in trace.origins(id) {
                prop_assert!(trace.hits()[origin.rule] > 0, "{}", text);
                prop_assert!(trace.is_given(id) || origin.from.iter().all(|&from| from != id) || origin.rule > 0);
            }
            let first = trace.origins(id).next().unwrap();
            prop_assert!(trace.is_given(id) || first.from.iter().all(|&from| from < id), "{}", text);
        }
    }
}
