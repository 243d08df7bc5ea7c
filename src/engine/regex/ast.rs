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
