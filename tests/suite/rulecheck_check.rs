//! `rulecheck check` from outside: fixes, allowed and old findings, `rulecheck.yaml`, SARIF.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use claimsmith::harness::check::{self, Settings};
use claimsmith::lang::{self, Applicability, Source, fix};
use claimsmith::lint::ALL;
use serde_json::Value;

use crate::support::rulecheck::{folder_with, rulecheck, text};
use crate::support::shared::shared;

const GROUP: &str = "http://schemas.xmlsoap.org/claims/Group";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

/// What `check` says, one line for each finding, and its exit code.
fn check_in(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = rulecheck(folder, &[&["check", "--format", "concise"], arguments].concat(), b"");
    (output.status.code(), text(&output.stdout).to_owned(), text(&output.stderr).to_owned())
}

fn codes(findings: &str) -> Vec<&str> {
    findings.lines().map(|line| line.split_once('[').unwrap().1.split_once(']').unwrap().0).collect()
}

/// Rules that make a role of a group whose name holds the pattern anywhere, by way of an added claim.
fn roles(pattern: &str) -> String {
    format!(
        "c:[Type == \"{GROUP}\", Value =~ \"{pattern}\"]\n => add(Type = \"http://temp/aws\", Value = c.Value);\n\n\
         c:[Type == \"http://temp/aws\"]\n => issue(Type = \"{ROLE}\", Value = c.Value);\n"
    )
}

#[test]
fn a_group_of_a_longer_name_becomes_no_role_once_the_pattern_is_mended() {
    let claims = format!("- {{ type: \"{GROUP}\", value: XAWS-111122223333-Admin }}\n");
    let folder = folder_with(&[("a.claims", &roles(r"AWS-[0-9]{12}-[A-Za-z]+\z")), ("claims.yaml", &claims)]);
    let issued = || {
        let output = rulecheck(folder.path(), &["eval", "a.claims", "--claims", "claims.yaml"], b"");
        text(&output.stdout).contains("XAWS-111122223333-Admin")
    };
    assert!(issued(), "the mistake is there");
    let (code, found, _) = check_in(folder.path(), &["--fail-level", "warning", "a.claims"]);
    assert_eq!((code, codes(&found)), (Some(1), vec!["M002"]));
    let (code, found, _) = check_in(folder.path(), &["--fix", "--fail-level", "warning", "a.claims"]);
    assert_eq!((code, codes(&found)), (Some(1), vec!["M002"]), "it is not safe, so it is not made in passing");
    let (code, found, _) = check_in(folder.path(), &["--unsafe-fixes", "--fail-level", "info", "a.claims"]);
    assert_eq!((code, found.as_str()), (Some(0), ""));
    assert!(!issued());
}

