//! Where a store answers otherwise than it must.

use std::fmt;

/// A question, and an answer that is not the one expected.
#[derive(Clone, PartialEq, Eq)]
pub struct Deviation {
    /// What was asked.
    pub asked: String,
    /// What every store answers.
    pub expected: String,
    /// What this one answered.
    pub found: String,
}

impl fmt::Debug for Deviation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: expected {}, found {}", self.asked, self.expected, self.found)
    }
}

/// The deviations so far.
#[derive(Default)]
pub(super) struct Deviations(pub(super) Vec<Deviation>);

impl Deviations {
    /// Notes an answer that is not the expected one.
    pub(super) fn expect<T: fmt::Debug + PartialEq>(&mut self, asked: impl fmt::Display, found: &T, expected: &T) {
        if found != expected {
            self.note(asked, format!("{expected:?}"), found);
        }
    }

    /// Notes an answer that is not as it must be, in words.
    pub(super) fn hold(&mut self, holds: bool, asked: impl fmt::Display, expected: &str, found: &impl fmt::Debug) {
        if !holds {
            self.note(asked, expected.to_owned(), found);
        }
    }

    fn note(&mut self, asked: impl fmt::Display, expected: String, found: &impl fmt::Debug) {
        self.0.push(Deviation { asked: asked.to_string(), expected, found: format!("{found:?}") });
    }
}
