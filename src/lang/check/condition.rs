//! Conditions of one rule together.

use crate::lang::ast::{Condition, Rule};
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, code};

/// DECISION: selectors and aggregates may stand in one rule, with a warning; aggregates then filter.
pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    let is_selector = |condition: &&Condition| matches!(condition, Condition::Selector(_));
    let selector = rule.conditions.iter().find(is_selector);
    let aggregate = rule.conditions.iter().find(|condition| !is_selector(condition));
    if let (Some(selector), Some(aggregate)) = (selector, aggregate) {
        let message = "a selector and an aggregate stand in one rule; Microsoft describes them as alternatives";
        findings.push(
            Diagnostic::warning(code::MIXED_CONDITION, aggregate.span(), message)
                .with_label("this one asks about the whole set")
                .with_related(selector.span(), "this one fires for every claim")
                .with_help("let one rule `add` a claim when the aggregate holds, and select that claim in the next"),
        );
    }
}
