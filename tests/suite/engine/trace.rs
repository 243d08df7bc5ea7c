//! Where claims come from.

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::{Claim, Limits, Output, Program, Stores, evaluate};

fn run(rules: &str, input: &[(&str, &str)], limits: Limits) -> Output {
    let program = Program::from_text(rules).unwrap();
    let input: Vec<Claim> =
        input.iter().map(|&(claim_type, value)| Claim::new(claim_type, value, AD_AUTHORITY)).collect();
    evaluate(&program, input, &Stores::default(), limits).unwrap()
}

/// Every origin of the issued claim at `position`: the rule's index and the values of the claims it came from.
fn origins(output: &Output, position: usize) -> Vec<(usize, Vec<String>)> {
    let trace = &output.trace;
    let values = |ids: &[_]| ids.iter().map(|&id| trace.claim(id).unwrap().value.to_string()).collect();
    trace.origins(trace.issued()[position]).map(|origin| (origin.rule, values(origin.from))).collect()
}

#[test]
fn a_claim_names_its_rule_and_the_claims_of_every_selector() {
    let output = run(
        r#"=> add(Type = "unrelated", Value = "x");
           f:[Type == "first"] && [Type == "flag"] && l:[Type == "last"] => issue(Type = "name", Value = f.Value + l.Value);"#,
        &[("first", "Ann"), ("flag", "on"), ("last", "Roe")],
        Limits::default(),
    );
    assert_eq!(origins(&output, 0), [(1, vec!["Ann".to_owned(), "on".to_owned(), "Roe".to_owned()])]);
    assert_eq!(output.trace.hits(), [1, 1]);
}

#[test]
fn a_claim_that_came_in_and_is_issued_is_given_and_has_an_origin() {
    let output = run("c:[] => issue(claim = c);", &[("a", "1")], Limits::default());
    assert!(output.trace.is_given(output.trace.issued()[0]));
    assert_eq!(origins(&output, 0), [(0, vec!["1".to_owned()])]);
}

#[test]
fn a_claim_made_twice_has_two_origins() {
    let output = run(
        r#"c:[Type == "group"] => issue(Type = "role", Value = RegExReplace(c.Value, "[0-9]", ""));"#,
        &[("group", "admin1"), ("group", "admin2")],
        Limits::default(),
    );
    assert_eq!(output.issued.len(), 1);
    assert_eq!(origins(&output, 0), [(0, vec!["admin1".to_owned()]), (0, vec!["admin2".to_owned()])]);
    assert_eq!(output.trace.left_out(), 0);
}

#[test]
fn repeated_origins_are_bounded_and_first_ones_are_kept() {
    let output = run(
        r#"c:[Type == "group"] => issue(Type = "role", Value = RegExReplace(c.Value, "[0-9]", ""));
           c:[Type == "group"] => issue(Type = "copy", Value = c.Value);"#,
        &[("group", "admin1"), ("group", "admin2"), ("group", "admin3")],
        Limits { repeated_origins: 1, ..Limits::default() },
    );
    assert_eq!(origins(&output, 0).len(), 2);
    assert_eq!(origins(&output, 3), [(1, vec!["admin3".to_owned()])]);
    assert_eq!(output.trace.left_out(), 1);
}
