//! `rulecheck test --coverage`: which rules and conditions count as exercised.

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::support::rulecheck::{folder_with, rulecheck, text};

/// How often each rule fired, and its conditions held and refused, after tests with these claims: `type=value`, apart by
/// blanks.
fn counted(rules: &str, tests: &[&str]) -> Vec<(u64, Vec<(u64, u64)>)> {
    let mut file = "rules: r.claims\ntests:\n".to_owned();
    for (index, claims) in tests.iter().enumerate() {
        let claims = claims.split_whitespace().map(|claim| claim.split_once('=').unwrap());
        let claims: Vec<String> = claims.map(|(name, value)| format!("{{ type: {name}, value: '{value}' }}")).collect();
        writeln!(file, "  - {{ name: test {index}, with: [{}], has: [] }}", claims.join(", ")).unwrap();
    }
    let folder = folder_with(&[("r.claims", rules), ("x.test.yaml", &file)]);
    let output = rulecheck(folder.path(), &["test", "--coverage=json", "."], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let number = |value: &Value| value.as_u64().unwrap();
    let rules = told["files"][0]["list"].as_array().unwrap().iter();
    rules
        .map(|rule| {
            let conditions = rule["conditions"].as_array().unwrap().iter();
            let conditions = conditions.map(|condition| (number(&condition["held"]), number(&condition["refused"])));
            (number(&rule["fired"]), conditions.collect())
        })
        .collect()
}

#[test]
fn a_condition_that_is_not_reached_neither_holds_nor_refuses() {
    let rule = r#"[Type == "a"] && exists([Type == "b"]) && [Type == "c"] => issue(Type = "t");"#;
    assert_eq!(counted(rule, &["x=1"]), [(0, vec![(0, 1), (0, 0), (0, 0)])]);
    assert_eq!(counted(rule, &["a=1"]), [(0, vec![(1, 0), (0, 1), (0, 0)])]);
    assert_eq!(counted(rule, &["a=1 b=1"]), [(0, vec![(1, 0), (1, 0), (0, 1)])]);
    assert_eq!(counted(rule, &["a=1 b=1 c=1", "c=1", "b=1 c=1"]), [(1, vec![(1, 2), (1, 0), (1, 0)])]);
}

#[test]
fn a_named_claim_that_is_turned_away_was_refused() {
    let named = r#"c:[Type == "g", Value =~ "^AWS-"] => issue(claim = c);"#;
    assert_eq!(counted(named, &["g=AWS-1 g=sales"]), [(1, vec![(1, 1)])]);
    assert_eq!(counted(named, &["g=AWS-1 h=sales"]), [(1, vec![(1, 0)])], "another type is no near miss");
    let unnamed = r#"[Type == "g", Value =~ "^AWS-"] => issue(Type = "t");"#;
    assert_eq!(counted(unnamed, &["g=AWS-1 g=sales"]), [(1, vec![(1, 0)])], "one match is enough for it");
    let asks_if_there_is_one = r#"exists([Type == "g", Value =~ "^AWS-"]) => issue(Type = "t");"#;
    assert_eq!(counted(asks_if_there_is_one, &["g=AWS-1 g=sales"]), [(1, vec![(1, 0)])]);
}

#[test]
fn conditions_hold_together_or_not_at_all() {
    let rule = r#"a:[Type == "a"] && b:[Type == "b", Value == a.Value] && exists([Type == "c", Value == b.Value])
        => issue(Type = "t", Value = b.Value);"#;
    assert_eq!(counted(rule, &["a=1 a=2 b=2"]), [(0, vec![(1, 0), (1, 1), (0, 1)])]);
    assert_eq!(counted(rule, &["a=1 a=2 b=3 c=3"]), [(0, vec![(1, 0), (0, 1), (0, 0)])]);
    assert_eq!(counted(rule, &["a=1 a=2 b=1 b=2 c=2"]), [(1, vec![(1, 0), (1, 1), (1, 0)])]);
}

#[test]
fn what_must_not_be_there_and_what_is_counted() {
    let not = r#"not exists([Type == "a"]) => issue(Type = "t");"#;
    assert_eq!(counted(not, &["a=1", "b=1"]), [(1, vec![(1, 1)])]);
    let count = r#"count([Type == "a"]) >= 2 => issue(Type = "t");"#;
    assert_eq!(counted(count, &["a=1", "a=1 a=2", "b=1"]), [(1, vec![(1, 2)])]);
}

#[test]
fn a_rule_sees_the_claims_that_were_there_before_it() {
    let rules = r#"[Type == "late"] => issue(Type = "t");
        [Type == "a"] => add(Type = "late");
        [Type == "late"] => issue(Type = "t");"#;
    assert_eq!(counted(rules, &["a=1"]), [(0, vec![(0, 1)]), (1, vec![(1, 0)]), (1, vec![(1, 0)])]);
}

#[test]
fn a_search_without_end_is_given_up_and_claims_nothing() {
    let names = ["a", "b", "c", "d"];
    let conditions: Vec<String> = names
        .iter()
        .scan(String::new(), |before, name| {
            let other = if before.is_empty() { String::new() } else { format!(", Issuer == {before}.Issuer") };
            *before = (*name).to_owned();
            Some(format!("{name}:[Type == \"g\"{other}]"))
        })
        .collect();
    let last = r#"exists([Type == "h", Value == d.Value])"#;
    let rule = format!("{} && {last} => issue(claim = a);", conditions.join(" && "));
    // Within what a rule may look at, and far more than coverage looks at.
    let claims: Vec<String> = (0..40).map(|number| format!("g={number}")).collect();
    let counted = counted(&rule, &[&claims.join(" ")]);
    assert_eq!(counted[0].0, 0);
    assert_eq!(counted[0].1[4], (0, 0), "{counted:?}");
}

#[test]
fn rules_that_fail_cover_nothing() {
    let rules = r#"c:[] => issue(Type = "t", Value = RegExReplace(c.Value, c.Value, ""));"#;
    let tests = "rules: r.claims\ntests:\n  - { name: one, with: [{ type: a, value: '(' }], error: pattern }\n";
    let folder = folder_with(&[("r.claims", rules), ("x.test.yaml", tests)]);
    let output = rulecheck(folder.path(), &["test", "--coverage", "."], b"");
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).ends_with("covered: 0 of 1 rule, 0 of 1 condition\n"), "{}", text(&output.stdout));
}

