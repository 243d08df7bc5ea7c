//! F002: an added claim that no other rule reads.

use crate::lang::ast::{ActionBody, Verb};
use crate::lint::mentions::{literal, types_given};
use crate::lint::values::admits;
use crate::lint::{Findings, Level, Lint, Subject};

/// F002.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F002",
    name: "unused-add",
    default_level: Level::Info,
    fixes: None,
    page: include_str!("../../../docs/lints/F002.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rules = &subject.rule_set.rules;
    for (index, rule) in rules.iter().enumerate() {
        if rule.action.verb != Verb::Add || matches!(rule.action.body, ActionBody::Copy(_)) {
            continue;
        }
        for made in types_given(rule).filter_map(literal) {
            // A rule above it that reads the claim is F001's.
            let others = rules.iter().enumerate().filter(|(other, _)| *other != index);
            let mut read = others.flat_map(|(_, rule)| &rule.conditions);
            if !read.any(|condition| admits(condition.pattern(), &made.text)) {
                let finding = findings
                    .at(made.span, "no other rule reads this claim, and an added claim never leaves the rule set")
                    .with_help("take it out, or use `issue` if the claim is meant to leave");
                findings.push(finding);
            }
        }
    }
}
