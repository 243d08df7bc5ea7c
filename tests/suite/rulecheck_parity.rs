//! `rulecheck parity`: captured responses, in every wrapping and with every hostility.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::rulecheck::{folder_with, rulecheck, text};

const GROUP: &str = "http://schemas.xmlsoap.org/claims/Group";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("testdata/rulecheck/parity").join(name)).unwrap()
}

/// An assertion that says these groups.
fn token(groups: &[&str]) -> String {
    let values: Vec<String> = groups.iter().map(|group| format!("<AttributeValue>{group}</AttributeValue>")).collect();
    let values = values.concat();
    format!(
        "<Assertion xmlns=\"urn:oasis:names:tc:SAML:2.0:assertion\"><Issuer>i</Issuer><AttributeStatement>\
         <Attribute Name=\"{GROUP}\">{values}</Attribute></AttributeStatement></Assertion>"
    )
}

/// Compares a token with the groups of a file of claims, passed on.
fn compare(groups: &[&str], token: &str) -> (Option<i32>, Value, String) {
    let claims: Vec<String> =
        groups.iter().map(|group| format!("- {{ type: {GROUP:?}, value: {group:?} }}\n")).collect();
    let claims = claims.concat();
    let rules = "@RuleName = \"All\"\nc:[] => issue(claim = c);\n";
    let folder = folder_with(&[("all.claims", rules), ("claims.yaml", &claims), ("token", token)]);
    let arguments = ["parity", "all.claims", "--claims", "claims.yaml", "--token", "token", "--format", "json"];
    let output = rulecheck(folder.path(), &arguments, b"");
    let json = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code(), json, text(&output.stderr).to_owned())
}

#[test]
fn a_second_factor_is_not_passed_over() {
    let read = |name: &str| fs::read_to_string(root().join("rules/aws/groups").join(name)).unwrap();
    let mfa = "=> issue(Type = \"http://schemas.microsoft.com/ws/2008/06/identity/claims/authenticationmethod\", \
               Value = \"http://schemas.microsoft.com/claims/multipleauthn\");\n";
    let names = ["trust.yaml", "authorization.claims", "issuance.claims"];
    let texts: Vec<(String, String)> = names.iter().map(|name| (format!("t/{name}"), read(name))).collect();
    let mut files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let token = fixture("same.xml");
    files.push(("token.xml", &token));
    let directory = root().join("testdata/directory.yaml");
    let directory = directory.to_str().unwrap();
    let arguments = ["parity", "t", "--user", "alice", "--directory", directory, "--token", "token.xml"];
    for (rules, is_told) in [("", false), (mfa, true)] {
        files.push(("t/additional_authentication.claims", rules));
        let folder = folder_with(&files);
        let output = rulecheck(folder.path(), &arguments, b"");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout).contains("second factor"), is_told, "{}", text(&output.stdout));
    }
}

#[test]
fn order_and_repetition_do_not_matter() {
    let (code, json, told) = compare(&["a", "b", "c"], &token(&["c", "a", "b", "a"]));
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(json["same"], 3);
    assert_eq!(json["equal"], true);
}

#[test]
fn a_value_is_put_beside_the_one_that_it_resembles() {
    let (code, json, _) = compare(&["Engineering", "zebra"], &token(&["engineering", "apple"]));
    assert_eq!(code, Some(1));
    let differences = json["differences"].as_array().unwrap();
    let sides: Vec<(&Value, &Value, &Value)> =
        differences.iter().map(|one| (&one["theirs"], &one["ours"], &one["byte"])).collect();
    assert_eq!(sides.len(), 3, "{json}");
    assert!(sides.contains(&(&"engineering".into(), &"Engineering".into(), &0.into())), "{json}");
    assert!(sides.contains(&(&"apple".into(), &Value::Null, &Value::Null)), "{json}");
    assert!(sides.contains(&(&Value::Null, &"zebra".into(), &Value::Null)), "{json}");
    let apple = differences.iter().find(|one| one["theirs"] == "apple").unwrap();
    assert_eq!(apple["missing"]["candidates"][0]["rule"]["name"], "All", "{apple}");
    let zebra = differences.iter().find(|one| one["ours"] == "zebra").unwrap();
    assert_eq!(zebra["made_by"][0]["line"], 1);
}

#[test]
fn a_type_that_differs_by_its_scheme_is_found() {
    let (code, json, _) = compare(&["a"], &token(&["a"]).replace("http://schemas", "https://schemas"));
    assert_eq!(code, Some(1));
    let differences = json["differences"].as_array().unwrap();
    let missing = differences.iter().find(|one| one["theirs"] == "a").unwrap();
    assert_eq!(missing["resembles"], GROUP);
}

#[test]
fn what_an_assertion_may_hold_is_read_as_it_is() {
    let odd = "&lt;&amp;&#xD;&#10; é 😀 <![CDATA[<x>]]>";
    let (code, json, told) = compare(&["<&\r\n é 😀 <x>"], &token(&[odd]));
    assert_eq!(code, Some(0), "{json} {told}");
    let (code, _, told) = compare(&["a"], &token(&["a<!-- x -->b"]));
    assert_eq!(code, Some(2), "readers disagree on what such a text says");
    assert!(told.contains("nothing but text"), "{told}");
}

#[test]
fn hostile_tokens_are_refused_with_one_message() {
    let plain = token(&["a"]);
    let laughs = format!("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>{plain}");
    let deep = format!("{}{plain}{}", "<x>".repeat(10_000), "</x>".repeat(10_000));
    let wide = format!("<x>{}{plain}</x>", "<y/>".repeat(100_000));
    let many = format!("<x {}>{plain}</x>", (0..1000).map(|at| format!("a{at}='' ")).collect::<Vec<_>>().concat());
    let large = token(&[&"a".repeat(1_000_000)]);
    let huge = "A".repeat(17 * 1024 * 1024);
    for (name, hostile) in [
        ("laughs", laughs.as_str()),
        ("deep", &deep),
        ("wide", &wide),
        ("many", &many),
        ("large", &large),
        ("huge", &huge),
        ("two", &format!("<x>{plain}{plain}</x>")),
        ("cut", &plain[..plain.len() - 20]),
        ("old", "<Assertion xmlns=\"urn:oasis:names:tc:SAML:1.0:assertion\"/>"),
        ("empty", ""),
    ] {
        let (code, json, told) = compare(&["a"], hostile);
        assert_eq!((code, &json), (Some(2), &Value::Null), "{name}");
        assert_eq!(told.lines().count(), 1, "{name}: {told}");
        assert!(told.starts_with("error: token: "), "{name}: {told}");
    }
}

#[test]
fn a_token_comes_from_standard_input() {
    let arguments =
        ["parity", "rules/aws/groups", "--user", "alice", "--directory", "testdata/directory.yaml", "--token", "-"];
    let wrapped = rulecheck(root(), &arguments, fixture("same.form").as_bytes());
    assert_eq!(wrapped.status.code(), Some(0), "{}", text(&wrapped.stderr));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(fixture("same.xml").encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(rulecheck(root(), &arguments, &utf16).status.code(), Some(0));
    let both = rulecheck(root(), &["parity", "-", "--claims", "x", "--token", "-"], b"");
    assert_eq!(both.status.code(), Some(2));
    assert!(text(&both.stderr).contains("cannot both come from standard input"), "{}", text(&both.stderr));
}
