//! What a pattern that is tied to the start of the input must find there.
//!
//! Rules mostly pick groups by how their names begin, such as `^AWS-`, and most groups of a user begin otherwise. A
//! glance at the first bytes then spares the search.

use super::assertion::Assertion;
use super::ast::Node;

/// The start of every input that the pattern can match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opening(String);

impl Opening {
    /// `None` when the pattern may match elsewhere than at the start.
    pub(super) fn of(tree: &Node) -> Option<Self> {
        let Node::Concat(items) = tree else { return None };
        let (Node::Assertion(Assertion::Start), rest) = items.split_first()? else { return None };
        Some(Self(rest.iter().map_while(ascii).collect()))
    }

    /// Whether an input starts like this; if not, the pattern does not match it.
    #[inline]
    pub(super) fn fits(&self, input: &str) -> bool {
        // Most inputs that do not fit differ in the first byte.
        let first = self.0.as_bytes().first();
        (first.is_none() || input.as_bytes().first() == first) && input.starts_with(&self.0)
    }
}

/// The ASCII character that a node stands for and nothing else.
fn ascii(node: &Node) -> Option<char> {
    match node {
        Node::Unit(unit) => u8::try_from(*unit).ok().filter(u8::is_ascii).map(char::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn opening(pattern: &str) -> Option<String> {
        let (tree, _) = parse::parse(pattern).unwrap();
        Opening::of(&tree).map(|opening| opening.0)
    }

    #[test]
    fn only_a_pattern_tied_to_the_start_has_an_opening() {
        assert_eq!(opening("^AWS-([0-9]+)").as_deref(), Some("AWS-"));
        assert_eq!(opening(r"\AAWS").as_deref(), Some("AWS"));
        for elsewhere in ["AWS", "(?m)^AWS", "^AWS|Admin", "x^AWS", "(?:^)?AWS", r"\GAWS"] {
            assert_eq!(opening(elsewhere), None, "{elsewhere}");
        }
    }

    #[test]
    fn it_ends_where_the_text_is_not_certain() {
        for (pattern, expected) in
            [("^ab?", "a"), ("^ab*c", "a"), ("^(?i)ab", ""), ("^a[b]?", "a"), ("^é", ""), ("^a(b)", "a")]
        {
            assert_eq!(opening(pattern).as_deref(), Some(expected), "{pattern}");
        }
    }
}
