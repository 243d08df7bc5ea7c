//! What the lints of families A, F and S say of published rules and of our own, and that what they say is true.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use claimsmith::engine::{Claim, Limits, Output, Program, Stores, evaluate};
use claimsmith::harness::check::{self, Settings};
use claimsmith::lang::{Diagnostic, Source, fix, parse};
use claimsmith::lint::Facts;
use proptest::prelude::*;

use crate::support::random_rules::{self, Choices, Echo};
use crate::support::shared::shared;

const FAMILIES: [&str; 3] = ["A", "F", "S"];

fn findings(text: &str, codes: &[&str], facts: Facts) -> Vec<Diagnostic> {
    let mut settings = Settings { facts, ..Settings::default() };
    settings.levels.select(codes.iter().map(|code| (*code).to_owned()));
    let found = check::rule_set(&Source::new("rules.claims", text), &settings);
    found.into_iter().filter(|found| codes.iter().any(|code| found.code.starts_with(code))).collect()
}

#[test]
fn published_rules_raise_what_is_wrong_with_them_and_nothing_else() {
    let Some(folder) = shared("corpus") else { return };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let whole = claimsmith::input::read_source(&path).unwrap().text;
        let (_, text) = whole.split_once('\n').unwrap();
        let codes = findings(text, &FAMILIES, Facts::default()).into_iter().map(|found| found.code);
        let codes: Vec<&str> = codes.filter(|code| *code != "F002").collect();
        if !codes.is_empty() {
            found.push(format!("{}: {}", path.file_stem().unwrap().to_string_lossy(), codes.join(" ")));
        }
    }
    // 075 and 079 let in more groups than they rewrite; 127 asks for an attribute by a name that the schema lacks.
    insta::assert_snapshot!(found.join("\n"), @"
    075: A001 A004 A014
    079: A001 A014
    081: A014
    127: S002
    ");
}

#[test]
fn our_own_rules_raise_nothing() {
    fn rule_files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rule_files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "claims") {
                found.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut paths);
    assert!(paths.len() > 5);
    for path in paths {
        let text = claimsmith::input::read_source(&path).unwrap().text;
        assert_eq!(findings(&text, &FAMILIES, Facts::default()), [], "{}", path.display());
    }
}

/// A rule that makes roles of groups, with the conditions and the pattern of the test.
fn roles(condition: &str, pattern: &str) -> String {
    format!(
        r#"c:[Type == "http://schemas.xmlsoap.org/claims/Group"{condition}]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/Role", Value = RegExReplace(c.Value, "{pattern}", "arn:aws:iam::$1:saml-provider/ADFS,arn:aws:iam::$1:role/$2"));"#
    )
}

