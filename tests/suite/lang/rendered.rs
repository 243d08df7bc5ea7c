//! What people and programs see of a finding.

use claimsmith::lang::{Source, parse};
use claimsmith::report::{concise, human, json};

const BROKEN: &str = "@RuleName = \"Groups\"
c:[Type == \"http://schemas.xmlsoap.org/claims/Group\", Value ~= \"^AWS-\"]
 => issue(claim = c);

@RuleName = \"Grüße 群組\"
C1:[Type == \"a\"] && c2:[Type == c1.Value] && c1:[Type == \"b\"]
 => issue(Type == \"x\", Value = c3.Value);

c1:[Type == \"a\"] && c1:[Value == c2.Value] && not exists([Type == \"b\"])
 => issue(Type = \"x\", Type = RegExReplace(c3.Value, \"a\"), Issuer = c1.Issuer);

c:[Type == \u{201C}a\u{201D}] => issue(claim = c);
c:[Type == \"a\"] => permit();
c:[Type == \"http://schemas.microsoft.com/ws/2008/06/identity/
claims/groupsid\"] => issue(claim = c)
";

fn rendered(render: impl Fn(&mut Vec<u8>, &Source)) -> String {
    let source = Source::new("rules/groups.claims", BROKEN);
    let mut out = Vec::new();
    render(&mut out, &source);
    String::from_utf8(out).unwrap()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn for_people() {
    let text = rendered(|out, source| {
        human::diagnostics(out, source, &parse(BROKEN).diagnostics, false).unwrap();
    });
    snapshot("findings_human", &text);
}

#[test]
fn for_people_with_colour() {
    let coloured = rendered(|out, source| {
        human::diagnostics(out, source, &parse(BROKEN).diagnostics, true).unwrap();
    });
    let plain = rendered(|out, source| {
        human::diagnostics(out, source, &parse(BROKEN).diagnostics, false).unwrap();
    });
    assert!(coloured.contains("\u{1B}[") && !plain.contains("\u{1B}["));
}

#[test]
fn for_editors() {
    let text = rendered(|out, source| concise::diagnostics(out, source, &parse(BROKEN).diagnostics).unwrap());
    snapshot("findings_concise", &text);
}

#[test]
fn for_programs() {
    let text = rendered(|out, source| json::diagnostics(out, source, &parse(BROKEN).diagnostics).unwrap());
    snapshot("findings_json", &text);
}

#[test]
fn no_findings_are_an_empty_list() {
    let mut out = Vec::new();
    json::diagnostics(&mut out, &Source::new("x", ""), &[]).unwrap();
    assert_eq!(out, b"[]\n");
}

#[test]
fn a_control_character_in_a_rule_cannot_reach_the_terminal() {
    let source = Source::new("x", "c:[Type == \"\u{1B}[31m\u{202E}\", Foo == \"a\"] => issue(claim = c);");
    let mut out = Vec::new();
    human::diagnostics(&mut out, &source, &parse(&source.text).diagnostics, false).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.contains(['\u{1B}', '\u{202E}']), "{text}");
}

#[test]
fn a_line_of_megabytes_is_named_and_not_shown() {
    let source = Source::new("x", format!("{}c:[] => issue(claim = d);", "c:[] => issue(claim = c);".repeat(100_000)));
    let mut out = Vec::new();
    human::diagnostics(&mut out, &source, &parse(&source.text).diagnostics, false).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("--> x:1:2500023") && text.len() < 1_000, "{text}");
}
