//! The regular expressions of .NET, as AD FS runs them for `=~`, `!~` and `RegExReplace`.
//!
//! A pattern is parsed by the rules of .NET and refused where .NET refuses it. It runs on one of two engines: the
//! linear one (the `regex` crate), where that gives exactly what .NET gives for the pattern and the input at hand;
//! otherwise a backtracking one over UTF-16 code units, with a limit on its steps. Which of them ran cannot be told
//! from the result.

mod assertion;
mod ast;
mod backtrack;
mod blocks;
mod case;
mod category;
mod class;
mod error;
mod escape;
mod find;
mod group;
mod groups;
mod inverse;
mod language;
#[cfg(test)]
mod laws;
mod linear;
mod opening;
mod parse;
mod program;
mod reach;
mod replace;
mod replacement;
mod set;
mod shape;
mod steps;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

pub use error::{MatchError, RegexError, RegexErrorReason};
pub use find::Found;
pub use language::{Language, Search};
pub use reach::{Expected, Reach};
pub use replacement::Replacement;
pub use shape::End;
pub use steps::Steps;

use ast::Node;
use backtrack::Matcher;
use groups::Groups;
use linear::Linear;
use opening::Opening;
use program::Program;

/// A regular expression in the dialect of .NET, with `RegexOptions.None`.
#[derive(Clone)]
pub struct DotNetRegex {
    pattern: String,
    tree: Node,
    groups: Groups,
    opening: Option<Opening>,
    linear: Option<Linear>,
    program: OnceLock<Program>,
}

impl DotNetRegex {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When .NET would refuse it, when it has a balancing group, or when it is too large.
    pub fn new(pattern: &str) -> Result<Self, RegexError> {
        let (tree, groups) = parse::parse(pattern)?;
        let opening = Opening::of(&tree);
        let linear = Linear::new(&tree, &groups);
        Ok(Self { pattern: pattern.to_owned(), tree, groups, opening, linear, program: OnceLock::new() })
    }

    /// Whether the pattern matches anywhere in the input, as `Regex.IsMatch` says.
    ///
    /// # Errors
    /// When the search takes too many steps; that is no answer.
    pub fn is_match(&self, input: &str, steps: &Steps) -> Result<bool, MatchError> {
        if self.opens_otherwise(input) {
            return Ok(false);
        }
        steps.read(input)?;
        if let Some(regex) = self.linear_for(input) {
            return Ok(regex.is_match(input));
        }
        let units: Vec<u16> = input.encode_utf16().collect();
        Ok(Matcher::new(self.program(), &units, steps).find(0, 0)?.is_some())
    }

    /// The input with every match replaced, as `Regex.Replace` does. What is left of a cut surrogate pair is U+FFFD.
    /// A replacement can repeat the whole input for each of its characters; so the result may have no more than
    /// `limit_bytes`.
    ///
    /// # Errors
    /// When the search takes too many steps, or the result is too long; nothing is replaced then.
    pub fn replace<'i>(
        &self,
        input: &'i str,
        replacement: &Replacement,
        limit_bytes: usize,
        steps: &Steps,
    ) -> Result<Cow<'i, str>, MatchError> {
        if self.opens_otherwise(input) {
            return Ok(Cow::Borrowed(input));
        }
        steps.read(input)?;
        match (self.linear_for(input), &self.linear) {
            (Some(regex), Some(linear)) => {
                let is_tied_to_start = self.opening.is_some();
                replace::linear(regex, &linear.captures, is_tied_to_start, input, replacement, limit_bytes)
            }
            _ => replace::backtracking(self.program(), input, replacement, limit_bytes, steps),
        }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// The number of groups, without the whole match.
    pub fn group_count(&self) -> usize {
        self.groups.len() - 1
    }

    /// The names of the named groups with their numbers, sorted by name.
    pub fn names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.groups.names()
    }

    /// Whether the time to match grows only linearly with the input, for any input of plain ASCII.
    pub fn is_linear(&self) -> bool {
        self.linear.is_some()
    }

    /// Whether the input starts so that the pattern cannot match it.
    #[inline]
    pub(in crate::engine) fn opens_otherwise(&self, input: &str) -> bool {
        self.opening.as_ref().is_some_and(|opening| !opening.fits(input))
    }

    fn linear_for(&self, input: &str) -> Option<&regex::Regex> {
        self.linear.as_ref()?.regex_for(&self.tree, input)
    }

    fn program(&self) -> &Program {
        self.program.get_or_init(|| Program::new(&self.tree, &self.groups))
    }
}

impl PartialEq for DotNetRegex {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

impl fmt::Debug for DotNetRegex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("DotNetRegex").field(&self.pattern).finish()
    }
}