#[test]
fn the_value_that_becomes_no_role_is_named() {
    for (condition, pattern, code, names) in [
        // Groups in other letters come through unchanged.
        (
            r#", Value =~ "(?i)^AWS-([0-9]{12})-[a-z]+\z""#,
            r"^AWS-([0-9]{12})-([A-Za-z]+)\z",
            "A001",
            "`aws-111111111111-a`",
        ),
        // So does every group if there is no condition.
        ("", r"^AWS-([0-9]{12})-([A-Za-z]+)\z", "A001", "`Engineering`"),
        // What stands before the match stays.
        (
            r#", Value =~ "AWS-[0-9]{12}-[a-z]+\z""#,
            r"AWS-([0-9]{12})-([A-Za-z]+)\z",
            "A001",
            "AWS-111111111111-a` becomes",
        ),
        (r#", Value =~ "^AWS-[0-9]+-[a-z]+\z""#, r"^AWS-([0-9]+)-([a-z]+)\z", "A004", "`AWS-1-a`"),
        (r#", Value =~ "^AWS-[0-9]{12}-""#, r"^AWS-([0-9]{12})-(.*)\z", "A014", "`AWS-111111111111-a a`"),
    ] {
        let found = findings(&roles(condition, pattern), &["A"], Facts::default());
        let finding = found.iter().find(|found| found.code == code);
        assert!(finding.is_some_and(|found| found.message.contains(names)), "{condition} {pattern}: {found:#?}");
    }
    for pattern in [r"^AWS-([0-9]{12})-([A-Za-z0-9_+=.@-]{1,64})\z", r"^aws-([0-9]{12})-([a-z]{1,20})\z"] {
        let condition = format!(r#", Value =~ "{pattern}""#);
        assert_eq!(findings(&roles(&condition, pattern), &["A"], Facts::default()), [], "{pattern}");
    }
}

/// Rules that make a role, and the group that should not get it does.
#[test]
fn roads_to_a_role_around_a_loose_pattern_are_found() {
    const GROUP: &str = "http://schemas.xmlsoap.org/claims/Group";
    const ROLE: &str = "https://aws.amazon.com/SAML/Attributes/Role";
    let one = |pattern: &str, role: &str| {
        format!(r#"c:[Type == "{GROUP}", Value =~ "{pattern}"] => issue(Type = {role}, Value = "x");"#)
    };
    let role = format!("\"{ROLE}\"");
    for rules in [
        // The type is put together.
        one("AWS-Admin\\z", r#""https://aws.amazon.com/SAML/Attributes/" + "Role""#),
        // One branch says that anything may stand before it, the other does not.
        one(r".*-Owner\z|AWS-Admin\z", &role),
        // The temporary claim is only asked for by a pattern.
        format!(
            r#"c:[Type == "{GROUP}", Value =~ "AWS-Admin\z"] => add(Type = "http://temp/role", Value = c.Value);
c:[Type =~ "^http://temp/"] => issue(Type = {role}, Value = c.Value);"#
        ),
        // The type that is handed on is only asked for by a pattern.
        r#"c:[Type =~ "^https://aws.amazon.com/SAML/Attributes/Role\z", Value =~ "role/Admin"] => issue(claim = c);"#
            .to_owned(),
        // The replacement takes away what makes another group of it.
        format!(
            r#"c:[Type == "{GROUP}", Value =~ "^AWS-[0-9]{{12}}-Admin"]
 => issue(Type = {role}, Value = RegExReplace(c.Value, "^AWS-([0-9]{{12}})-.*$", "arn:aws:iam::$1:role/Admin,arn:aws:iam::$1:saml-provider/ADFS"));"#
        ),
    ] {
        let found = findings(&rules, &["M002"], Facts::default());
        assert_eq!(found.len(), 1, "{rules}\n{found:#?}");
    }
    for rules in [
        one(r"^AWS-Admin\z", &role),
        one(r"^AWS-Admin\z|.*-Owner\z", &role),
        // The rest of the name becomes the role.
        format!(
            r#"c:[Type == "{GROUP}", Value =~ "^AWS-[0-9]{{12}}-x"] => issue(Type = {role}, Value = RegExReplace(c.Value, "^AWS-([0-9]{{12}})-(.*)$", "$1/$2"));"#
        ),
        // Any claim at all is handed on.
        r#"c:[Type =~ ".*", Value =~ "x"] => issue(claim = c);"#.to_owned(),
    ] {
        assert_eq!(findings(&rules, &["M002"], Facts::default()), [], "{rules}");
    }
}

#[test]
fn values_are_followed_through_added_claims() {
    let two_steps = |value: &str| {
        format!(
            r#"c:[Type == "http://schemas.microsoft.com/ws/2008/06/identity/claims/windowsaccountname"]
 => add(Type = "http://temp/name", Value = {value});
c:[Type == "http://temp/name"]
 => issue(Type = "https://aws.amazon.com/SAML/Attributes/RoleSessionName", Value = c.Value);"#
        )
    };
    let found = findings(&two_steps("c.Value"), &["A"], Facts::default());
    assert!(found.iter().any(|found| found.code == "A002" && found.message.contains(r"`CORP\alice`")), "{found:#?}");
    assert_eq!(findings(&two_steps(r#"RegExReplace(c.Value, "^.*\\", "")"#), &["A"], Facts::default()), []);
}

#[test]
fn fixed_roles_are_counted_as_a_response_counts_them() {
    let rules = |count: u64| -> String {
        let rule = |number: u64| {
            let account = 100_000_000_000 + number;
            format!(
                r#"=> issue(Type = "https://aws.amazon.com/SAML/Attributes/Role", Value = "arn:aws:iam::{account}:role/ReadOnly,arn:aws:iam::{account}:saml-provider/ADFS");"#
            )
        };
        (0..count).map(rule).collect()
    };
    assert_eq!(findings(&rules(100), &["A006"], Facts::default()), []);
    let found = findings(&rules(900), &["A006"], Facts::default());
    assert!(matches!(found.as_slice(), [only] if only.message.contains("900 fixed roles")), "{found:#?}");
}

fn run(text: &str, input: &[Claim]) -> Output {
    let mut stores = Stores::default();
    stores.insert("S", Arc::new(Echo));
    let program = Program::from_text(text).unwrap();
    evaluate(&program, input, &stores, Limits::default()).unwrap()
}

fn issued(output: &Output) -> BTreeSet<Claim> {
    output.issued.iter().cloned().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_rule_that_is_called_dead_never_fires(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let text = random_rules::rules(&mut choices);
        let types = input.iter().map(|claim| claim.claim_type.to_string()).collect();
        let facts = Facts { claim_types: Some(types), ..Facts::default() };
        let rules = parse(&text).rule_set.rules;
        let output = run(&text, &input);
        for found in findings(&text, &["F001", "F003"], facts) {
            let rule = rules.iter().position(|rule| rule.span.start <= found.span.start && found.span.end <= rule.span.end);
            prop_assert_eq!(output.trace.hits()[rule.unwrap()], 0, "{}\n{}", text, found.message);
        }
    }

    #[test]
    fn taking_out_a_rule_that_repeats_another_changes_nothing(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut choices = Choices::new(&bytes);
        let input = random_rules::claims(&mut choices);
        let rules = random_rules::rules(&mut choices);
        // Every rule once more, so that there is something to take out.
        let text = format!("{rules}{rules}");
        let found = findings(&text, &["F004"], Facts::default());
        let fixes: Vec<_> = found.iter().filter_map(|found| found.fix.as_ref()).collect();
        let (changed, _) = fix::apply(&text, &fixes);
        prop_assert_eq!(issued(&run(&text, &input)), issued(&run(&changed, &input)), "{}\n{}", text, changed);
    }
}
