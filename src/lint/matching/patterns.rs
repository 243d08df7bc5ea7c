//! The regular expressions that rules write down.

use crate::engine::regex::DotNetRegex;
use crate::lang::Span;
use crate::lang::ast::{Comparison, Expression, Rule, StringLiteral};
use crate::lint::mentions::{each_expression, literal};

/// A pattern that stands in a rule as a literal.
pub(super) struct Written<'a> {
    /// Where.
    pub(super) literal: &'a StringLiteral,
    /// What it means.
    pub(super) regex: DotNetRegex,
    /// What takes the place of its matches, in `RegExReplace`, if that is a literal.
    pub(super) replacement: Option<&'a StringLiteral>,
}

/// The patterns of a rule, those of conditions first.
pub(super) fn patterns(rule: &Rule) -> Vec<Written<'_>> {
    let mut found = Vec::new();
    for predicate in rule.conditions.iter().flat_map(|condition| &condition.pattern().predicates) {
        if matches!(predicate.comparison, Comparison::Matches | Comparison::DoesNotMatch) {
            found.extend(literal(&predicate.operand).and_then(|literal| written(literal, None)));
        }
    }
    each_expression(rule, &mut |expression| {
        if let Expression::Call { arguments, .. } = expression
            && let Some(pattern) = arguments.get(1).and_then(literal)
        {
            found.extend(written(pattern, arguments.get(2).and_then(literal)));
        }
    });
    found
}

/// A literal as a pattern; `None` if it is none, which the compiler says.
pub(super) fn written<'a>(literal: &'a StringLiteral, replacement: Option<&'a StringLiteral>) -> Option<Written<'a>> {
    Some(Written { literal, regex: DotNetRegex::new(&literal.text).ok()?, replacement })
}

/// A place inside a literal, by the offsets in its text.
pub(super) const fn within(literal: &StringLiteral, start: usize, end: usize) -> Span {
    let inner = literal.inner();
    Span::new(inner.start + start, inner.start + end)
}

/// What a sign of a pattern is, as far as one must know to find a sign that stands for itself.
pub(super) struct Signs<'a> {
    rest: std::iter::Peekable<std::str::CharIndices<'a>>,
    in_class: bool,
}

/// A sign of a pattern, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// Its offset, in bytes.
    pub(super) at: usize,
    /// The sign; of an escape, the one after the backslash.
    pub(super) character: char,
    /// Whether a backslash stands before it.
    pub(super) is_escaped: bool,
    /// Whether it stands between `[` and `]`.
    pub(super) is_in_class: bool,
}

impl<'a> Signs<'a> {
    pub(super) fn of(pattern: &'a str) -> Self {
        Self { rest: pattern.char_indices().peekable(), in_class: false }
    }
}

impl Iterator for Signs<'_> {
    type Item = Sign;

    fn next(&mut self) -> Option<Sign> {
        let (at, character) = self.rest.next()?;
        if character == '\\' {
            let (_, character) = self.rest.next()?;
            return Some(Sign { at, character, is_escaped: true, is_in_class: self.in_class });
        }
        let is_in_class = self.in_class;
        match character {
            '[' if !self.in_class => {
                self.in_class = true;
                // `]` as the first member stands for itself.
                self.rest.next_if(|&(_, next)| next == '^');
                self.rest.next_if(|&(_, next)| next == ']');
            }
            ']' => self.in_class = false,
            _ => {}
        }
        Some(Sign { at, character, is_escaped: false, is_in_class })
    }
}
