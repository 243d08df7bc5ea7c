//! Conditions on the place between two code units: `^`, `$`, `\b` and their like.

use super::category::is_boundary_word;

/// One condition, with the options of its place already applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    /// `\A`, and `^` without `(?m)`.
    Start,
    /// `^` with `(?m)`.
    LineStart,
    /// `\z`.
    End,
    /// `\Z`, and `$` without `(?m)`: the end, or before a final newline.
    EndOrFinalNewline,
    /// `$` with `(?m)`.
    LineEnd,
    /// `\b`.
    WordBoundary,
    /// `\B`.
    NotWordBoundary,
    /// `\G`: where this search began.
    SearchStart,
}

impl Assertion {
    /// Whether it holds at a place of the input.
    pub(super) fn holds(self, input: &[u16], at: usize, search_start: usize) -> bool {
        let newline = u16::from(b'\n');
        let before = || at.checked_sub(1).and_then(|index| input.get(index)).copied();
        let after = || input.get(at).copied();
        let boundary = || before().is_some_and(is_boundary_word) != after().is_some_and(is_boundary_word);
        match self {
            Self::Start => at == 0,
            Self::LineStart => before().is_none_or(|unit| unit == newline),
            Self::End => at == input.len(),
            Self::EndOrFinalNewline => at == input.len() || at + 1 == input.len() && after() == Some(newline),
            Self::LineEnd => after().is_none_or(|unit| unit == newline),
            Self::WordBoundary => boundary(),
            Self::NotWordBoundary => !boundary(),
            Self::SearchStart => at == search_start,
        }
    }
}
