//! Stores that rules name and nobody has, as `rulecheck` tells them.

use std::fs;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const UNKNOWN_STORE: &str = "c:[Type == \"zz\"]\n => issue(store = \"Nope\", types = (\"t\"), query = \"q\");\n";

fn directory() -> String {
    format!("{}/testdata/directory.yaml", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_rule_that_never_runs_may_not_ask_an_unknown_store_either() {
    let folder = folder_with(&[("claims.yaml", ""), ("rules.claims", UNKNOWN_STORE)]);
    let directory = directory();
    for (rules, place) in [("-", "<stdin>:2:19"), ("rules.claims", "rules.claims:2:19")] {
        let arguments = ["eval", rules, "--claims", "claims.yaml", "--directory", &directory];
        let output = rulecheck(folder.path(), &arguments, UNKNOWN_STORE.as_bytes());
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains("rule 1 asks a store `Nope` that is not configured"), "{told}");
        assert!(told.contains("configured are: Active Directory, _OpaqueIdStore") && told.contains(place), "{told}");
        assert_eq!(text(&output.stdout), "");
    }
    let known = UNKNOWN_STORE.replace("Nope", "active DIRECTORY");
    let arguments = ["eval", "-", "--claims", "claims.yaml", "--directory", &directory];
    let output = rulecheck(folder.path(), &arguments, known.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn tests_of_rules_that_ask_an_unknown_store_are_not_run() {
    let trust = "name: x\nidentifier: urn:x\nendpoints: [{ binding: post, url: 'https://sp.example.com/acs' }]\n";
    let tests = format!("rules: .\ndirectory: {}\ntests:\n  - {{ name: n, claims: [] }}\n", directory());
    let files = [("trust.yaml", trust), ("authorization.claims", UNKNOWN_STORE), ("x.test.yaml", &tests)];
    let folder = folder_with(&files);
    fs::write(folder.path().join("issuance.claims"), "=> issue(Type = \"t\", Value = \"v\");\n").unwrap();
    let output = rulecheck(folder.path(), &["test", "."], b"");
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}{}", text(&output.stdout));
    assert!(told.contains("authorization.claims:2:19") && told.contains("a store `Nope`"), "{told}");
}

#[test]
fn which_stores_there_are_is_nothing_that_check_knows() {
    let folder = folder_with(&[("rules.claims", UNKNOWN_STORE)]);
    assert_eq!(rulecheck(folder.path(), &["check", "."], b"").status.code(), Some(0));
}

#[test]
fn without_a_directory_only_the_directory_is_missed() {
    let folder = folder_with(&[("claims.yaml", "- { type: zz, value: v }\n")]);
    let eval = |rules: &str| {
        let output = rulecheck(folder.path(), &["eval", "-", "--claims", "claims.yaml"], rules.as_bytes());
        assert_eq!(output.status.code(), Some(2));
        text(&output.stderr).to_owned()
    };
    let told = eval(UNKNOWN_STORE);
    assert!(told.contains("`Nope`") && !told.contains("--directory"), "{told}");
    assert!(told.contains("because only the store `Active Directory` is known without `--config`"), "{told}");
    let told = eval(&UNKNOWN_STORE.replace("Nope", "ACTIVE directory"));
    assert!(told.contains("--directory"), "{told}");
}

#[test]
fn the_end_of_a_password_comes_with_the_address_for_changing_it() {
    let end = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(3 * 24 + 1);
    let claims = format!("- {{ type: end, value: '{end:.0}' }}\n");
    let rules = "c:[Type == \"end\"]\n => issue(store = \"_PasswordExpiryStore\", types = (\"end\", \"days\", \"where\"), \
                 query = \"{0};\", param = c.Value);\n";
    let config = format!(
        "host: sts.example.com\ndirectory: {{ file: '{}' }}\npasswords: {{ help_url: 'https://help.example.com/password' }}\n",
        directory()
    );
    let folder = folder_with(&[("claims.yaml", &claims), ("claimsmith.yaml", &config)]);
    let arguments = ["eval", "-", "--claims", "claims.yaml", "--config", "claimsmith.yaml"];
    let output = rulecheck(folder.path(), &arguments, rules.as_bytes());
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(told.contains("https://help.example.com/password"), "{told}");
    assert!(told.contains("  days\n    3\n"), "{told}");
}
