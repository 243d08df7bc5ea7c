//! What was probably meant, where a rule cannot be read.
//!
//! Each function knows one family of mistakes and answers only when it is sure; the first answer is shown, and if there
//! is none the list of what was expected.

mod action;
mod aggregate;
mod operator;
mod structure;
mod text;

use super::grammar::Rule;
use super::token::Token;
use crate::lang::{Diagnostic, code};

/// Where the grammar gave up.
pub(super) struct Place<'p, 'a> {
    pub(super) tokens: &'p [Token<'a>],
    /// The token that was not expected; past the last one at the end of the rule.
    pub(super) index: usize,
    /// The first token of the rule.
    pub(super) first: usize,
    pub(super) expected: &'p [Rule],
}

impl<'p, 'a> Place<'p, 'a> {
    pub(super) fn found(&self) -> Option<&'p Token<'a>> {
        self.tokens.get(self.index)
    }

    pub(super) fn previous(&self) -> Option<&'p Token<'a>> {
        self.before(1)
    }

    fn before(&self, count: usize) -> Option<&'p Token<'a>> {
        self.index.checked_sub(count).filter(|&index| index >= self.first).and_then(|index| self.tokens.get(index))
    }

    fn after(&self, count: usize) -> Option<&'p Token<'a>> {
        self.tokens.get(self.index + count)
    }

    /// The tokens of the rule before the unexpected one, the nearest first.
    fn backwards(&self) -> impl Iterator<Item = &'p Token<'a>> {
        (1..=self.index.saturating_sub(self.first)).filter_map(|count| self.before(count))
    }

    /// Whether the grammar would have taken one of these here.
    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|expected| rules.contains(expected))
    }

    /// Whether a text or a claim's property should stand here.
    fn expects_expression(&self) -> bool {
        self.expects(&[Rule::expression, Rule::literal, Rule::call, Rule::access])
    }

    /// Whether the place is inside the parentheses of the action.
    fn is_in_action(&self) -> bool {
        self.backwards().any(|token| token.is_sign("=>"))
    }
}

/// Whether what follows a whole rule is the end of the text or the beginning of another rule.
pub(super) fn only_semicolon_missing(place: &Place<'_, '_>) -> bool {
    let Some(found) = place.found() else { return true };
    let begins_condition = ["exists", "not", "count"].iter().any(|word| found.is_word(word));
    let begins_selector = place.after(1).is_some_and(|next| next.is_sign(":"));
    begins_condition || begins_selector || ["@", "[", "=>"].iter().any(|sign| found.is_sign(sign))
}

/// A better explanation than the list of what was expected, if there is one.
pub(super) fn explain(place: &Place<'_, '_>) -> Option<Diagnostic> {
    aggregate::explain(place)
        .or_else(|| operator::explain(place))
        .or_else(|| action::explain(place))
        .or_else(|| structure::explain(place))
        .or_else(|| text::explain(place))
}

/// A syntax error at a token.
fn syntax(token: &Token<'_>, message: &str) -> Diagnostic {
    Diagnostic::error(code::SYNTAX, token.span(), format!("{message} (AD FS: POLICY0030)"))
}
