//! Patterns that need no backtracking, in the syntax of the `regex` crate.
//!
//! Everything is written out: classes as ranges, letter case as classes, anchors as `\A` and `\z`. What the two
//! dialects disagree about is kept away from the crate: inputs with characters above U+FFFF, which are two code units
//! in .NET; inputs with a final newline, where the pattern has a `$`; and words in inputs beyond ASCII. For inputs in
//! ASCII, which most are, classes are cut down to ASCII, so that the automata stay small.

use std::fmt::Write as _;
use std::sync::OnceLock;

use super::assertion::Assertion;
use super::ast::Node;
use super::groups::Groups;
use super::set::UnitSet;

/// How often the repetitions of a pattern may multiply a part of it before the automaton is too large to be a gain.
const MAX_EXPANSION: u64 = 5_000;
/// The memory that the automaton may take, in bytes.
const SIZE_LIMIT_BYTES: usize = 4 << 20;

/// A pattern that the linear engine can run, compiled when it is first needed.
#[derive(Debug, Clone)]
pub(super) struct Linear {
    /// `$` or `\Z` occurs.
    minds_final_newline: bool,
    /// `\b` or `\B` occurs.
    minds_words: bool,
    /// The capture index of the crate for each slot.
    pub(super) captures: Vec<Option<usize>>,
    ascii: OnceLock<Option<regex::Regex>>,
    wide: OnceLock<Option<regex::Regex>>,
}

/// Which inputs a translation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Ascii,
    /// Everything up to U+FFFF.
    Wide,
}

impl Linear {
    /// `None` when the pattern has something that only the backtracking engine can do exactly.
    pub(super) fn new(tree: &Node, groups: &Groups) -> Option<Self> {
        let mut linear = Self {
            minds_final_newline: false,
            minds_words: false,
            captures: vec![None; groups.len()],
            ascii: OnceLock::new(),
            wide: OnceLock::new(),
        };
        let mut captures = 0;
        let size = linear.survey(tree, groups, &mut captures)?;
        (size <= MAX_EXPANSION).then_some(linear)
    }

    /// The compiled pattern, if it means the same as .NET's on this input.
    #[inline]
    pub(super) fn regex_for(&self, tree: &Node, input: &str) -> Option<&regex::Regex> {
        if self.minds_final_newline && input.as_bytes().last() == Some(&b'\n') {
            return None;
        }
        if input.is_ascii() {
            return self.ascii.get_or_init(|| compile(tree, Alphabet::Ascii)).as_ref();
        }
        // The bytes that start a character above U+FFFF.
        if self.minds_words || input.bytes().any(|byte| byte >= 0xF0) {
            return None;
        }
        self.wide.get_or_init(|| compile(tree, Alphabet::Wide)).as_ref()
    }

    /// Notes what the tree contains and gives its expanded size; `None` when it is not for this engine.
    fn survey(&mut self, node: &Node, groups: &Groups, captures: &mut usize) -> Option<u64> {
        Some(match node {
            Node::Empty | Node::Unit(_) | Node::Set(_) => 1,
            Node::Assertion(assertion) => {
                match assertion {
                    Assertion::EndOrFinalNewline => self.minds_final_newline = true,
                    Assertion::WordBoundary | Assertion::NotWordBoundary => self.minds_words = true,
                    Assertion::SearchStart => return None,
                    Assertion::Start | Assertion::LineStart | Assertion::End | Assertion::LineEnd => {}
                }
                1
            }
            Node::Concat(items) | Node::Alternation(items) => {
                let mut size = 1_u64;
                for item in items {
                    size = size.saturating_add(self.survey(item, groups, captures)?);
                }
                size
            }
            Node::Capture { number, body } => {
                *captures += 1;
                let capture = self.captures.get_mut(groups.slot(*number)?)?;
                // Two groups of one name, or of one number.
                if capture.replace(*captures).is_some() {
                    return None;
                }
                self.survey(body, groups, captures)?.saturating_add(1)
            }
            Node::Repeat { body, min, max, .. } => {
                // The engines agree on when to stop repeating only if each round takes something.
                if *max != Some(1) && body.may_be_empty() {
                    return None;
                }
                let rounds = u64::from(max.unwrap_or(*min).max(1));
                self.survey(body, groups, captures)?.saturating_mul(rounds)
            }
            Node::Atomic(_)
            | Node::Look { .. }
            | Node::BackReference { .. }
            | Node::IfGroup { .. }
            | Node::IfMatches { .. } => return None,
        })
    }
}

