//! Expressions with their names resolved and their regular expressions read.

use std::sync::Arc;

use super::names::Names;
use crate::engine::code;
use crate::engine::regex::{DotNetRegex, RegexError, RegexErrorReason, Replacement};
use crate::lang::{Diagnostic, Span, ast, code as lang_code};

/// How deep calls may nest.
const DEPTH: usize = 100;

/// A text that is known when the rule fires.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Expression {
    Literal(Arc<str>),
    Access { slot: usize, property: Property },
    Replace(Arc<Replace>),
    Concat(Vec<Expression>),
}

/// A property of a claim.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum Property {
    Type,
    Value,
    ValueType,
    Issuer,
    OriginalIssuer,
    Properties(Box<Expression>),
}

/// `RegExReplace(input, pattern, replacement)`
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) struct Replace {
    pub(in crate::engine) input: Expression,
    pub(in crate::engine) pattern: RegexSource,
    pub(in crate::engine) replacement: ReplacementSource,
}

/// A regular expression: read already, or known when the rule fires.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum RegexSource {
    Literal(Arc<str>, Arc<DotNetRegex>),
    Dynamic(Expression),
}

/// A replacement: read already, or known when the rule fires.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::engine) enum ReplacementSource {
    Literal(Replacement),
    Dynamic(Expression),
}

impl Replace {
    /// The regular expression, if it and the replacement are the same at all times.
    pub(in crate::engine) const fn fixed_regex(&self) -> Option<&Arc<DotNetRegex>> {
        match (&self.pattern, &self.replacement) {
            (RegexSource::Literal(_, regex), ReplacementSource::Literal(_)) => Some(regex),
            _ => None,
        }
    }
}

impl Expression {
    /// Names every slot that it reads.
    pub(in crate::engine) fn slots(&self, found: &mut impl FnMut(usize)) {
        // A trait object keeps the recursion from making ever new types.
        self.each_slot(found);
    }

    fn each_slot(&self, found: &mut dyn FnMut(usize)) {
        match self {
            Self::Literal(_) => {}
            Self::Access { slot, property } => {
                found(*slot);
                property.each_slot(found);
            }
            Self::Replace(replace) => {
                replace.input.each_slot(found);
                if let RegexSource::Dynamic(pattern) = &replace.pattern {
                    pattern.each_slot(found);
                }
                if let ReplacementSource::Dynamic(replacement) = &replace.replacement {
                    replacement.each_slot(found);
                }
            }
            Self::Concat(parts) => parts.iter().for_each(|part| part.each_slot(found)),
        }
    }

    /// Its text, if it is the same at all times.
    pub(in crate::engine) fn literal(&self) -> Option<&Arc<str>> {
        match self {
            Self::Literal(text) => Some(text),
            _ => None,
        }
    }
}

impl Property {
    /// Names every slot that its key reads.
    pub(in crate::engine) fn each_slot(&self, found: &mut dyn FnMut(usize)) {
        if let Self::Properties(key) = self {
            key.each_slot(found);
        }
    }
}

/// Compiles an expression; `None` if a diagnostic says why not.
pub(super) fn expression(written: &ast::Expression, names: &mut Names<'_>) -> Option<Expression> {
    names.nested(DEPTH, span(written), |names| match written {
        ast::Expression::Literal(literal) => Some(Expression::Literal(literal.text.as_str().into())),
        ast::Expression::Access { binding, property: read, .. } => {
            let slot = names.slot(binding);
            let property = property(read, names);
            Some(Expression::Access { slot: slot?, property: property? })
        }
        ast::Expression::Call { function, arguments, span } => call(function, arguments, *span, names),
        ast::Expression::Concat(parts) => {
            let parts: Vec<Option<Expression>> = parts.iter().map(|part| expression(part, names)).collect();
            Some(concat(parts.into_iter().collect::<Option<Vec<_>>>()?))
        }
    })
}

/// Compiles a property, with the key of `Properties[…]`.
pub(super) fn property(written: &ast::Property, names: &mut Names<'_>) -> Option<Property> {
    Some(match written {
        ast::Property::Type => Property::Type,
        ast::Property::Value => Property::Value,
        ast::Property::ValueType => Property::ValueType,
        ast::Property::Issuer => Property::Issuer,
        ast::Property::OriginalIssuer => Property::OriginalIssuer,
        ast::Property::Properties(key) => Property::Properties(Box::new(expression(key, names)?)),
    })
}

