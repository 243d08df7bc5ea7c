//! `rulecheck test --bless`: what came out becomes what is expected, and nothing else in the file changes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const RULES: &str = r#"c:[Type == "g"]
 => issue(Type = "t", Value = c.Value);
"#;

const ROLES: &str = r#"c:[Type == "g", Value =~ "^[0-9]{12}/"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/Role", Value = RegExReplace(c.Value, "^([0-9]{12})/(.*)$", "arn:aws:iam::$1:saml-provider/P,arn:aws:iam::$1:role/$2"));
"#;

/// Runs `test --bless` over one test file beside rules `r.claims`. Gives the exit code, what it says, and the new file.
fn blessed(rules: &str, tests: &str) -> (Option<i32>, String, String) {
    let folder = folder_with(&[("r.claims", rules), ("x.test.yaml", tests)]);
    let output = rulecheck(folder.path(), &["test", "--bless", "."], b"");
    let told = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no temporary file stays");
    let after = fs::read_to_string(folder.path().join("x.test.yaml")).unwrap();
    if output.status.code() == Some(0) {
        let again = rulecheck(folder.path(), &["test", "."], b"");
        assert_eq!(again.status.code(), Some(0), "{}{}\n{after}", text(&again.stdout), text(&again.stderr));
        assert_eq!(blessed_again(&folder), after, "blessing twice changes nothing");
    }
    (output.status.code(), told, after)
}

fn blessed_again(folder: &tempfile::TempDir) -> String {
    assert_eq!(rulecheck(folder.path(), &["test", "--bless", "."], b"").status.code(), Some(0));
    fs::read_to_string(folder.path().join("x.test.yaml")).unwrap()
}

#[test]
fn roles_are_changed_in_their_places() {
    let before = "\
# What the rules give.
rules: r.claims
tests:
  - name: lines   # the first
    with:
      - { type: g, value: 111122223333/A }
      - { type: g, value: 111122223333/B }
    roles:
      # the old one
      - 111122223333/Old  # is not there any more
      # the good one
      - 111122223333/A    # stays
    lacks: [{ type: x }]

  - { name: brackets, with: [{ type: g, value: 111122223333/A }], roles: [ 111122223333/Z,  111122223333/A ] } # end
  - { name: last of them, with: [{ type: g, value: 111122223333/A }], roles: [111122223333/A, 111122223333/Z] }
  - { name: none left, roles: [111122223333/A, 111122223333/Z] }
  - name: none left of lines
    roles: # why
      - 111122223333/A
      - 111122223333/B # b
  - name: passes
    roles: []
";
    let after = "\
# What the rules give.
rules: r.claims
tests:
  - name: lines   # the first
    with:
      - { type: g, value: 111122223333/A }
      - { type: g, value: 111122223333/B }
    roles:
      # the old one
      # the good one
      - 111122223333/A    # stays
      - 111122223333/B
    lacks: [{ type: x }]

  - { name: brackets, with: [{ type: g, value: 111122223333/A }], roles: [ 111122223333/A ] } # end
  - { name: last of them, with: [{ type: g, value: 111122223333/A }], roles: [111122223333/A] }
  - { name: none left, roles: [] }
  - name: none left of lines
    roles: [] # why
  - name: passes
    roles: []
";
    let (code, told, text) = blessed(ROLES, before);
    assert_eq!((code, text.as_str()), (Some(0), after), "{told}");
    assert_eq!(
        told,
        "\
x.test.yaml
  blessed  lines (line 4)
        roles
          - 111122223333/Old
          + 111122223333/B
  blessed  brackets (line 15)
        roles
          - 111122223333/Z
  blessed  last of them (line 16)
        roles
          - 111122223333/Z
  blessed  none left (line 17)
        roles
          - 111122223333/A
          - 111122223333/Z
  blessed  none left of lines (line 18)
        roles
          - 111122223333/A
          - 111122223333/B
1 passed, 0 failed, 5 blessed
"
    );
}

