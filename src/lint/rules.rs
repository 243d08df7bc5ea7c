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
    /// Whether another rule has `rule 3` as its own name, so that it does not mean this one.
    is_number_taken: bool,
}

impl<'a> Named<'a> {
    /// The rule at `index`, from 0.
    #[must_use]
    pub fn at(rule_set: &'a RuleSet, index: usize) -> Option<Self> {
        let (rule, number) = (rule_set.rules.get(index)?, index + 1);
        let by_number = format!("rule {number}");
        let is_number_taken = rule_set.rules.iter().any(|rule| rule.name() == Some(&by_number));
        Some(Self { number, rule, is_number_taken })
    }

    /// Whether `name` names it: its `@RuleName`, or `rule 3`. A name that is a rule's own counts more than a number.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        match self.rule.name() {
            Some(own) if own == name => true,
            _ => {
                !self.is_number_taken
                    && name.strip_prefix("rule ").is_some_and(|number| number == self.number.to_string())
            }
        }
    }
}

/// The rule in which a place lies; `None` for what is about no rule.
#[must_use]
pub fn rule_at(rule_set: &RuleSet, span: Span) -> Option<Named<'_>> {
    let after = rule_set.rules.partition_point(|rule| rule.span.start <= span.start);
    let found = Named::at(rule_set, after.checked_sub(1)?)?;
    (span.start < found.rule.span.end).then_some(found)
}