#[test]
fn a_dollar_is_told_because_a_newline_may_follow() {
    let folder = folder_with(&[("a.claims", &roles("^AWS-Admin$"))]);
    let (_, found, _) = check_in(folder.path(), &["a.claims"]);
    assert_eq!(codes(&found), ["M007"]);
    check_in(folder.path(), &["--fix", "a.claims"]);
    assert!(fs::read_to_string(folder.path().join("a.claims")).unwrap().contains(r#""^AWS-Admin\z""#));
}

#[test]
fn a_fix_leaves_every_other_byte_as_it_is() {
    let wrong = "c:[Type==\"https://schemas.xmlsoap.org/claims/Group\"]\r\n\r\n=>issue( claim=c ) ;\r\n";
    let right = wrong.replace("https://", "http://");
    let utf16 = |text: &str| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
    };
    let cases = [
        (wrong.as_bytes().to_vec(), right.as_bytes().to_vec()),
        (format!("\u{feff}{wrong}").into_bytes(), format!("\u{feff}{right}").into_bytes()),
        (utf16(wrong), utf16(&right)),
    ];
    for (before, after) in cases {
        let folder = folder_with(&[]);
        let file = folder.path().join("a.claims");
        fs::write(&file, &before).unwrap();
        let (code, shown, _) = check_in(folder.path(), &["--diff", "a.claims"]);
        assert_eq!(code, Some(1));
        assert!(shown.contains("+c:[Type==\"http://schemas.xmlsoap.org/claims/Group\"]"), "{shown}");
        assert_eq!(fs::read(&file).unwrap(), before, "--diff writes nothing");
        assert_eq!(check_in(folder.path(), &["--fix", "a.claims"]).0, Some(0));
        assert_eq!(fs::read(&file).unwrap(), after);
        assert_eq!(check_in(folder.path(), &["--diff", "a.claims"]).0, Some(0));
    }
}

#[test]
fn standard_input_is_not_changed() {
    let output = rulecheck(Path::new("."), &["check", "--fix", "-"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--diff"), "{}", text(&output.stderr));
}

/// Rules with something to find: the examples of the pages, and published rules.
fn texts() -> Vec<String> {
    let blocks = ALL.iter().flat_map(|lint| lint.page.split("```claims ").skip(1));
    let mut texts: Vec<String> =
        blocks.map(|block| block.split_once('\n').unwrap().1.split("```").next().unwrap().to_owned()).collect();
    if let Some(folder) = shared("corpus") {
        for file in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            texts.push(text.split_once('\n').unwrap().1.to_owned());
        }
    }
    texts
}

#[test]
fn a_fix_takes_its_finding_away_and_the_text_still_parses() {
    let settings = Settings::default();
    let mut made = 0;
    for text in texts() {
        let source = Source::new("x", &*text);
        let found = check::rule_set(&source, &settings);
        for finding in found.iter().filter(|finding| !finding.code.starts_with('E')) {
            let Some(fix) = &finding.fix else { continue };
            let (changed, applied) = fix::apply(&text, &[fix]);
            assert_eq!(applied, [true], "{finding:?}\n{text}");
            assert!(lang::parse(&changed).is_ok(), "{finding:?}\n{changed}");
            let again = check::rule_set(&Source::new("x", &*changed), &settings);
            let count = |found: &[lang::Diagnostic]| found.iter().filter(|other| other.code == finding.code).count();
            assert!(count(&again) < count(&found), "{finding:?}\n{changed}\n{again:?}");
            if fix.applicability == Applicability::Safe {
                assert!(!again.iter().any(lang::Diagnostic::is_error) || found.iter().any(lang::Diagnostic::is_error));
            }
            made += 1;
        }
    }
    assert!(made > 20, "{made} fixes");
}

#[test]
fn what_is_allowed_is_not_told_and_what_allows_nothing_is() {
    let rules = format!("@RuleName = \"A\"\n{}", roles("AWS-1-"));
    let yaml = |entry: &str| format!("allow:\n  - {entry}\n");
    for (entry, told, exit) in [
        ("{ rule: A, code: M002, reason: why }", vec![], 0),
        ("{ rule: rule 1, code: m002, reason: why }", vec![], 0),
        ("{ file: a.claims, code: M002, reason: why }", vec![], 0),
        ("{ rule: rule 2, code: M002, reason: why }", vec!["M002", "config"], 1),
        ("{ rule: B, code: M002, reason: why }", vec!["M002", "config"], 1),
        ("{ rule: A, code: M001, reason: why }", vec!["M002", "config"], 1),
        ("{ rule: A, file: b.claims, code: M002, reason: why }", vec!["M002", "config"], 1),
    ] {
        let folder = folder_with(&[("rules/a.claims", &rules), ("rules/rulecheck.yaml", &yaml(entry))]);
        let (code, found, _) = check_in(folder.path(), &["--fail-level", "warning", "rules"]);
        assert_eq!((code, codes(&found)), (Some(exit), told), "{entry}");
    }
    for (entry, complaint) in [
        ("{ rule: A, code: M002 }", "2:16: missing field `reason`"),
        ("{ rule: A, code: M002, reason: ' ' }", "2:36: the reason is empty"),
        ("{ rule: A, code: M999, reason: why }", "2:22: there is no lint `M999`"),
        ("{ rule: A, code: E001, reason: why }", "2:22: `E001` is an error of the language"),
        ("{ code: M002, reason: why }", "2:13: this entry names neither a rule nor a file"),
    ] {
        let folder = folder_with(&[("rules/a.claims", &rules), ("rulecheck.yaml", &yaml(entry))]);
        let output = rulecheck(folder.path(), &["check", "rules"], b"");
        assert_eq!(output.status.code(), Some(2), "{entry}");
        let (place, message) = complaint.split_once(": ").unwrap();
        let told = text(&output.stderr);
        assert!(told.contains(&format!("rulecheck.yaml:{place}")) && told.contains(message), "{entry}: {told}");
    }
}

#[test]
fn levels_facts_and_exit_codes() {
    let rules = "c:[Type == \"urn:x:team\"]\n => issue(Type = \"urn:y\", Value = c.Value);\n";
    let folder = folder_with(&[("a.claims", rules)]);
    let config = folder.path().join("rulecheck.yaml");
    assert_eq!(check_in(folder.path(), &["a.claims"]).0, Some(0), "a warning");
    for (yaml, arguments, told, exit) in [
        ("", &["--fail-level", "warning"][..], vec!["T001"], 1),
        ("", &["--fail-level", "warning", "--exit-zero"], vec!["T001"], 0),
        ("levels: { T001: error }", &[], vec!["T001"], 1),
        ("levels: { T: off }", &["--fail-level", "info"], vec![], 0),
        ("levels: { T: off, T001: info }", &["--fail-level", "info"], vec!["T001"], 1),
        ("levels: { T001: off }", &["--select", "T001", "--fail-level", "warning"], vec!["T001"], 1),
        ("", &["--ignore", "T", "--fail-level", "info"], vec![], 0),
        ("facts: { claim_types: ['urn:x:*'] }", &["--fail-level", "info"], vec![], 0),
    ] {
        fs::write(&config, yaml).unwrap();
        let (code, found, told_too) = check_in(folder.path(), &[arguments, &["a.claims"]].concat());
        assert_eq!((code, codes(&found)), (Some(exit), told), "{yaml} {arguments:?}: {told_too}");
    }
    for (yaml, place) in [("levels: { T999: off }", "1:17"), ("levels: { T001: of }", "1:17"), ("level: 1", "1:1")] {
        fs::write(&config, yaml).unwrap();
        let (code, found, told) = check_in(folder.path(), &["a.claims"]);
        assert_eq!((code, found.as_str()), (Some(2), ""), "{yaml}");
        assert!(told.contains(&format!("rulecheck.yaml:{place}")), "{yaml}: {told}");
    }
}

#[test]
fn a_baseline_knows_rules_that_moved() {
    let old = format!("@RuleName = \"A\"\n{}", roles("AWS-1-"));
    let folder = folder_with(&[("rules/a.claims", &old)]);
    let write = ["--baseline", "old.json", "--write-baseline", "rules"];
    assert_eq!(check_in(folder.path(), &write).0, Some(0));
    let strict = ["--baseline", "old.json", "--fail-level", "warning", "rules"];
    assert_eq!(check_in(folder.path(), &strict).0, Some(0));
    let file = folder.path().join("rules/a.claims");
    let unnamed = roles("AWS-2-");
    fs::write(&file, format!("{unnamed}\n\n{old}")).unwrap();
    let (code, found, _) = check_in(folder.path(), &strict);
    assert_eq!((code, codes(&found)), (Some(1), vec!["M002"]));
    assert!(found.contains("AWS-2-"), "{found}");
    fs::write(&file, roles("^AWS-1-")).unwrap();
    let (code, _, told) = check_in(folder.path(), &strict);
    assert_eq!(code, Some(0));
    assert!(told.contains("gone"), "{told}");
    fs::write(folder.path().join("old.json"), "{}").unwrap();
    let (code, _, told) = check_in(folder.path(), &strict);
    assert_eq!(code, Some(2));
    assert!(told.contains("is no baseline"), "{told}");
    assert_eq!(check_in(folder.path(), &["--baseline", "missing.json", "rules"]).0, Some(2));
}

#[test]
fn one_file_of_a_trust_is_checked_with_the_others() {
    let trust = "name: X\nidentifier: urn:x\nendpoints: [{ binding: post, url: https://x.example.com/ }]\n";
    let permit = "=> issue(Type = \"http://schemas.microsoft.com/authorization/claims/permit\", Value = \"1\");";
    let issuance = format!("c:[Type == \"{GROUP}\"] => issue(claim = c);");
    let accepted = format!("c:[Type == \"{GROUP}\"] => issue(claim = c);");
    let files = [("t/trust.yaml", trust), ("t/authorization.claims", permit), ("t/issuance.claims", &*issuance)];
    let folder = folder_with(&files);
    assert_eq!(codes(&check_in(folder.path(), &["t/issuance.claims"]).1), ["T001"]);
    assert_eq!(codes(&check_in(folder.path(), &["t"]).1), ["Z001", "T001"]);
    fs::write(folder.path().join("t/acceptance.claims"), accepted).unwrap();
    assert_eq!(check_in(folder.path(), &["t/issuance.claims"]).1, "");
}

#[test]
fn a_number_does_not_mean_a_rule_where_another_has_it_as_its_name() {
    let rule = |name: &str, pattern: &str| format!("@RuleName = \"{name}\"\n{}", roles(pattern));
    let rules = rule("rule 2", "AWS-1-") + &rule("B", "AWS-2-");
    let allow = "allow:\n  - { rule: rule 2, code: M002, reason: why }\n";
    let folder = folder_with(&[("a.claims", &rules), ("rulecheck.yaml", allow)]);
    let (_, found, _) = check_in(folder.path(), &["a.claims"]);
    assert_eq!(codes(&found), ["M002"]);
    assert!(found.contains("`AWS-2-`"), "{found}");
}

#[test]
fn no_rule_file_of_a_folder_goes_unread_for_its_capitals() {
    let folder = folder_with(&[("rules/a.claims", " "), ("rules/B.CLAIMS", &roles("AWS-1-"))]);
    let (_, found, _) = check_in(folder.path(), &["rules"]);
    assert_eq!(codes(&found), ["M002"], "{found}");
}

#[test]
fn what_lies_above_a_repository_silences_nothing() {
    let silence = "levels: { M: off, A: off }\n";
    for (files, told) in [
        (&[("rulecheck.yaml", silence), ("repository/.git", "")][..], true),
        (&[("rulecheck.yaml", silence), ("repository/.git/HEAD", "")][..], true),
        (&[("repository/rulecheck.yaml", silence), ("repository/.git", "")][..], false),
        (&[("rulecheck.yaml", silence)][..], false),
    ] {
        let folder = folder_with(files);
        fs::create_dir_all(folder.path().join("repository/rules")).unwrap();
        fs::write(folder.path().join("repository/rules/a.claims"), roles("AWS-1-")).unwrap();
        let (_, found, _) = check_in(folder.path(), &["repository/rules/a.claims"]);
        assert_eq!(!found.is_empty(), told, "{files:?}: {found}");
    }
}

#[cfg(unix)]
#[test]
fn settings_that_cannot_be_read_are_not_passed_over() {
    let folder = folder_with(&[("rules/a.claims", &roles("AWS-1-")), ("rulecheck.yaml", "levels: { M: off }\n")]);
    std::os::unix::fs::symlink("nowhere.yaml", folder.path().join("rules/rulecheck.yaml")).unwrap();
    let (code, found, told) = check_in(folder.path(), &["rules/a.claims"]);
    assert_eq!((code, found.as_str()), (Some(2), ""));
    assert!(told.contains("rulecheck.yaml"), "{told}");
}

#[test]
fn every_key_of_rulecheck_yaml_is_documented() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rulecheck-yaml.md")).unwrap();
    let mut seen = 0;
    for (section, yaml) in
        [("", "nothing: 1"), ("allow: ", "allow: [{ nothing: 1 }]"), ("facts: ", "facts: { nothing: 1 }")]
    {
        let folder = folder_with(&[("a.claims", ""), ("rulecheck.yaml", yaml)]);
        let (code, _, told) = check_in(folder.path(), &["a.claims"]);
        assert_eq!(code, Some(2), "{yaml}");
        let expected = told.split_once("expected").unwrap().1.lines().next().unwrap();
        for key in expected.trim_start_matches(" one of").split([',', '`', ' ']).filter(|key| !key.is_empty()) {
            assert!(
                page.contains(&format!("| `{section}{key}` |")),
                "`{section}{key}` stands not in docs/rulecheck-yaml.md"
            );
            seen += 1;
        }
    }
    assert_eq!(seen, 11);
}

#[test]
fn sarif_says_where_without_saying_the_line_twice() {
    let folder = folder_with(&[("a b/ü.claims", &format!("\n@RuleName = \"A\"\n{}", roles("äAWS-1-")))]);
    let sarif = || -> Value {
        let output = rulecheck(folder.path(), &["check", "--format", "sarif", "a b"], b"");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let before = sarif();
    let run = &before["runs"][0];
    let result = &run["results"][0];
    assert_eq!(before["version"], "2.1.0");
    assert_eq!(result["ruleId"], "M002");
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "M002");
    assert!(run["tool"]["driver"]["rules"][0]["help"]["markdown"].as_str().unwrap().starts_with("# M002"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC.claims");
    let column = format!("c:[Type == \"{GROUP}\", Value =~ \"").chars().count();
    assert_eq!(place["region"]["startLine"], 3);
    assert_eq!(place["region"]["startColumn"], column);
    assert_eq!(place["region"]["endColumn"], column + "\"äAWS-1-\"".chars().count());
    let replacement = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "^äAWS-1-");
    fs::write(folder.path().join("a b/ü.claims"), format!("\n\n\n\n@RuleName = \"A\"\n{}", roles("äAWS-1-"))).unwrap();
    let after = sarif();
    let moved = &after["runs"][0]["results"][0];
    assert_ne!(moved["locations"], result["locations"]);
    assert_eq!(moved["partialFingerprints"], result["partialFingerprints"]);
    // Every object has only what the format knows of it, and what it asks for.
    for (object, required) in [(&before, vec!["version", "runs"]), (run, vec!["tool"]), (result, vec!["message"])] {
        let keys: BTreeSet<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(required.iter().all(|key| keys.contains(key)), "{keys:?}");
    }
}
