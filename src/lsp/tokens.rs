//! The words and signs of a text that may be half written.

use crate::lang::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword, a property, a function or a name.
    Word,
    /// Decimal digits.
    Number,
    /// A text in quotes. One without its closing quote ends with its line.
    Literal {
        /// Whether the closing quote is there.
        is_closed: bool,
    },
    /// An operator, a bracket, or a character that means nothing.
    Sign,
}

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    /// What it is.
    pub(super) kind: Kind,
    /// As written, a literal with its quotes.
    pub(super) text: &'a str,
    /// Where.
    pub(super) span: Span,
}

impl<'a> Token<'a> {
    /// Whether it is this word, in any case.
    #[must_use]
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is this sign.
    #[must_use]
    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign
    }

    /// Whether it is a text in quotes.
    #[must_use]
    pub(super) const fn is_literal(&self) -> bool {
        matches!(self.kind, Kind::Literal { .. })
    }

    /// What stands between the quotes of a literal, and where.
    #[must_use]
    pub(super) fn inside(&self) -> Option<(&'a str, Span)> {
        let Kind::Literal { is_closed } = self.kind else { return None };
        let end = self.text.len().saturating_sub(usize::from(is_closed));
        let text = self.text.get(1..end)?;
        Some((text, Span::new(self.span.start + 1, self.span.start + end)))
    }
}

/// Every sign of two characters.
const PAIRS: [&str; 8] = ["=>", "==", "=~", "!=", "!~", "&&", ">=", "<="];

/// The tokens of a text, in order. Takes time in proportion to the text.
#[must_use]
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        if first.is_whitespace() || first == '\u{FEFF}' {
            at += first.len_utf8();
            continue;
        }
        let (kind, length) = one(rest, first);
        let token = rest.get(..length).unwrap_or_default();
        found.push(Token { kind, text: token, span: Span::new(at, at + length) });
        at += length.max(1);
    }
    found
}

fn one(rest: &str, first: char) -> (Kind, usize) {
    if first == '"' || first == '\'' {
        let inside = rest.get(1..).unwrap_or_default();
        let length = inside.find([first, '\n', '\r']).unwrap_or(inside.len());
        let is_closed = inside.get(length..).is_some_and(|after| after.starts_with(first));
        return (Kind::Literal { is_closed }, 1 + length + usize::from(is_closed));
    }
    let run = |wanted: fn(char) -> bool| rest.find(|next| !wanted(next)).unwrap_or(rest.len());
    if first.is_ascii_alphabetic() || first == '_' {
        return (Kind::Word, run(|next| next.is_ascii_alphanumeric() || next == '_'));
    }
    if first.is_ascii_digit() {
        return (Kind::Number, run(|next| next.is_ascii_digit()));
    }
    let is_pair = PAIRS.iter().any(|pair| rest.starts_with(pair));
    (Kind::Sign, if is_pair { 2 } else { first.len_utf8() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_literal_ends_with_its_line() {
        let found = tokens("c:[Type == \"http://x\n => issue(claim = c);");
        let literal = found.iter().find(|token| token.is_literal()).unwrap();
        assert_eq!(literal.inside(), Some(("http://x", Span::new(12, 20))));
        assert!(found.iter().any(|token| token.is_sign("=>")));
        assert_eq!(tokens("\"").first().and_then(Token::inside), Some(("", Span::new(1, 1))));
    }

    #[test]
    fn every_character_is_passed() {
        let text = "é€𝄞 \"a\"'b' @x=12 >= §";
        let found = tokens(text);
        let total: usize = found.iter().map(|token| token.text.len()).sum();
        assert_eq!(total, text.len() - text.matches(' ').count());
    }
}
