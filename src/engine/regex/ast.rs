//! The syntax tree of a pattern: what is matched, with options already applied.

use std::sync::Arc;

use super::assertion::Assertion;
use super::set::UnitSet;

/// One construct. Letter case, `(?s)`, `(?m)` and `(?n)` have been worked into the nodes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// Matches without taking anything.
    Empty,
    /// Exactly this UTF-16 code unit.
    Unit(u16),
    /// One code unit of a set.
    Set(Arc<UnitSet>),
    /// A place, not a character.
    Assertion(Assertion),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first branch that leads to a match.
    Alternation(Vec<Node>),
    /// A capturing group, by its .NET number.
    Capture { number: u32, body: Box<Node> },
    /// A quantifier. `max` is `None` for no upper limit.
    Repeat { body: Box<Node>, min: u32, max: Option<u32>, lazy: bool },
    /// `(?>…)`: the first way to match is the only one.
    Atomic(Box<Node>),
    /// Look-ahead and look-behind.
    Look { behind: bool, negative: bool, body: Box<Node> },
    /// The text that a group matched last.
    BackReference { number: u32, ignore_case: bool },
    /// `(?(1)yes|no)`.
    IfGroup { number: u32, yes: Box<Node>, no: Box<Node> },
    /// `(?(expression)yes|no)`.
    IfMatches { condition: Box<Node>, yes: Box<Node>, no: Box<Node> },
}

impl Node {
    /// Names every capturing group with its body, and whether it takes part in each match.
    pub(super) fn captures<'n>(&'n self, found: &mut impl FnMut(u32, &'n Self, bool)) {
        self.each_capture(true, found);
    }

    fn each_capture<'n>(&'n self, is_certain: bool, found: &mut dyn FnMut(u32, &'n Self, bool)) {
        match self {
            Self::Empty | Self::Unit(_) | Self::Set(_) | Self::Assertion(_) | Self::BackReference { .. } => {}
            Self::Concat(items) => items.iter().for_each(|item| item.each_capture(is_certain, found)),
            Self::Alternation(branches) => branches.iter().for_each(|branch| branch.each_capture(false, found)),
            Self::Capture { number, body } => {
                found(*number, body, is_certain);
                body.each_capture(is_certain, found);
            }
            Self::Repeat { body, min, .. } => body.each_capture(is_certain && *min > 0, found),
            Self::Atomic(body) => body.each_capture(is_certain, found),
            Self::Look { body, .. } => body.each_capture(false, found),
            Self::IfGroup { yes, no, .. } => {
                yes.each_capture(false, found);
                no.each_capture(false, found);
            }
            Self::IfMatches { condition, yes, no } => {
                for part in [condition, yes, no] {
                    part.each_capture(false, found);
                }
            }
        }
    }

    /// Whether it can match the empty string. Says yes when in doubt.
    pub(super) fn may_be_empty(&self) -> bool {
        match self {
            Self::Unit(_) | Self::Set(_) => false,
            Self::Concat(items) => items.iter().all(Self::may_be_empty),
            Self::Alternation(branches) => branches.iter().any(Self::may_be_empty),
            Self::Capture { body, .. } | Self::Atomic(body) => body.may_be_empty(),
            Self::Repeat { body, min, .. } => *min == 0 || body.may_be_empty(),
            Self::IfGroup { yes, no, .. } | Self::IfMatches { yes, no, .. } => yes.may_be_empty() || no.may_be_empty(),
            Self::Empty | Self::Assertion(_) | Self::Look { .. } | Self::BackReference { .. } => true,
        }
    }
}
