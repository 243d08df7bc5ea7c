//! Where rules make, copy and look for claims of a type.

use super::{RuleText, Surroundings};
use crate::lang::ast::{ActionBody, Comparison, Condition, Property, Rule, StringLiteral, Verb};
use crate::lint::mentions::{literal, types_made};

/// How a rule speaks of a claim type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It makes claims of this type.
    Made(Verb),
    /// It passes claims of this type on.
    Copied(Verb),
    /// It looks for claims of this type.
    Tested,
}

/// A claim type in a rule.
#[derive(Clone, Copy)]
pub struct Mention<'a> {
    /// The rule set.
    pub rule_text: &'a RuleText,
    /// Index of the rule in it, among those that can be read.
    pub rule: usize,
    /// The type as written.
    pub literal: &'a StringLiteral,
    /// How it is spoken of.
    pub manner: Manner,
}

impl Mention<'_> {
    /// Whether such claims are there after the rule ran.
    #[must_use]
    pub const fn is_made(&self) -> bool {
        matches!(self.manner, Manner::Made(_) | Manner::Copied(_))
    }
}

/// Every claim type in a rule set, in the order written.
pub fn mentions(rule_text: &RuleText) -> impl Iterator<Item = Mention<'_>> {
    rule_text.rule_set.rules.iter().enumerate().flat_map(move |(index, rule)| {
        of_rule(rule).into_iter().map(move |(literal, manner)| Mention { rule_text, rule: index, literal, manner })
    })
}

/// Every claim type in all rule sets of a trust.
pub fn all_mentions(around: &Surroundings) -> impl Iterator<Item = Mention<'_>> {
    around.rule_texts.iter().flat_map(mentions)
}

fn of_rule(rule: &Rule) -> Vec<(&StringLiteral, Manner)> {
    let mut found = Vec::new();
    for condition in &rule.conditions {
        let copied = copies(rule, condition).then_some(Manner::Copied(rule.action.verb));
        for predicate in &condition.pattern().predicates {
            let manner = match (&predicate.property, predicate.comparison) {
                (Property::Type, Comparison::Equal) => copied.unwrap_or(Manner::Tested),
                (Property::Type, Comparison::NotEqual) => Manner::Tested,
                _ => continue,
            };
            found.extend(literal(&predicate.operand).map(|literal| (literal, manner)));
        }
    }
    found.extend(types_made(rule).map(|literal| (literal, Manner::Made(rule.action.verb))));
    found
}

/// Whether a rule passes on the claims that this condition matches.
fn copies(rule: &Rule, condition: &Condition) -> bool {
    match (&rule.action.body, condition) {
        (ActionBody::Copy(name), Condition::Selector(selector)) => {
            selector.binding.as_ref().is_some_and(|binding| binding.is(&name.text))
        }
        _ => false,
    }
}
