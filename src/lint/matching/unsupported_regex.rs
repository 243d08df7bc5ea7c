//! M003: a construct of another dialect that .NET takes for something else.

use super::patterns::{Signs, Written, patterns, within};
use crate::lang::ast::StringLiteral;
use crate::lint::{Findings, Level, Lint, Subject};

/// M003.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M003",
    name: "unsupported-regex",
    default_level: Level::Error,
    fixes: None,
    page: include_str!("../../../docs/lints/M003.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    for pattern in subject.rule_set.rules.iter().flat_map(patterns) {
        in_pattern(pattern.literal, findings);
        if let Some(replacement) = pattern.replacement {
            in_replacement(&pattern, replacement, findings);
        }
    }
}

/// What a pattern holds of other dialects.
fn in_pattern(pattern: &StringLiteral, findings: &mut Findings) {
    let text = &pattern.text;
    for class in POSIX {
        if let Some(at) = text.find(class).filter(|&at| is_in_class(text, at)) {
            let message = format!("`{class}` is no class in .NET, but the letters it is written with");
            let finding = findings.at(within(pattern, at, at + class.len()), message);
            findings.push(finding.with_help(r"write the characters, such as `a-zA-Z`, or `\w`, `\d`, `\s`"));
        }
    }
    for sign in Signs::of(text).filter(|sign| sign.is_escaped && !sign.is_in_class && "<>".contains(sign.character)) {
        let written = format!("\\{}", sign.character);
        let message = format!("`{written}` is the letter `{}` in .NET, and no border of a word", sign.character);
        findings.push(findings.at(within(pattern, sign.at, sign.at + 2), message).with_help(r"write `\b`"));
    }
}

const POSIX: [&str; 8] =
    ["[:alpha:]", "[:digit:]", "[:alnum:]", "[:upper:]", "[:lower:]", "[:space:]", "[:punct:]", "[:word:]"];

/// Whether `[:name:]` stands inside a class, where other dialects read it.
fn is_in_class(pattern: &str, at: usize) -> bool {
    Signs::of(pattern).find(|sign| sign.at == at).is_some_and(|sign| sign.is_in_class)
}

/// What a replacement holds that stays as it is written.
fn in_replacement(pattern: &Written<'_>, replacement: &StringLiteral, findings: &mut Findings) {
    let text = &replacement.text;
    for (at, _) in text.match_indices(['$', '\\']) {
        let after = text.get(at + 1..).unwrap_or_default();
        let is_dollar = text.get(at..).is_some_and(|rest| rest.starts_with('$'));
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        let finding = if is_dollar && !digits.is_empty() {
            let exists = digits.parse().is_ok_and(|number: usize| number <= pattern.regex.group_count());
            let numbered = pattern.regex.names().any(|(_, number)| number.to_string() == digits);
            if exists || numbered {
                continue;
            }
            let span = within(replacement, at, at + 1 + digits.len());
            findings
                .at(span, format!("the pattern has no group {digits}, so `${digits}` stays as it is written"))
                .with_help("count the `(` of the pattern; a digit that is to follow a group needs braces: `${1}0`")
        } else if is_dollar && after.starts_with(|next: char| next.is_alphabetic()) {
            let name: String = after.chars().take_while(|next| next.is_alphanumeric()).collect();
            let span = within(replacement, at, at + 1 + name.len());
            findings
                .at(span, format!("`${name}` stays as it is written: a named group needs braces"))
                .with_help(format!("write `${{{name}}}`, or `$${name}` if the text is meant"))
        } else if is_dollar && after.starts_with('{') {
            let Some(name) = after.get(1..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name) else {
                continue;
            };
            let known = pattern.regex.names().any(|(known, _)| known == name)
                || name.parse().is_ok_and(|number: usize| number <= pattern.regex.group_count());
            if known {
                continue;
            }
            let span = within(replacement, at, at + name.len() + 3);
            findings
                .at(span, format!("the pattern has no group `{name}`, so `${{{name}}}` stays as it is written"))
                .with_help("write the name or the number of a group of the pattern")
        } else if !is_dollar && !digits.is_empty() && !text.get(..at).is_some_and(|before| before.ends_with('\\')) {
            let span = within(replacement, at, at + 1 + digits.len());
            findings
                .at(span, format!("`\\{digits}` stays as it is written: .NET replaces `${digits}`"))
                .with_help(format!("write `${digits}`"))
        } else {
            continue;
        };
        findings.push(finding);
    }
}
