//! What the grammar says about a rule that it cannot read, for people.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::expected;
use super::grammar::Rule;
use super::near_miss::{self, Place};
use super::scan::Chunk;
use super::token::{Kind, Token};
use crate::lang::{Diagnostic, Span, code};

/// Why a rule could not be read.
pub(super) struct Problem {
    pub(super) finding: Diagnostic,
    /// How much of the rule's text is a whole rule, if only its `;` is missing.
    pub(super) missing_semicolon: Option<usize>,
}

/// Explains `error`, which was found in the part of `chunk` that begins at `base` in the whole text.
pub(super) fn problem(error: &Error<Rule>, chunk: &Chunk<'_>, base: usize) -> Problem {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let expected: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let index = chunk.tokens.partition_point(|token| token.end() <= base + offset);
    let place = Place { tokens: &chunk.tokens, index, first: first_token(chunk, base), expected };
    if expected == [Rule::semicolon] && near_miss::only_semicolon_missing(&place) {
        let end = place.previous().map_or(base + offset, Token::end);
        let finding = missing_semicolon(&place, chunk, Span::new(end.saturating_sub(1), end));
        return Problem { finding, missing_semicolon: Some(offset) };
    }
    let finding = near_miss::explain(&place).unwrap_or_else(|| plain(&place, chunk));
    Problem { finding, missing_semicolon: None }
}

fn first_token(chunk: &Chunk<'_>, base: usize) -> usize {
    chunk.tokens.partition_point(|token| token.start < base)
}

fn missing_semicolon(place: &Place<'_, '_>, chunk: &Chunk<'_>, span: Span) -> Diagnostic {
    let is_followed = chunk.is_followed || place.found().is_some();
    let where_ = if is_followed { "before the next rule" } else { "at the end of the text" };
    let message = format!("a rule has no `;` {where_} (AD FS: POLICY0030)");
    let help = "every rule ends with `;`, the last one too";
    Diagnostic::error(code::MISSING_SEMICOLON, span, message).with_label("`;` belongs after this").with_help(help)
}

fn plain(place: &Place<'_, '_>, chunk: &Chunk<'_>) -> Diagnostic {
    let wanted = expected::one_of(place.expected);
    let found = match place.found() {
        Some(token) => Diagnostic::error(
            code::SYNTAX,
            token.span(),
            format!("expected {wanted}, found {} (AD FS: POLICY0030)", shown(token)),
        ),
        None => Diagnostic::error(
            code::SYNTAX,
            Span::new(chunk.span.end.saturating_sub(1), chunk.span.end),
            format!("the rule ends too early; expected {wanted} (AD FS: POLICY0030)"),
        ),
    };
    found.with_help("a rule looks like this: `@RuleName = \"…\" c:[Type == \"…\"] => issue(claim = c);`")
}

/// A token for a message; a long literal is cut.
pub(super) fn shown(token: &Token<'_>) -> String {
    const LONGEST: usize = 40;
    let cut: String = token.text.chars().take(LONGEST).collect();
    let text = if cut.len() < token.text.len() { format!("{cut}…") } else { cut };
    if token.kind == Kind::Literal { format!("the text `{text}`") } else { format!("`{text}`") }
}
