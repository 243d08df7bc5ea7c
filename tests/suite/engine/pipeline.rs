//! The rule sets of a sign-on, one after the other.

use std::sync::{Arc, Mutex};

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::{
    AttributeStore, Claim, Decision, DenyReason, EvalCause, Evaluation, Limits, Pipeline, PipelineRun, PipelineStep,
    Program, Query, Row, Stage, Step, StoreError, Stores,
};

const PERMIT: &str = r#"=> issue(Type = "http://schemas.microsoft.com/authorization/claims/permit", Value = "true");"#;
const COPY_ALL: &str = "c:[] => issue(claim = c);";

fn program(text: &str) -> Program {
    Program::from_text(text).unwrap()
}

fn pipeline(acceptance: &str, authorization: Option<&str>, issuance: &str) -> Pipeline {
    Pipeline {
        acceptance: Arc::new(program(acceptance)),
        authorization: authorization.map(program),
        additional_authentication: None,
        issuance: program(issuance),
    }
}

fn user() -> Vec<Claim> {
    vec![Claim::new("account", r"CORP\ann", AD_AUTHORITY), Claim::new("secret", "1", AD_AUTHORITY)]
}

fn run(pipeline: &Pipeline) -> claimsmith::engine::Outcome {
    pipeline.run(user(), &Stores::default(), Limits::default()).unwrap()
}

fn types(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| &*claim.claim_type).collect()
}

/// Answers `1` and remembers what was asked.
#[derive(Default)]
struct Counting(Mutex<Vec<Query>>);

impl AttributeStore for Counting {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.0.lock().unwrap().extend(queries.iter().cloned());
        Ok(queries.iter().map(|_| vec![vec![Some("1".into())]]).collect())
    }
}

