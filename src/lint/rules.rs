//! Which rule a finding is about.

use crate::lang::ast::Rule;
use crate::lang::{RuleSet, Span};

/// A rule, as people name it.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// Position in the rule set, from 1.
    pub number: usize,
    /// The rule.
    pub rule: &'a Rule,
}

impl Named<'_> {
    /// Whether `name` names it: its `@RuleName`, or `rule 3`. A name that is a rule's own counts more than a number.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        match self.rule.name() {
            Some(own) if own == name => true,
            _ => name.strip_prefix("rule ").is_some_and(|number| number == self.number.to_string()),
        }
    }
}

/// The rule in which a place lies; `None` for what is about no rule.
#[must_use]
pub fn rule_at(rule_set: &RuleSet, span: Span) -> Option<Named<'_>> {
    let after = rule_set.rules.partition_point(|rule| rule.span.start <= span.start);
    let number = after.checked_sub(1)? + 1;
    let rule = rule_set.rules.get(number - 1)?;
    (span.start < rule.span.end).then_some(Named { number, rule })
}
