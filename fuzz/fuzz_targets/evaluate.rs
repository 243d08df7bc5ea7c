//! Rules over claims come to an end within their limits, say the same each time, and say the same after printing.
//!
//! The rules, a line `--`, and a line `type=value` for each claim.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::config::rules;
use claimsmith::engine::{Claim, EvalError, Evaluation, Limits, Output, Program, Query, Row, Step};
use claimsmith::lang::{Source, parse, print};

const LIMITS: Limits = Limits {
    tuples_per_rule: 1_000,
    candidates_per_rule: 100_000,
    candidates: 200_000,
    pattern_steps: 200_000,
    claims: 1_000,
    text_bytes: 1 << 14,
    set_bytes: 1 << 20,
    repeated_origins: 100,
};

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, claims) = text.split_once("\n--\n").unwrap_or((text, "type=value\nother=value"));
    let claims: Vec<Claim> = claims
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(claim_type, value)| Claim::new(claim_type, value, "AD AUTHORITY"))
        .collect();
    let Some(program) = rules::compile(&Source::new("rules", text)).program else { return };
    let output = run(&program, &claims);
    assert_eq!(run(&program, &claims), output);
    let printed = print(&parse(text).rule_set);
    let again = rules::compile(&Source::new("printed", &printed)).program.expect("what is printed compiles");
    match (output, run(&again, &claims)) {
        (Ok(output), Ok(again)) => {
            assert!(output.issued.len() <= LIMITS.claims);
            assert_eq!(again.issued, output.issued, "{printed}");
        }
        (Err(error), Err(again)) => assert_eq!(again, error),
        (one, other) => panic!("{one:?}\n{other:?}\n{printed}"),
    }
}

fn run(program: &Program, claims: &[Claim]) -> Result<Output, EvalError> {
    let mut evaluation = Evaluation::new(program, claims, LIMITS);
    loop {
        match evaluation.step()? {
            Step::Done(output) => return Ok(output),
            Step::Ask(queries) => evaluation.answer(queries.iter().map(rows).collect()),
        }
    }
}

/// The parameters, one row each.
fn rows(query: &Query) -> Vec<Row> {
    query.parameters.iter().map(|value| vec![Some(value.clone()); query.columns]).collect()
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
