//! The words and signs of a rule, as far as splitting a text into rules needs them.

use crate::lang::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a property, a function or an identifier.
    Word,
    /// Decimal digits.
    Number,
    /// A literal with its quotes.
    Literal,
    /// An operator or a bracket.
    Sign,
}

/// A token and its place in the whole text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) start: usize,
}

impl Token<'_> {
    pub(super) fn span(&self) -> Span {
        Span::new(self.start, self.end())
    }

    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }
}

/// Every sign of the language, longest first.
pub(super) const SIGNS: &[&str] =
    &["=>", "==", "=~", "!=", "!~", "&&", ">=", "<=", "=", ";", ":", ",", ".", "[", "]", "(", ")", "+", "@", ">", "<"];
