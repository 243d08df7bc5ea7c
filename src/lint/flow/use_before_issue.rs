//! F001: a condition that needs a claim which only a later rule makes.

use super::made::{asked_type, brings, starts_without};
use crate::lang::ast::Rule;
use crate::lint::mentions::types_made;
use crate::lint::produced::{at_start, needs_a_claim};
use crate::lint::{Findings, Level, Lint, Subject};

/// F001.
pub(in crate::lint) const LINT: Lint = Lint {
    code: "F001",
    name: "use-before-issue",
    default_level: Level::Warning,
    fixes: None,
    page: include_str!("../../../docs/lints/F001.md"),
    check,
};

fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let start = at_start(subject);
    let rules = &subject.rule_set.rules;
    for (index, rule) in rules.iter().enumerate() {
        for condition in rule.conditions.iter().filter(|condition| needs_a_claim(condition)) {
            let Some((claim_type, span)) = asked_type(condition.pattern()) else { continue };
            let is_there = rules.iter().take(index).any(|earlier| brings(earlier, &claim_type));
            if is_there || !starts_without(subject, &start, &claim_type) {
                continue;
            }
            let writes = |rule: &Rule| types_made(rule).any(|made| made.text == claim_type);
            // A rule that gives claims of a type another value is no sign that there are none.
            let from = if start.is_anything() { index + 1 } else { index };
            let Some((maker, later)) = rules.iter().enumerate().skip(from).find(|(_, rule)| writes(rule)) else {
                continue;
            };
            let finding = if maker == index {
                findings
                    .at(span, "only this rule itself makes claims of this type, and a rule does not see its own claims")
            } else {
                findings
                    .at(span, "only a later rule makes claims of this type, and rules run once, from top to bottom")
                    .with_related(later.action.span, "it is made here")
                    .with_help("move the rule that makes it above this one")
            };
            findings.push(finding);
        }
    }
}