#[test]
fn what_is_empty_is_filled() {
    let before = "\
rules: r.claims
tests:
  - name: a key without a value
    roles:
    with: [{ type: g, value: 111122223333/A }]
  - name: nothing at all   # yet
    # why
    with:
      - { type: g, value: 111122223333/A }
      - type: g
        value: |
          111122223333/B
  - { name: between braces, with: [{ type: g, value: 111122223333/A }], roles: }
  - { name: nothing between braces }
  - name: explicit
    roles: ~ # x
  - name: claims
    with: [{ type: g, value: 111122223333/A }]
    claims:
    has: null
";
    let after = "\
rules: r.claims
tests:
  - name: a key without a value
    roles: [111122223333/A]
    with: [{ type: g, value: 111122223333/A }]
  - name: nothing at all   # yet
    # why
    with:
      - { type: g, value: 111122223333/A }
      - type: g
        value: |
          111122223333/B
    roles: [111122223333/A]
  - { name: between braces, with: [{ type: g, value: 111122223333/A }], roles: [111122223333/A] }
  - { name: nothing between braces, claims: [] }
  - name: explicit
    roles: [] # x
  - name: claims
    with: [{ type: g, value: 111122223333/A }]
    claims:
      - { type: https://aws.amazon.com/SAML/Attributes/Role, value: \"arn:aws:iam::111122223333:saml-provider/P,arn:aws:iam::111122223333:role/A\" }
    has:
      - { type: https://aws.amazon.com/SAML/Attributes/Role, value: \"arn:aws:iam::111122223333:saml-provider/P,arn:aws:iam::111122223333:role/A\" }
";
    let (code, told, text) = blessed(ROLES, before);
    assert_eq!((code, text.as_str()), (Some(0), after), "{told}");
}

#[test]
fn claims_keep_what_they_say_beside_their_values() {
    let before = "\
rules: r.claims
tests:
  - name: a value
    with: [{ type: g, value: 'it''s: new' }]
    has: [{ type: t, issuer: LOCAL AUTHORITY, value: 'it''s: old' }]
    claims:
      - type: t     # the type
        # the value
        value: old  # was old
        issuer: LOCAL AUTHORITY
  - name: more and fewer
    with: [{ type: g, value: one }, { type: g, value: two }]
    claims:
      - type: u
        value: x
      - type: t
        value: one
";
    let after = "\
rules: r.claims
tests:
  - name: a value
    with: [{ type: g, value: 'it''s: new' }]
    has: [{ type: t, issuer: LOCAL AUTHORITY, value: \"it's: new\" }]
    claims:
      - type: t     # the type
        # the value
        value: \"it's: new\"  # was old
        issuer: LOCAL AUTHORITY
  - name: more and fewer
    with: [{ type: g, value: one }, { type: g, value: two }]
    claims:
      - type: t
        value: one
      - type: \"t\"
        value: \"two\"
";
    let (code, told, text) = blessed(RULES, before);
    assert_eq!((code, text.as_str()), (Some(0), after), "{told}");
}

#[test]
fn what_a_test_guards_is_never_changed() {
    let before = "\
rules: r.claims
tests:
  - { name: permit, permit: true, claims: [] , with: [{ type: g, value: a }] }
  - { name: lacks, lacks: [{ type: t }], claims: [] , with: [{ type: g, value: a }] }
  - { name: error, error: POLICY0018 }
  - { name: todo, todo: later, claims: [], with: [{ type: g, value: a }] }
  - { name: done, todo: later, claims: [] }
  - { name: nothing like it, has: [{ type: t, value: a }] }
";
    let (code, told, text) = blessed(RULES, before);
    assert_eq!((code, text.as_str()), (Some(1), before), "{told}");
    assert!(told.ends_with("0 passed, 5 failed, 1 to do\n"), "{told}");
}

#[test]
fn a_list_that_stands_elsewhere_is_left_and_told() {
    let before = "\
rules: r.claims
tests:
  - { name: one, has: &same [{ type: t, value: b }], with: [{ type: g, value: b }] }
  - { name: two, has: *same, with: [{ type: g, value: a }] }
";
    let (code, told, text) = blessed(RULES, before);
    assert_eq!((code, text.as_str()), (Some(1), before), "{told}");
    assert!(told.contains("note: `x.test.yaml` is left as it is: `has` is no list of its own\n"), "{told}");
    assert!(told.contains("FAIL  two"), "{told}");
}

#[test]
fn only_the_tests_that_are_asked_for_change_and_line_ends_stay() {
    let before = "rules: r.claims\r\ntests:\r\n  - name: one\r\n    claims:\r\n      - { type: t }\r\n  - name: two\r\n    claims:\r\n      - { type: t }";
    let after = "rules: r.claims\r\ntests:\r\n  - name: one\r\n    claims:\r\n      - { type: t }\r\n  - name: two\r\n    claims: []";
    let folder = folder_with(&[("r.claims", RULES), ("x.test.yaml", before)]);
    let path = folder.path().join("x.test.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let output = rulecheck(folder.path(), &["test", "--bless", "-k", "two", "x.test.yaml"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(&path).unwrap(), after);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn without_bless_an_empty_key_is_a_mistake() {
    let tests = "rules: r.claims\ntests:\n  - name: one\n    permit: false\n    roles:\n";
    let folder = folder_with(&[("r.claims", RULES), ("x.test.yaml", tests)]);
    let output = rulecheck(folder.path(), &["test", "."], b"");
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(told.contains("the test `one` has the key `roles`, and nothing under it"), "{told}");
    assert!(told.contains("x.test.yaml:3:11"), "{told}");
}