#[test]
fn a_gate_is_a_comparison_of_counts() {
    let gate = |percent: &str| {
        let rules = "c:[Type == \"a\"] => issue(claim = c);\n".repeat(2) + "[Type == \"b\"] => issue(Type = \"t\");";
        let tests = "rules: r.claims\ntests:\n  - { name: one, with: [{ type: a, value: x }], has: [] }\n  - { name: two, has: [] }\n";
        let folder = folder_with(&[("r.claims", &rules), ("x.test.yaml", tests)]);
        let output = rulecheck(folder.path(), &["test", "--fail-under", percent, "."], b"");
        (output.status.code(), text(&output.stderr).to_owned())
    };
    assert_eq!(gate("66"), (Some(0), String::new()));
    let told = "error: 2 of 3 rules are covered, less than 67 of 100\n\
                error: 2 of 3 conditions are covered, less than 67 of 100\n";
    assert_eq!(gate("67"), (Some(1), told.to_owned()));
}

#[test]
fn coverage_is_written_to_a_file_whole() {
    let folder = folder_with(&[
        ("a/r.claims", "c:[] => issue(claim = c);"),
        ("a/x.test.yaml", "rules: r.claims\ntests:\n  - { name: one, has: [] }\n"),
        ("b/y.test.yaml", "rules: ../a/r.claims\ntests:\n  - { name: two, with: [{ type: t, value: v }], has: [] }\n"),
    ]);
    let arguments = ["test", "--coverage=lcov", "--coverage-file", "lcov.info", "--format", "junit", "a", "b"];
    let output = rulecheck(folder.path(), &arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).starts_with("<?xml"));
    let lcov = fs::read_to_string(folder.path().join("lcov.info")).unwrap();
    assert_eq!(lcov.matches("SF:").count(), 1, "one file by two names: {lcov}");
    assert!(lcov.contains("SF:a/r.claims\nFN:1,rule 1\nFNDA:1,rule 1\nFNF:1\nFNH:1\n"), "{lcov}");
    assert!(lcov.contains("BRDA:1,1,0,1\nBRDA:1,1,1,1\n") && lcov.ends_with("end_of_record\n"), "{lcov}");
}

#[test]
fn a_rule_file_that_cannot_be_counted_is_told_once() {
    let tests = "rules: r.claims\ntests:\n  - { name: one, has: [] }\n";
    let folder = folder_with(&[("r.claims", "c:["), ("x.test.yaml", tests)]);
    let output = rulecheck(folder.path(), &["test", "--coverage", "."], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).matches("error[").count(), 1, "{}", text(&output.stderr));
    fs::remove_file(folder.path().join("x.test.yaml")).unwrap();
    fs::write(folder.path().join("y.test.yaml"), tests.replace("r.claims", "s.claims")).unwrap();
    fs::write(folder.path().join("s.claims"), "c:[] => issue(claim = c);").unwrap();
    let output = rulecheck(folder.path(), &["test", "--coverage", "."], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr).matches("error[").count(), 1, "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("s.claims: "), "{}", text(&output.stdout));
}
