//! Texts that mean harm: deep, large, broken everywhere.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use claimsmith::lang::{Source, code, parse};

/// Far above what is needed, far below what quadratic work would take.
const PATIENCE: Duration = Duration::from_secs(30);

fn codes(text: &str) -> Vec<&'static str> {
    let start = Instant::now();
    let parsed = parse(text);
    assert!(start.elapsed() < PATIENCE, "took {:?}", start.elapsed());
    parsed.diagnostics.iter().map(|found| found.code).collect()
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

#[test]
fn megabytes_of_anything_end_in_bounded_findings() {
    let size = 512 * 1024;
    for unit in [
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
    ] {
        let found = codes(&unit.repeat(size / unit.len()));
        assert!(found.len() <= 2_002, "{unit:?}: {}", found.len());
    }
}

#[test]
fn ten_thousand_rules_take_time_in_proportion() {
    let rule = "@RuleName = \"groups\"\nc:[Type == \"http://schemas.xmlsoap.org/claims/Group\", Value =~ \"^AWS-\"]\n \
                => issue(Type = \"r\", Value = RegExReplace(c.Value, \"a\", \"b\"));\n\n";
    let time = |count: usize| {
        let text = rule.repeat(count);
        let start = Instant::now();
        let parsed = parse(&text);
        assert_eq!(parsed.rule_set.rules.len(), count);
        start.elapsed()
    };
    time(100);
    let (few, many) = (time(1_000), time(10_000));
    assert!(many < few * 40, "1,000 rules: {few:?}, 10,000 rules: {many:?}");
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
