//! `rulecheck test --format junit`: what build servers read is well-formed, complete, and says what the text says.

use serde_json::Value;
use uppsala::parse;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const RULES: &str = "c:[Type == \"g\"]\n => issue(Type = \"t\", Value = c.Value);\n";

const TESTS: &str = "\
rules: r.claims
tests:
  - { name: passes <&> \"quoted\" 'it' \\ é, with: [{ type: g, value: a }], has: [{ type: t, value: a }] }
  - { name: \"a\\u0001b\\tc\\nd\", claims: [{ type: t, value: \"]]> <x>&amp;\" }] }
  - { name: to do, todo: '<later> & \"more\"', claims: [{ type: t }] }
  - { name: done, todo: was to do, claims: [] }
";

#[test]
fn names_and_messages_survive_xml() {
    let folder = folder_with(&[
        ("r.claims", RULES),
        ("a & b/x.test.yaml", &TESTS.replace("r.claims", "../r.claims")),
        ("a & b/broken.test.yaml", "rules: ../r.claims\ntests:\n  - { nam: \"<x>\" }\n"),
        ("last/y.test.yaml", "rules: ../r.claims\ntests:\n  - { name: runs all the same, claims: [] }\n"),
    ]);
    let output = rulecheck(folder.path(), &["test", "--format", "junit", "."], b"");
    assert_eq!(output.status.code(), Some(2), "one file is broken");
    let xml = text(&output.stdout);
    assert!(xml.is_ascii() || !xml.contains('\u{1}'), "{xml}");
    let document = parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let elements = |name: &str| -> Vec<_> {
        document.get_elements_by_tag_name(name).into_iter().map(|id| document.element(id).unwrap()).collect()
    };
    let attribute = |element: &uppsala::Element<'_>, name: &str| {
        element.get_attribute(name).unwrap_or_else(|| panic!("no {name}\n{xml}")).to_owned()
    };
    let root = &elements("testsuites")[0];
    let counts = |element: &uppsala::Element<'_>| {
        ["tests", "failures", "errors", "skipped"].map(|name| attribute(element, name))
    };
    assert_eq!(counts(root), ["6", "2", "1", "1"]);
    let suites = elements("testsuite");
    let names: Vec<String> = suites.iter().map(|suite| attribute(suite, "name")).collect();
    assert_eq!(names, ["a & b/broken.test.yaml", "a & b/x.test.yaml", "last/y.test.yaml"]);
    let sum = |column: usize| suites.iter().map(|suite| counts(suite)[column].parse::<usize>().unwrap()).sum::<usize>();
    assert_eq!([0, 1, 2, 3].map(sum), [6, 2, 1, 1], "the suites make up the whole");
    let names: Vec<String> = elements("testcase").iter().map(|case| attribute(case, "name")).collect();
    let wanted = [
        "the test file can be run",
        "passes <&> \"quoted\" 'it' \\ é",
        "a\u{fffd}b\tc\nd",
        "to do",
        "done",
        "runs all the same",
    ];
    assert_eq!(names, wanted);
    for element in elements("testcase").iter().skip(1).chain(&suites).chain([root]) {
        let time: f64 = attribute(element, "time").parse().unwrap();
        assert!((0.0..60.0).contains(&time));
    }
    let failure = attribute(elements("failure")[0], "message");
    assert_eq!(failure, "claims: expected t = \"]]> <x>&amp;\"; got nothing");
    assert_eq!(attribute(elements("skipped")[0], "message"), "<later> & \"more\"");
    assert!(attribute(elements("error")[0], "message").contains("unknown field `nam`"));
}

#[test]
fn json_says_the_same() {
    let folder = folder_with(&[("r.claims", RULES), ("x.test.yaml", TESTS)]);
    let output = rulecheck(folder.path(), &["test", "--format", "json", "."], b"");
    assert_eq!(output.status.code(), Some(1));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tests = told["files"][0]["tests"].as_array().unwrap();
    let outcomes: Vec<&str> = tests.iter().map(|test| test["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["passed", "failed", "todo", "failed"]);
    assert!(tests.iter().all(|test| test["seconds"].as_f64().unwrap() >= 0.0));
}

#[test]
fn one_bad_test_does_not_stop_the_rest() {
    let rules = "c:[Type == \"p\"]\n => issue(Type = \"t\", Value = RegExReplace(\"x\", c.Value, \"\"));\n";
    let tests = "rules: r.claims\ntests:\n\
        \x20 - { name: the rules fail, with: [{ type: p, value: '(' }], has: [] }\n\
        \x20 - { name: too many steps, with: [{ type: p, value: '(x+x+)+y' }], has: [{ type: t }] }\n\
        \x20 - { name: passes, with: [{ type: p, value: x }], claims: [{ type: t, value: '' }] }\n";
    let folder = folder_with(&[("r.claims", rules), ("x.test.yaml", tests)]);
    let output = rulecheck(folder.path(), &["test", "-v", "."], b"");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let told = text(&output.stdout);
    assert!(told.contains("FAIL  the rules fail (line 3)") && told.contains("the rules to run"), "{told}");
    assert!(told.contains("  ok    passes\n"), "{told}");
    assert!(told.ends_with("2 passed, 1 failed\n"), "{told}");
}
