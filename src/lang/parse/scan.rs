//! Splits a text into rules at `;`, and refuses what is no token of the language.
//!
//! One pass, without recursion, so that neither size nor nesting of the text can do harm. A rule with a defect here is
//! reported and not given to the grammar; the rules around it are.

use std::collections::BTreeSet;

use super::findings::Findings;
use super::lexical;
use super::token::{Kind, SIGNS, Token};
use crate::lang::{Diagnostic, Span, code};

/// Brackets and parentheses may stand this deep inside each other; published rules need four.
pub(super) const MAX_DEPTH: usize = 32;

/// A rule may have so many words and signs; published ones have hundreds.
const MAX_TOKENS: usize = 1_000_000;

/// The part of a text that should be one rule.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    /// From its first token to the end of its last, its `;` if it has one.
    pub(super) span: Span,
    pub(super) tokens: Vec<Token<'a>>,
    /// Something in it was reported that the grammar would stumble over again.
    pub(super) broken: bool,
    /// It has no `;`, and the attributes of another rule follow.
    pub(super) is_followed: bool,
    /// Comments that were reported; the grammar is shown blanks instead.
    pub(super) comments: Vec<Span>,
}

/// Reads one chunk after another.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 } }
    }

    /// The next chunk, or `None` at the end of the text.
    pub(super) fn next_chunk(&mut self, findings: &mut Findings) -> Option<Chunk<'a>> {
        let mut chunk = Chunk {
            span: Span::new(self.at, self.at),
            tokens: Vec::new(),
            broken: false,
            is_followed: false,
            comments: Vec::new(),
        };
        let mut depth = Depth::default();
        // Damage of one kind is reported once in a rule.
        let mut damage: BTreeSet<&'static str> = BTreeSet::new();
        let mut report = |chunk: &mut Chunk<'a>, found: Diagnostic, breaks: bool| {
            chunk.broken |= breaks;
            if !breaks || damage.insert(found.code) {
                findings.push(found);
            }
        };
        let mut past_attributes = false;
        while let Some(next) = self.rest().chars().next() {
            let start = self.at;
            if matches!(next, ' ' | '\t' | '\r' | '\n') {
                self.at += 1;
                continue;
            }
            if let Some(length) = lexical::blank(self.rest()) {
                self.at += length;
                report(&mut chunk, lexical::no_break_space(Span::new(start, self.at)), false);
                continue;
            }
            if let Some(length) = lexical::comment(self.rest()) {
                self.at += length;
                let span = Span::new(start, self.at);
                if !chunk.tokens.is_empty() {
                    chunk.comments.push(span);
                }
                report(&mut chunk, lexical::comment_found(span), false);
                continue;
            }
            // A rule whose `;` is missing ends where the attributes of the next one begin.
            if next == '@' && past_attributes {
                chunk.is_followed = true;
                break;
            }
            match lexical::literal(self.text, self.at) {
                Some(lexical::Literal::Whole { end, finding }) => {
                    self.at = end;
                    if let Some(finding) = finding {
                        report(&mut chunk, finding, false);
                    }
                    self.push(&mut chunk, Kind::Literal, start);
                    continue;
                }
                Some(lexical::Literal::Broken { end, finding, ends_rule }) => {
                    self.at = end;
                    report(&mut chunk, finding, true);
                    self.push(&mut chunk, Kind::Literal, start);
                    if ends_rule {
                        break;
                    }
                    continue;
                }
                None => {}
            }
            if next.is_ascii_alphabetic() || next == '_' {
                self.at += prefix(self.rest(), |byte| byte.is_ascii_alphanumeric() || byte == b'_');
                if let Some(length) = lexical::unquoted_uri(self.rest()) {
                    self.at += length;
                    let span = Span::new(start, self.at);
                    let uri = self.text.get(start..self.at).unwrap_or_default();
                    report(&mut chunk, lexical::uri_without_quotes(span, uri), true);
                }
                self.push(&mut chunk, Kind::Word, start);
            } else if next.is_ascii_digit() {
                self.at += prefix(self.rest(), |byte| byte.is_ascii_digit());
                self.push(&mut chunk, Kind::Number, start);
            } else if let Some(sign) = SIGNS.iter().find(|sign| self.rest().starts_with(**sign)) {
                self.at += sign.len();
                self.push(&mut chunk, Kind::Sign, start);
                if depth.exceeded_by(sign) {
                    report(&mut chunk, too_deep(Span::new(start, self.at)), true);
                }
                if *sign == ";" {
                    break;
                }
            } else if let Some(length) = lexical::negative_number(self.rest()).filter(|_| ends_in_count(&chunk.tokens))
            {
                self.at += length;
                report(&mut chunk, lexical::count_below_zero(Span::new(start, self.at)), true);
                self.push(&mut chunk, Kind::Number, start);
            } else {
                let (length, finding) = lexical::stray(self.text, start);
                self.at += length;
                report(&mut chunk, finding, true);
                self.push(&mut chunk, Kind::Sign, start);
            }
            past_attributes |= chunk.tokens.last().is_some_and(|token| token.is_sign("=>") || token.is_sign("["))
                || !chunk.tokens.first().is_some_and(|token| token.is_sign("@"));
        }
        chunk.span = Span::new(chunk.tokens.first()?.start, chunk.tokens.last()?.end());
        if chunk.tokens.len() > MAX_TOKENS {
            let found = too_long(chunk.span.start);
            report(&mut chunk, found, true);
        }
        Some(chunk)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn push(&self, chunk: &mut Chunk<'a>, kind: Kind, start: usize) {
        let text = self.text.get(start..self.at).unwrap_or_default();
        let token = Token { kind, text, start };
        // One more than allowed is kept, so that the excess shows and the memory is bounded.
        match chunk.tokens.get_mut(MAX_TOKENS) {
            Some(last) => *last = token,
            None => chunk.tokens.push(token),
        }
    }
}

/// Whether the number of `count(…) >` should follow.
fn ends_in_count(tokens: &[Token<'_>]) -> bool {
    let [.., closing, operator] = tokens else { return false };
    closing.is_sign(")") && [">", ">=", "==", "!=", "<=", "<"].iter().any(|sign| operator.is_sign(sign))
}

/// How many brackets are open.
#[derive(Default)]
struct Depth(usize);

impl Depth {
    fn exceeded_by(&mut self, sign: &str) -> bool {
        match sign {
            "(" | "[" => self.0 += 1,
            ")" | "]" => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
        self.0 > MAX_DEPTH
    }
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(code::NESTING, span, format!("brackets stand more than {MAX_DEPTH} deep inside each other"))
        .with_help("split the rule: let one rule `add` a claim, and the next one use it")
}

fn too_long(start: usize) -> Diagnostic {
    let message = format!("this rule has more than {MAX_TOKENS} words and signs");
    Diagnostic::error(code::RULE_TOO_LONG, Span::new(start, start), message).with_help("split it, or end it with `;`")
}

/// Length of the longest prefix whose bytes all are `wanted`.
fn prefix(text: &str, wanted: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|&byte| wanted(byte)).count()
}
