//! The text of a pattern to its syntax tree, as .NET reads it.
//!
//! The order of decisions is that of the reference parser (`RegexParser` of .NET Framework), because it decides what
//! odd patterns mean: a `{` that starts no quantifier is a letter, `\12` is a group or an octal number depending on
//! the groups of the whole pattern. So a pattern with names or references is read twice, first to learn its groups.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assertion::Assertion;
use super::ast::Node;
use super::error::{RegexError, RegexErrorReason};
use super::groups::Groups;
use super::set::UnitSet;
use super::{case, category};

/// How long a pattern may be, in bytes.
const MAX_BYTES: usize = 65_536;
/// How deep groups and classes may nest.
const MAX_DEPTH: usize = 150;

/// What `(?imnsx)` sets.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) explicit_capture: bool,
    pub(super) single_line: bool,
    pub(super) extended: bool,
}

/// What a run of the parser learns about groups.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) unnamed: u32,
    pub(super) numbers: BTreeSet<u32>,
    pub(super) names: Vec<String>,
    /// The meaning of something depends on groups that may come later.
    pub(super) depends_on_groups: bool,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str) -> Result<(Node, Groups), RegexError> {
    if pattern.len() > MAX_BYTES {
        return Err(RegexError {
            offset: 0,
            message: format!("the pattern is longer than {MAX_BYTES} bytes; split it"),
            reason: RegexErrorReason::TooLarge,
        });
    }
    let mut first = Parser::new(pattern, None);
    let tree = first.pattern()?;
    let groups = Groups::new(first.found.unnamed, &first.found.numbers, &first.found.names);
    if !first.found.depends_on_groups {
        return Ok((tree, groups));
    }
    let mut second = Parser::new(pattern, Some(&groups));
    let tree = second.pattern()?;
    Ok((tree, groups))
}

/// A place in the pattern, and what holds there.
pub(super) struct Parser<'p> {
    pattern: &'p str,
    units: Vec<u16>,
    pub(super) at: usize,
    pub(super) options: Options,
    /// The groups of the whole pattern, once they are known.
    pub(super) groups: Option<&'p Groups>,
    pub(super) found: Found,
    depth: usize,
}

impl<'p> Parser<'p> {
    fn new(pattern: &'p str, groups: Option<&'p Groups>) -> Self {
        Self {
            pattern,
            units: pattern.encode_utf16().collect(),
            at: 0,
            options: Options::default(),
            groups,
            found: Found::default(),
            depth: 0,
        }
    }

    fn pattern(&mut self) -> Result<Node, RegexError> {
        let tree = self.branches().map(alternation)?;
        if self.peek().is_some() {
            return Err(self.invalid(self.at, "`)` closes no group; write `\\)` for the character"));
        }
        Ok(tree)
    }

    /// Everything up to the end of the group, split at `|`.
    pub(super) fn branches(&mut self) -> Result<Vec<Node>, RegexError> {
        let mut branches = Vec::new();
        loop {
            branches.push(self.sequence()?);
            if !self.eat('|') {
                return Ok(branches);
            }
        }
    }

    fn sequence(&mut self) -> Result<Node, RegexError> {
        let mut items = Vec::new();
        let mut after_quantifier = false;
        loop {
            self.skip_blank()?;
            let Some(character) = self.peek() else { break };
            if matches!(character, '|' | ')') {
                break;
            }
            if self.at_quantifier() {
                return Err(self.invalid(
                    self.at,
                    &if after_quantifier {
                        format!(
                            "`{character}` follows another quantifier; put the part before it into `(?:…)` to repeat it again"
                        )
                    } else {
                        format!("`{character}` has nothing to repeat; write `\\{character}` for the character")
                    },
                ));
            }
            after_quantifier = false;
            if let Some(item) = self.item()? {
                self.skip_blank()?;
                after_quantifier = self.at_quantifier();
                items.push(if after_quantifier { self.quantifier(item)? } else { item });
            }
        }
        Ok(match items.len() {
            0 => Node::Empty,
            1 => items.pop().unwrap_or(Node::Empty),
            _ => Node::Concat(items),
        })
    }

    /// One thing that a quantifier can follow, or `None` for inline options.
    fn item(&mut self) -> Result<Option<Node>, RegexError> {
        let start = self.at;
        let unit = self.next_unit().unwrap_or_default();
        Ok(Some(match syntax(unit) {
            '(' => return self.nested(start, |parser| parser.group(start)),
            '[' => {
                let set = self.nested(start, |parser| parser.class(start))?;
                self.set(&set)
            }
            '\\' => self.escape(start)?,
            '^' if self.options.multiline => Node::Assertion(Assertion::LineStart),
            '^' => Node::Assertion(Assertion::Start),
            '$' if self.options.multiline => Node::Assertion(Assertion::LineEnd),
            '$' => Node::Assertion(Assertion::EndOrFinalNewline),
            '.' if self.options.single_line => Node::Set(Arc::new(UnitSet::all())),
            '.' => Node::Set(Arc::new(UnitSet::not_newline())),
            _ => self.literal(unit),
        }))
    }