/// `None` when the automaton would be too large.
fn compile(tree: &Node, alphabet: Alphabet) -> Option<regex::Regex> {
    let mut text = String::new();
    write(&mut text, tree, alphabet);
    regex::RegexBuilder::new(&text).size_limit(SIZE_LIMIT_BYTES).build().ok()
}

fn write(text: &mut String, node: &Node, alphabet: Alphabet) {
    match node {
        Node::Unit(unit) => write_set(text, &[(*unit, *unit)], alphabet),
        Node::Set(set) => write_set(text, set.ranges(), alphabet),
        Node::Assertion(assertion) => text.push_str(match assertion {
            Assertion::Start => r"\A",
            Assertion::LineStart => "(?m:^)",
            Assertion::End | Assertion::EndOrFinalNewline => r"\z",
            Assertion::LineEnd => "(?m:$)",
            Assertion::WordBoundary => r"(?-u:\b)",
            Assertion::NotWordBoundary => r"(?-u:\B)",
            Assertion::SearchStart => "",
        }),
        Node::Concat(items) => items.iter().for_each(|item| write(text, item, alphabet)),
        Node::Alternation(branches) => {
            text.push_str("(?:");
            for (index, branch) in branches.iter().enumerate() {
                if index > 0 {
                    text.push('|');
                }
                write(text, branch, alphabet);
            }
            text.push(')');
        }
        Node::Capture { body, .. } => {
            text.push('(');
            write(text, body, alphabet);
            text.push(')');
        }
        Node::Repeat { body, min, max, lazy } => {
            text.push_str("(?:");
            write(text, body, alphabet);
            text.push(')');
            let _ = match (min, max) {
                (0, None) => write!(text, "*"),
                (1, None) => write!(text, "+"),
                (0, Some(1)) => write!(text, "?"),
                (min, None) => write!(text, "{{{min},}}"),
                (min, Some(max)) => write!(text, "{{{min},{max}}}"),
            };
            if *lazy {
                text.push('?');
            }
        }
        // Refused by the survey, but for `Empty`.
        Node::Empty
        | Node::Atomic(_)
        | Node::Look { .. }
        | Node::BackReference { .. }
        | Node::IfGroup { .. }
        | Node::IfMatches { .. } => text.push_str("(?:)"),
    }
}

/// Writes the part of a set that the alphabet has: as a letter, as a class, or as the class that nothing matches.
fn write_set(text: &mut String, ranges: &[(u16, u16)], alphabet: Alphabet) {
    let last = if alphabet == Alphabet::Ascii { 0x7F } else { u16::MAX };
    let surrogates = UnitSet::new(vec![(0xD800, 0xDFFF)]);
    let within =
        UnitSet::new(ranges.iter().filter(|range| range.0 <= last).map(|&(low, high)| (low, high.min(last))).collect());
    let within = if last == u16::MAX { within.minus(&surrogates) } else { within };
    match within.ranges() {
        [] => text.push_str("[a&&b]"),
        &[(low, high)] if low == high => write_unit(text, low),
        several => {
            text.push('[');
            for &(low, high) in several {
                write_unit(text, low);
                if high > low {
                    text.push('-');
                    write_unit(text, high);
                }
            }
            text.push(']');
        }
    }
}

fn write_unit(text: &mut String, unit: u16) {
    match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii_alphanumeric() => text.push(char::from(byte)),
        _ => {
            let _ = write!(text, r"\x{{{unit:X}}}");
        }
    }
}