#[test]
fn only_what_acceptance_issues_goes_on() {
    let outcome = run(&pipeline(r#"c:[Type == "account"] => issue(claim = c);"#, Some(PERMIT), COPY_ALL));
    assert_eq!(types(&outcome.accepted), ["account"]);
    assert_eq!(types(&outcome.issued), ["account"]);
    assert_eq!(outcome.decision, Decision::Permit);
}

#[test]
fn what_authorization_issues_is_not_seen_by_issuance() {
    let authorization = format!(r#"{PERMIT} => issue(Type = "level", Value = "high");"#);
    let outcome = run(&pipeline(COPY_ALL, Some(&authorization), COPY_ALL));
    assert_eq!(types(&outcome.issued), ["account", "secret"]);
}

#[test]
fn without_authorization_rules_nobody_is_permitted() {
    for authorization in [None, Some("")] {
        let outcome = run(&pipeline(COPY_ALL, authorization, COPY_ALL));
        assert_eq!(outcome.decision, Decision::Deny(DenyReason::NoRules));
        assert!(outcome.issued.is_empty());
        assert!(outcome.traces.issuance.is_none(), "issuance rules must not run");
    }
}

#[test]
fn issuance_does_not_run_for_who_is_denied() {
    let store_rule = r#"=> issue(store = "Nowhere", types = ("t"), query = "q");"#;
    let outcome = run(&pipeline(COPY_ALL, Some(r#"=> add(Type = "x", Value = "y");"#), store_rule));
    assert_eq!(outcome.decision, Decision::Deny(DenyReason::NoPermit));
}

#[test]
fn another_factor_is_demanded_by_type_and_value() {
    const METHOD: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod";
    let demand = |verb: &str, value: &str| format!(r#"=> {verb}(Type = "{METHOD}", Value = "{value}");"#);
    for (rules, required) in [
        (demand("issue", "http://schemas.microsoft.com/claims/multipleauthn"), true),
        (demand("add", "http://schemas.microsoft.com/claims/multipleauthn"), false),
        (demand("issue", "urn:password"), false),
        (String::new(), false),
    ] {
        let mut pipeline = pipeline(COPY_ALL, Some(PERMIT), COPY_ALL);
        pipeline.additional_authentication = Some(program(&rules));
        assert_eq!(run(&pipeline).additional_authentication_required, required, "{rules}");
    }
}

#[test]
fn a_question_is_asked_once_for_all_rule_sets() {
    let lookup =
        r#"=> issue(store = "s", types = ("http://schemas.microsoft.com/authorization/claims/permit"), query = "q");"#;
    let store = Arc::new(Counting::default());
    let mut stores = Stores::default();
    stores.insert("S", Arc::clone(&store) as Arc<dyn AttributeStore>);
    let outcome = pipeline(lookup, Some(lookup), lookup).run(user(), &stores, Limits::default()).unwrap();
    assert_eq!(outcome.issued.len(), 1);
    assert_eq!(store.0.lock().unwrap().len(), 1);
}

#[test]
fn an_error_names_the_rule_set_and_the_rule() {
    let failing = r#"=> issue(Type = "a", Value = "1"); @RuleName = "look" => issue(store = "Nowhere", types = ("t"), query = "q");"#;
    for (pipeline, stage) in [
        (pipeline(failing, Some(PERMIT), COPY_ALL), Stage::Acceptance),
        (pipeline(COPY_ALL, Some(failing), COPY_ALL), Stage::Authorization),
        (pipeline(COPY_ALL, Some(PERMIT), failing), Stage::Issuance),
    ] {
        let error = pipeline.run(user(), &Stores::default(), Limits::default()).unwrap_err();
        assert_eq!((error.stage, error.rule_number, error.rule_name.as_deref()), (Some(stage), 2, Some("look")));
        assert!(error.to_string().starts_with(&format!("{stage} rule 2 `look`: there is no attribute store named")));
    }
}

#[test]
fn a_run_can_be_stepped() {
    let lookup = r#"c:[Type == "account"] => issue(store = "S", types = ("mail"), query = "{0}", param = c.Value);"#;
    let pipeline = pipeline(COPY_ALL, Some(PERMIT), lookup);
    let mut run = PipelineRun::new(&pipeline, user(), Limits::default());
    let PipelineStep::Ask(queries) = run.step().unwrap() else { panic!("it must ask") };
    assert_eq!(queries.len(), 1);
    assert_eq!((&*queries[0].store, &*queries[0].parameters[0], queries[0].columns), ("S", r"CORP\ann", 1));
    run.answer(vec![vec![vec![Some("ann@x".into())]]]);
    let PipelineStep::Done(outcome) = run.step().unwrap() else { panic!("it must be done") };
    assert_eq!(types(&outcome.issued), ["mail"]);
    assert_eq!(run.step().unwrap_err().cause, EvalCause::Over);
}

#[test]
fn all_rule_sets_share_the_steps_of_patterns_and_the_looks_of_joins() {
    let slow = r#"c:[Value =~ "^(?=a)(a|aa)+$"] => add(claim = c); c:[] => issue(claim = c);"#;
    let permit = format!("{slow} {PERMIT}");
    let pipeline = pipeline(slow, Some(&permit), slow);
    let input = || vec![Claim::new("a", format!("{}!", "a".repeat(14)), AD_AUTHORITY)];
    let fails_at = |limits: Limits| {
        let error = pipeline.run(input(), &Stores::default(), limits).unwrap_err();
        (error.stage, error.cause)
    };
    let mut counted = Vec::new();
    for pattern_steps in (1..).map(|thousands| thousands * 1000) {
        let limits = Limits { pattern_steps, ..Limits::default() };
        if pipeline.run(input(), &Stores::default(), limits).is_ok() {
            break;
        }
        let (stage, cause) = fails_at(limits);
        assert!(matches!(cause, EvalCause::AllPatternSteps { .. }), "{cause:?}");
        counted.push(stage);
    }
    counted.dedup();
    assert_eq!(counted, [Some(Stage::Acceptance), Some(Stage::Authorization), Some(Stage::Issuance)]);
    let looks = Limits { candidates: 8, ..Limits::default() };
    assert_eq!(fails_at(looks), (Some(Stage::Issuance), EvalCause::AllCandidates { limit: 8 }));
}

#[test]
fn a_wrong_number_of_answers_ends_it() {
    let program = program(r#"=> issue(store = "S", types = ("t"), query = "q");"#);
    let mut evaluation = Evaluation::new(&program, user(), Limits::default());
    assert!(matches!(evaluation.step(), Ok(Step::Ask(_))));
    evaluation.answer(vec![]);
    let error = evaluation.step().unwrap_err();
    assert_eq!(error.cause, EvalCause::Answers { expected: 1, got: 0 });
    assert_eq!(evaluation.step().unwrap_err().cause, EvalCause::Over);
}

#[test]
fn literal_store_names_are_known_before_anyone_signs_in() {
    let text = r#"=> issue(store = "A" + "D", types = ("t"), query = "q");
                  c:[] => issue(store = c.Value, types = ("t"), query = "q");
                  => add(store = "SQL", types = ("t"), query = "q");"#;
    let program = program(text);
    let stores: Vec<(&str, usize, &str)> = program
        .stores()
        .map(|store| (&*store.name, store.rule_number, &text[store.span.start..store.span.end]))
        .collect();
    assert_eq!(stores, [("AD", 1, r#""A" + "D""#), ("SQL", 3, r#""SQL""#)]);
    assert_eq!(program.rule_count(), 3);
}
