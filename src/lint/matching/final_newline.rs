//! M007: `$` at the end of a pattern that decides about a privilege.

use super::patterns::within;
use super::privilege::privileges;
use super::unanchored_pattern::deciding_patterns;
use crate::engine::regex::End;
use crate::lang::ast::Property;
use crate::lang::{Applicability, Fix};
use crate::lint::{Findings, Level, Lint, Subject};

/// M007.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "M007",
    name: "final-newline",
    default_level: Level::Info,
    fixes: Some(Applicability::Safe),
    page: include_str!("../../../docs/lints/M007.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let privileges = privileges(subject.rule_set);
    for (rule, _) in subject.rule_set.rules.iter().zip(privileges).filter(|(_, privilege)| privilege.is_some()) {
        for (pattern, _) in deciding_patterns(rule, &[Property::Value]) {
            let text = &pattern.literal.text;
            let is_last = text.ends_with('$') && !text.ends_with(r"\$");
            if pattern.regex.end() != End::BeforeFinalNewline || !is_last || pattern.regex.has_branches() {
                continue;
            }
            let dollar = within(pattern.literal, text.len() - 1, text.len());
            let finding = findings
                .at(pattern.literal.span, format!("`{text}` also matches a value with a newline at its end"))
                .with_fix(Fix::safe(r"write `\z`", dollar, r"\z"));
            findings.push(finding);
        }
    }
}
