//! What a finding tells people to do about mistakes that are easily made.

use claimsmith::config::rules;
use claimsmith::lang::{Diagnostic, Source, code, parse};

/// The one finding of a text that has one error.
fn the_error(text: &str) -> Diagnostic {
    let mut errors: Vec<_> = parse(text).diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    assert_eq!(errors.len(), 1, "{text}: {errors:#?}");
    errors.remove(0)
}

/// Asserts what the one error of a text says, and what it tells people to do.
fn says(text: &str, message: &str, help: &str) {
    let found = the_error(text);
    assert!(found.message.contains(message), "{text}: {}", found.message);
    let advice = found.help.unwrap_or_default();
    assert!(advice.contains(help), "{text}: {}: {advice}", found.message);
}

#[test]
fn a_missing_semicolon_is_said_to_be_before_the_next_rule_or_at_the_end() {
    let rule = "@RuleName = \"a\"\n=> issue(Type = \"a\", Value = \"b\")";
    says(&format!("{rule}\n{rule};"), "before the next rule", "every rule ends with `;`");
    says(
        &format!("{rule}\n=> issue(Type = \"a\", Value = \"b\");"),
        "before the next rule",
        "every rule ends with `;`",
    );
    says(rule, "at the end of the text", "every rule ends with `;`");
}

#[test]
fn an_aggregate_has_no_name() {
    for aggregate in ["exists([])", "count([]) > 1", "not exists([])"] {
        let text = format!("c:{aggregate} => issue(Type = \"a\", Value = \"b\");");
        says(&text, "no claim that `c` could name", "remove `c:`");
    }
    for aggregate in ["exists(c:[])", "count(c:[]) > 1", "not exists(c:[])"] {
        let text = format!("{aggregate} => issue(Type = \"a\", Value = \"b\");");
        says(&text, "no claim that `c` could name", "remove `c:`");
    }
    says("exists(Type == \"a\") => issue(Type = \"a\", Value = \"b\");", "need brackets", "`exists([Type == \"…\"])`");
}

#[test]
fn a_store_fills_one_claim_type_at_least() {
    let text = "=> issue(store = \"Active Directory\", types = (), query = \";mail;a\\b\");";
    says(text, "`types` names no claim type", "one for every column");
}

#[test]
fn a_name_alone_is_no_rule() {
    for text in ["@RuleName = \"x\";", "@RuleName = \"x\"", "@RuleName = \"x\" @RuleTemplate = \"y\""] {
        says(text, "has attributes and nothing else", "`=>` and an action");
    }
}

#[test]
fn a_text_that_is_no_rule_may_be_the_wrong_file() {
    for text in ["x", "hello world", "x = 1", "name: value"] {
        says(text, "no rule", "is this the right file?");
    }
}

#[test]
fn an_error_without_a_better_explanation_shows_what_a_rule_looks_like() {
    says("c:[Type == \"a\"] => issue(claim = c) c;", "expected `;`", "c:[Type == \"…\"] => issue(claim = c);");
}

#[test]
fn advice_leads_to_a_rule_that_is_read() {
    says("not not exists([]) => issue(Type = \"a\", Value = \"b\");", "`not` stands twice", "remove both");
    says("count([]) > -1 => issue(Type = \"a\", Value = \"b\");", "below zero", "remove the condition");
    for word in ["issue", "add", "exists", "not", "count"] {
        says(&format!("=> issue(claim = {word});"), &format!("`{word}`"), "write `c:[…] => issue(claim = c);`");
    }
}

#[test]
fn an_invisible_character_is_called_one() {
    for invisible in ["\u{200B}", "\u{FEFF}", "\u{200D}", "\u{2060}", "\u{AD}"] {
        let number = format!("U+{:04X}", u32::from(invisible.chars().next().unwrap()));
        let text = format!("c:[]{invisible} => issue(claim = c);");
        says(&text, &format!("an invisible character ({number})"), "from a web page or joined files; delete it");
    }
}

#[test]
fn one_mistake_is_one_finding() {
    let text = "exists([Type == \"b\", Value == x.Value]) && x:[Type == \"a\"] => issue(claim = x);";
    let compiled = rules::compile(&Source::new("x", text));
    let errors: Vec<_> = compiled.diagnostics.iter().filter(|found| found.is_error()).map(|found| found.code).collect();
    assert_eq!(errors, [code::FORWARD_REFERENCE]);
    assert!(compiled.program.is_none());
}

#[test]
fn findings_of_reading_and_of_compiling_are_bounded_and_by_place() {
    for rule in ["c:[Value =~ \"(\"] => issue(claim = c);\n", "c:[] => issue(claim = d);\n"] {
        let compiled = rules::compile(&Source::new("x", format!("'a';{}", rule.repeat(1_500))));
        let places: Vec<_> = compiled.diagnostics.iter().map(|found| found.span).collect();
        assert!(places.is_sorted());
        let errors = compiled.diagnostics.iter().filter(|found| found.is_error()).count();
        assert_eq!(errors, 1_000, "{rule}");
        let last = compiled.diagnostics.last().unwrap();
        assert_eq!((last.code, last.message.as_str()), (code::TOO_MANY, "501 more errors are not listed"));
    }
}
