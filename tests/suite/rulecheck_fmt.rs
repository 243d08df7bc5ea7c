//! `rulecheck fmt`: AD FS's own printed form, whatever the file was, and nothing else changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use claimsmith::lang::{Diagnostic, parse};

use crate::support::rulecheck::{folder_with, rulecheck, text};
use crate::support::shared::shared;

/// What AD FS stores of what people type: attributes on lines of their own, ` && ` before each further condition,
/// ` => ` before the action, an empty line between rules, single blanks around signs [language reference 7, Printing].
const PRINTED: &[(&str, &str)] = &[
    ("=>issue(Type=\"t\");", "=> issue(Type = \"t\");\n"),
    ("c:[]=>issue(claim=c);", "c:[]\n => issue(claim = c);\n"),
    (
        "@RuleTemplate=\"LdapClaims\"@RuleName='n' C1:[type==\"a\",VALUE=~\"(?i)b\"]&&[Issuer!=\"i\"]=>ADD(claim=C1);",
        "@RuleTemplate = \"LdapClaims\"\n@RuleName = \"n\"\nC1:[Type == \"a\", Value =~ \"(?i)b\"]\n && [Issuer != \"i\"]\n => add(claim = C1);\n",
    ),
    (
        "NOT EXISTS([Type==\"a\"])&&COUNT([Value!~\"b\"])>=007=>issue(Type=\"t\",Value=\"v\");",
        "not exists([Type == \"a\"])\n && count([Value !~ \"b\"]) >= 7\n => issue(Type = \"t\", Value = \"v\");\n",
    ),
    (
        "c:[]=>issue(store=\"S\",types=(\"a\",\"b\"),query=\";x;{0}\",param=c.Value,param=RegExReplace(c.value,\"^a\",\"\")+\"x\");",
        "c:[]\n => issue(store = \"S\", types = (\"a\", \"b\"), query = \";x;{0}\", param = c.Value, param = RegExReplace(c.Value, \"^a\", \"\") + \"x\");\n",
    ),
    (
        "c:[]=>issue(Type=\"t\",Properties[\"p\"]=c.Properties[\"q\"],Value='say \"x\"');\r\n\r\n\r\n=>issue(Type=\"u\");",
        "c:[]\n => issue(Type = \"t\", Properties[\"p\"] = c.Properties[\"q\"], Value = 'say \"x\"');\n\n=> issue(Type = \"u\");\n",
    ),
    ("", ""),
    ("\r\n \t", ""),
];

#[test]
fn rules_are_printed_as_ad_fs_prints_them() {
    for (written, printed) in PRINTED {
        let output = rulecheck(Path::new("."), &["fmt", "-"], written.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{written}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), *printed, "{written}");
        let again = rulecheck(Path::new("."), &["fmt", "-"], printed.as_bytes());
        assert_eq!(text(&again.stdout), *printed);
    }
}

#[test]
fn every_encoding_that_windows_writes_comes_out_as_utf_8() {
    let rules = "@RuleName = \"Zürich 🦀\"\r\nc:[]\r\n =>  issue(claim = c);\r\n";
    let wanted = "@RuleName = \"Zürich 🦀\"\nc:[]\n => issue(claim = c);\n";
    let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
        mark.into_iter().chain(rules.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
    };
    let folder = folder_with(&[]);
    let files: [(&str, Vec<u8>, &str); 5] = [
        ("big.claims", utf16([0xfe, 0xff], u16::to_be_bytes), ", and written as UTF-8 (it was UTF-16)"),
        ("little.claims", utf16([0xff, 0xfe], u16::to_le_bytes), ", and written as UTF-8 (it was UTF-16)"),
        ("marked.claims", [b"\xef\xbb\xbf", rules.as_bytes()].concat(), ""),
        ("old-mac.claims", rules.replace("\r\n", "\r").into_bytes(), ""),
        ("plain.claims", rules.as_bytes().to_vec(), ""),
    ];
    for (name, bytes, _) in &files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let output = rulecheck(folder.path(), &["fmt", "."], b"");
    assert_eq!(output.status.code(), Some(0));
    let told: Vec<String> = files.iter().map(|(name, _, note)| format!("{name}: formatted{note}\n")).collect();
    assert_eq!(text(&output.stderr), told.concat());
    for (name, ..) in &files {
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), wanted, "{name}");
    }
    assert_eq!(rulecheck(folder.path(), &["fmt", "--check", "."], b"").status.code(), Some(0));
}

#[test]
fn published_rule_files_are_formatted_once_and_mean_the_same() {
    let Some(corpus) = shared("corpus") else { return };
    let folder = folder_with(&[]);
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(corpus).unwrap() {
        let path = entry.unwrap().path();
        let whole = claimsmith::input::read_source(&path).unwrap().text;
        // The first line says what is expected of the file.
        let rules = whole.split_once('\n').unwrap().1.to_owned();
        let name = format!("{}.claims", path.file_stem().unwrap().to_str().unwrap());
        fs::write(folder.path().join(&name), &rules).unwrap();
        before.insert(name, rules);
    }
    let is_read = |rules: &str| !parse(rules).diagnostics.iter().any(Diagnostic::is_error);
    let output = rulecheck(folder.path(), &["fmt", "."], b"");
    assert_eq!(output.status.code(), Some(2), "some of them cannot be read");
    let mut formatted = 0;
    for (name, rules) in &before {
        let after = fs::read_to_string(folder.path().join(name)).unwrap();
        if is_read(rules) {
            assert_eq!(parse(&after).rule_set.without_places(), parse(rules).rule_set.without_places(), "{name}");
            formatted += 1;
        } else {
            assert_eq!(after, *rules, "{name} cannot be read, and is left as it is");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
    }
    assert!(formatted > 60, "{formatted} of {}", before.len());
    let again = rulecheck(folder.path(), &["fmt", "--diff", "."], b"");
    assert_eq!((again.status.code(), text(&again.stdout), text(&again.stderr)), (Some(0), "", ""));
}
