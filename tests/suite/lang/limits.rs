//! Texts that mean harm: deep, large, broken everywhere.

use std::fmt::Write as _;

use claimsmith::lang::{Source, code, parse};
use claimsmith::report::human;

// No clock is read here: every size is such that work beyond its proportion would not end.

fn codes(text: &str) -> Vec<&'static str> {
    parse(text).diagnostics.iter().map(|found| found.code).collect()
}

#[test]
fn deep_nesting_is_refused_and_the_next_rule_is_read() {
    let next = "c:[] => issue(claim = c);";
    for (open, close) in [("(", ")"), ("[", "]"), ("RegExReplace(", ", \"\", \"\")"), ("c.Properties[", "]")] {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        let text = format!("c:[Value == {open}\"x\"{close}] => issue(claim = c);\n{next}");
        let parsed = parse(&text);
        assert_eq!(parsed.diagnostics.first().map(|found| found.code), Some(code::NESTING));
        assert_eq!(parsed.diagnostics.len(), 1);
        assert_eq!(parsed.rule_set.rules.len(), 1);
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let text = format!(
        "c:[] => issue(Type = \"t\", Value = {}c.Value{});",
        "RegExReplace(".repeat(31),
        ", \"\", \"\")".repeat(31)
    );
    assert_eq!(codes(&text), Vec::<&str>::new());
    assert_eq!(codes(&text.replacen("c.Value", "RegExReplace(c.Value, \"\", \"\")", 1)), [code::NESTING]);
}

#[test]
fn long_chains_are_read() {
    let sum = "\"a\" + ".repeat(100_000);
    assert_eq!(codes(&format!("=> issue(Type = \"t\", Value = {sum}\"b\");")), Vec::<&str>::new());
    let conditions = "[] && ".repeat(100_000);
    assert_eq!(codes(&format!("{conditions}[] => issue(Type = \"t\", Value = \"\");")), Vec::<&str>::new());
    let mut named = String::new();
    for number in 0..50_000 {
        let _ = write!(named, "c{number}:[] && ");
    }
    assert_eq!(codes(&format!("{named}[] => issue(claim = c0);")), Vec::<&str>::new());
}

/// What hostile texts are made of.
const UNITS: [&str; 22] = [
    ";",
    "(",
    "\"",
    "\"\n",
    "'\n\"\n",
    "\"\"a",
    "a ",
    "a:b.",
    "a:.",
    "@",
    "'x'",
    "/*",
    "// ",
    "//\n",
    "\u{A0}",
    "\u{201C}",
    "\u{201C}\n",
    "=>issue(claim=c)",
    "=>issue(claim=c);",
    "[]&&",
    "||",
    "$",
];

#[test]
fn megabytes_of_anything_end_in_bounded_findings() {
    let size = 512 * 1024;
    for unit in UNITS {
        let found = codes(&unit.repeat(size / unit.len()));
        assert!(found.len() <= 2_002, "{unit:?}: {}", found.len());
    }
}

#[test]
fn one_kind_of_damage_after_another_ends_in_bounded_findings() {
    let size = 16 * 1024;
    for first in UNITS {
        for second in UNITS {
            let text = first.repeat(size / first.len()) + &second.repeat(size / second.len());
            let found = codes(&text);
            assert!(found.len() <= 2_002, "{first:?}, {second:?}: {}", found.len());
        }
    }
}

#[test]
fn warnings_do_not_make_the_errors_after_them_slow() {
    for warned in ["\u{A0}", "'x'"] {
        let found = codes(&(warned.repeat(400_000) + &"$".repeat(400_000)));
        assert!(found.len() <= 1_002 && found.contains(&code::UNKNOWN_CHARACTER), "{}", found.len());
    }
}

#[test]
fn a_thousand_findings_on_a_line_of_megabytes_are_shown() {
    let source = Source::new("x", ";".repeat(16 * 1024 * 1024));
    let mut out = Vec::new();
    human::diagnostics(&mut out, &source, &parse(&source.text).diagnostics, false).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("--> x:1:1000\n") && text.len() < 1_000_000, "{}", text.len());
}

#[test]
fn of_a_long_line_only_the_places_are_shown() {
    let source = Source::new("x", ";".repeat(10_000));
    let mut out = Vec::new();
    human::diagnostics(&mut out, &source, &parse(&source.text).diagnostics, false).unwrap();
    assert!(!String::from_utf8(out).unwrap().contains(";;;;"));
}

#[test]
fn tens_of_thousands_of_rules_are_read() {
    let count = 40_000;
    let parsed = parse(&"c:[Type == \"t\"] => issue(claim = c);\n".repeat(count));
    assert_eq!((parsed.rule_set.rules.len(), parsed.diagnostics.len()), (count, 0));
}

#[test]
fn a_broken_rule_does_not_hide_the_others() {
    let text =
        "c:[Type == \"a\"] => issue(claim = c);\nc:[Type = \"b\"] => issue(claim = c);\nc:[] => issue(claim = d);\n";
    let parsed = parse(text);
    let source = Source::new("", text);
    let places: Vec<_> = parsed.diagnostics.iter().map(|found| source.position(found.span.start)).collect();
    assert_eq!(places.iter().map(|place| (place.line, place.column)).collect::<Vec<_>>(), [(2, 9), (3, 23)]);
    assert_eq!(parsed.rule_set.rules.len(), 2);
}

#[test]
fn nothing_is_a_rule_set_of_no_rules() {
    for text in ["", " \r\n\t", "\u{FEFF}"] {
        let parsed = parse(text);
        assert!(parsed.rule_set.rules.is_empty() && parsed.diagnostics.is_empty(), "{text:?}");
    }
}