/// Compiles a regular expression; a literal one is read now.
pub(super) fn regex(written: &ast::Expression, names: &mut Names<'_>) -> Option<RegexSource> {
    let pattern = match expression(written, names)? {
        Expression::Literal(pattern) => pattern,
        dynamic => return Some(RegexSource::Dynamic(dynamic)),
    };
    if let Some((pattern, regex)) = names.known.regexes.get_key_value(&pattern) {
        return Some(RegexSource::Literal(Arc::clone(pattern), Arc::clone(regex)));
    }
    match DotNetRegex::new(&pattern) {
        Ok(regex) => {
            let regex = Arc::new(regex);
            names.known.regexes.insert(Arc::clone(&pattern), Arc::clone(&regex));
            Some(RegexSource::Literal(pattern, regex))
        }
        Err(error) => {
            let place = match written {
                ast::Expression::Literal(literal) => character_inside(literal, error.offset),
                _ => span(written),
            };
            names.report(refusal(&pattern, &error, place));
            None
        }
    }
}

fn refusal(pattern: &str, error: &RegexError, place: Span) -> Diagnostic {
    let (code, message, help) = match error.reason {
        RegexErrorReason::Invalid => (
            code::INVALID_PATTERN,
            format!("`{pattern}` is not a .NET regular expression: {error}"),
            "correct the pattern; `\\` takes its meaning from a character that has one",
        ),
        RegexErrorReason::Unsupported => (
            code::UNSUPPORTED_PATTERN,
            format!("`{pattern}` cannot be run as .NET would: {error}"),
            "write the pattern without this construct",
        ),
        RegexErrorReason::TooLarge => {
            (code::UNSUPPORTED_PATTERN, format!("`{pattern}` is too large: {error}"), "split it over several rules")
        }
    };
    Diagnostic::error(code, place, message).with_help(help)
}

/// Where an expression stands.
pub(super) fn span(written: &ast::Expression) -> Span {
    match written {
        ast::Expression::Literal(literal) => literal.span,
        ast::Expression::Access { span, .. } | ast::Expression::Call { span, .. } => *span,
        ast::Expression::Concat(parts) => {
            let start = parts.first().map_or(0, |part| span(part).start);
            Span::new(start, parts.last().map_or(start, |part| span(part).end))
        }
    }
}

fn call(
    function: &ast::Identifier,
    arguments: &[ast::Expression],
    span: Span,
    names: &mut Names<'_>,
) -> Option<Expression> {
    let ([input, pattern, replacement], true) = (arguments, function.is("RegExReplace")) else {
        names.report(
            Diagnostic::error(
                lang_code::UNKNOWN_FUNCTION,
                span,
                format!("there is no function `{}` of {} arguments", function.text, arguments.len()),
            )
            .with_help("the only function is `RegExReplace(input, pattern, replacement)`"),
        );
        return None;
    };
    let input = expression(input, names);
    let pattern = regex(pattern, names);
    let replacement = expression(replacement, names);
    let (input, pattern, replacement) = (input?, pattern?, replacement?);
    let replacement = match (&pattern, replacement) {
        (RegexSource::Literal(_, regex), Expression::Literal(text)) => {
            ReplacementSource::Literal(Replacement::parse(&text, regex))
        }
        (_, replacement) => ReplacementSource::Dynamic(replacement),
    };
    Some(Expression::Replace(Arc::new(Replace { input, pattern, replacement })))
}

/// Joins neighbouring literals, so that a pattern or type written in pieces is a literal.
fn concat(parts: Vec<Expression>) -> Expression {
    let mut joined: Vec<Expression> = Vec::with_capacity(parts.len());
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Expression::Literal(left)), Expression::Literal(right)) => *left = format!("{left}{right}").into(),
            (_, part) => joined.push(part),
        }
    }
    if joined.len() == 1 { joined.swap_remove(0) } else { Expression::Concat(joined) }
}

/// One character inside a literal, or the whole literal if the offset lies outside.
fn character_inside(literal: &ast::StringLiteral, offset: usize) -> Span {
    let character = literal.text.get(offset..).and_then(|rest| rest.chars().next());
    character.map_or(literal.span, |character| place_inside(literal, offset, character.len_utf8()))
}

/// Some bytes inside a literal, or the whole literal if they lie outside.
fn place_inside(literal: &ast::StringLiteral, offset: usize, length: usize) -> Span {
    let start = literal.span.start + 1 + offset;
    if start + length < literal.span.end { Span::new(start, start + length) } else { literal.span }
}

/// Where a part of a text stands, if the expression is one literal; the whole expression otherwise.
pub(super) fn span_of_part(written: &ast::Expression, part: &str) -> Span {
    match written {
        ast::Expression::Literal(literal) => {
            literal.text.find(part).map_or(literal.span, |offset| place_inside(literal, offset, part.len()))
        }
        _ => span(written),
    }
}
