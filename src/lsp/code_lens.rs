//! The line above a rule: try it out for somebody.

use super::RuleText;
use crate::lang::Span;

/// A line to click on, above a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Above what.
    pub span: Span,
    /// For whom to evaluate.
    pub user: String,
    /// The number of the rule that is meant, from 1; `None` for all of them.
    pub rule_number: Option<usize>,
}

impl Lens {
    /// What the line says.
    #[must_use]
    pub fn title(&self) -> String {
        match self.rule_number {
            Some(_) => format!("evaluate as {}", self.user),
            None => format!("evaluate all rules as {}", self.user),
        }
    }
}

/// A line for each user above the first rule, and one for the first user above every rule.
#[must_use]
pub fn lenses(rule_text: &RuleText, users: &[String]) -> Vec<Lens> {
    let (Some(first_user), Some(first_rule)) = (users.first(), rule_text.rule_set.rules.first()) else {
        return Vec::new();
    };
    let top = Span::new(first_rule.span.start, first_rule.span.start);
    let for_all = users.iter().map(|user| Lens { span: top, user: user.clone(), rule_number: None });
    let for_each = rule_text.rule_set.rules.iter().enumerate().map(|(index, rule)| Lens {
        span: Span::new(rule.span.start, rule.span.start),
        user: first_user.clone(),
        rule_number: Some(rule_text.rule_number(index)),
    });
    for_all.chain(for_each).collect()
}