    /// Runs one level deeper, up to a limit.
    pub(super) fn nested<T>(
        &mut self,
        start: usize,
        read: impl FnOnce(&mut Self) -> Result<T, RegexError>,
    ) -> Result<T, RegexError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(
                start,
                &format!("groups nest deeper than {MAX_DEPTH}; simplify the pattern"),
                RegexErrorReason::TooLarge,
            ));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// A code unit in the letter case that the options ask for.
    pub(super) fn literal(&self, unit: u16) -> Node {
        if self.options.ignore_case {
            let variants = case::variants(unit);
            if variants.len() > 1 {
                return Node::Set(Arc::new(UnitSet::new(variants.into_iter().map(|unit| (unit, unit)).collect())));
            }
        }
        Node::Unit(unit)
    }

    /// A set in the letter case that the options ask for. Its members have been lowered by whoever made it.
    pub(super) fn set(&self, set: &Arc<UnitSet>) -> Node {
        if self.options.ignore_case {
            Node::Set(Arc::new(case::whose_lower_is_in(set)))
        } else {
            Node::Set(set.clone())
        }
    }

    /// Whether a quantifier starts here. `{` starts one only in `{n}`, `{n,}` and `{n,m}`.
    fn at_quantifier(&self) -> bool {
        match self.peek() {
            Some('*' | '+' | '?') => true,
            Some('{') => {
                let digits = |from: usize| {
                    let mut at = from;
                    while self.peek_at(at).is_some_and(|character| character.is_ascii_digit()) {
                        at += 1;
                    }
                    at
                };
                let end = digits(1);
                match self.peek_at(end) {
                    _ if end == 1 => false,
                    Some('}') => true,
                    Some(',') => self.peek_at(digits(end + 1)) == Some('}'),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn quantifier(&mut self, body: Node) -> Result<Node, RegexError> {
        let start = self.at;
        let (min, max) = match self.next() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            _ => {
                let min = self.decimal()?;
                let max = match self.next() {
                    Some(',') if self.eat('}') => None,
                    Some(',') => {
                        let max = self.decimal()?;
                        self.eat('}');
                        Some(max)
                    }
                    _ => Some(min),
                };
                (min, max)
            }
        };
        self.skip_blank()?;
        let lazy = self.eat('?');
        if max.is_some_and(|max| min > max) {
            return Err(self.invalid(start, "the quantifier `{n,m}` has its larger number first; exchange them"));
        }
        Ok(match max {
            Some(0) => Node::Empty,
            Some(1) if min == 1 => body,
            _ => Node::Repeat { body: Box::new(body), min, max, lazy },
        })
    }

    /// Skips comments, and white space where `(?x)` says so.
    pub(super) fn skip_blank(&mut self) -> Result<(), RegexError> {
        loop {
            if self.options.extended {
                while matches!(self.peek(), Some('\t' | '\n' | '\x0C' | '\r' | ' ')) {
                    self.at += 1;
                }
                if self.eat('#') {
                    while self.peek().is_some_and(|character| character != '\n') {
                        self.at += 1;
                    }
                    continue;
                }
            }
            if !(self.peek() == Some('(') && self.peek_at(1) == Some('?') && self.peek_at(2) == Some('#')) {
                return Ok(());
            }
            let start = self.at;
            while self.peek().is_some_and(|character| character != ')') {
                self.at += 1;
            }
            if !self.eat(')') {
                return Err(self.invalid(start, "the comment `(?#…` is not closed; add `)`"));
            }
        }
    }

    /// Decimal digits, as many as there are.
    pub(super) fn decimal(&mut self) -> Result<u32, RegexError> {
        let start = self.at;
        let mut number = 0_u32;
        while let Some(digit) = self.peek().and_then(|character| character.to_digit(10)) {
            self.at += 1;
            number = number
                .checked_mul(10)
                .and_then(|number| number.checked_add(digit))
                .filter(|number| i32::try_from(*number).is_ok())
                .ok_or_else(|| self.invalid(start, "the number is larger than 2147483647; use a smaller one"))?;
        }
        Ok(number)
    }

    /// The word characters that follow: a name.
    pub(super) fn name(&mut self) -> String {
        let start = self.at;
        while self.units.get(self.at).is_some_and(|unit| category::is_boundary_word(*unit)) {
            self.at += 1;
        }
        String::from_utf16_lossy(self.units.get(start..self.at).unwrap_or_default())
    }

    /// Whether a word character is next.
    pub(super) fn at_word(&self) -> bool {
        self.units.get(self.at).is_some_and(|unit| category::is_boundary_word(*unit))
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.units.get(self.at + ahead).copied().map(syntax)
    }

    pub(super) fn next(&mut self) -> Option<char> {
        self.next_unit().map(syntax)
    }

    pub(super) fn next_unit(&mut self) -> Option<u16> {
        let unit = self.units.get(self.at).copied();
        self.at += usize::from(unit.is_some());
        unit
    }

    pub(super) fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        self.at += usize::from(found);
        found
    }

    /// The pattern from `start` up to here, for messages.
    pub(super) fn since(&self, start: usize) -> String {
        String::from_utf16_lossy(self.units.get(start..self.at).unwrap_or_default())
    }

    /// An error that .NET reports too.
    pub(super) fn invalid(&self, at: usize, message: &str) -> RegexError {
        self.error(at, message, RegexErrorReason::Invalid)
    }

    pub(super) fn error(&self, at: usize, message: &str, reason: RegexErrorReason) -> RegexError {
        let mut units = 0;
        let offset = self
            .pattern
            .char_indices()
            .find(|(_, character)| {
                units += character.len_utf16();
                units > at
            })
            .map_or(self.pattern.len(), |(offset, _)| offset);
        RegexError { offset, message: message.to_owned(), reason }
    }
}

pub(super) fn alternation(mut branches: Vec<Node>) -> Node {
    if branches.len() == 1 { branches.pop().unwrap_or(Node::Empty) } else { Node::Alternation(branches) }
}

/// A code unit as a character of the syntax; halves of a pair have none and become U+FFFD, which is no syntax.
fn syntax(unit: u16) -> char {
    char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)
}
