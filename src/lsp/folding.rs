//! What can be folded away: each rule.

use super::RuleText;
use crate::lang::Span;

/// The rules that can be read, each as a whole.
#[must_use]
pub fn folding(rule_text: &RuleText) -> Vec<Span> {
    rule_text.rule_set.rules.iter().map(|rule| rule.span).collect()
}
