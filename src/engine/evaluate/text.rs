//! Expressions, evaluated [language reference 5].

use std::borrow::Cow;
use std::sync::Arc;

use super::regexes::{self, Regexes};
use crate::engine::claim_set::ClaimSet;
use crate::engine::claims::View;
use crate::engine::compile::{Expression, Property, RegexSource, Replace, ReplacementSource};
use crate::engine::conventions::absent_property;
use crate::engine::regex::{DotNetRegex, Replacement};
use crate::engine::{ClaimId, EvalCause};

/// What expressions may read: the set, the claims matched so far, and patterns read before.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) set: &'a ClaimSet,
    pub(super) tuple: &'a [ClaimId],
    pub(super) regexes: &'a Regexes,
    pub(super) text_bytes: usize,
}

/// A text: shared with a claim or the program where that is possible.
pub(super) enum Text<'a> {
    Shared(&'a Arc<str>),
    Fixed(&'static str),
    Built(String),
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Fixed(text) => text,
            Self::Built(text) => text,
        }
    }

    pub(super) fn into_shared(self) -> Arc<str> {
        match self {
            Self::Shared(text) => Arc::clone(text),
            Self::Fixed(text) => text.into(),
            Self::Built(text) => text.into(),
        }
    }
}

impl<'a> Scope<'a> {
    /// The text of an expression.
    pub(super) fn text(self, expression: &'a Expression) -> Result<Text<'a>, EvalCause> {
        match expression {
            Expression::Literal(text) => Ok(Text::Shared(text)),
            Expression::Access { slot, property } => {
                let claim = self.tuple.get(*slot).and_then(|&id| self.set.view(id));
                claim.map_or(Ok(Text::Fixed(absent_property())), |claim| self.property(claim, property))
            }
            Expression::Replace(replace) => self.replace(replace),
            Expression::Concat(parts) => {
                let mut built = String::new();
                for part in parts {
                    built.push_str(self.text(part)?.as_str());
                    self.check_length(&built)?;
                }
                Ok(Text::Built(built))
            }
        }
    }

    /// The text of a claim's property.
    pub(super) fn property(self, claim: View<'a>, property: &'a Property) -> Result<Text<'a>, EvalCause> {
        Ok(match property {
            Property::Type => Text::Shared(claim.claim_type),
            Property::Value => Text::Shared(claim.value),
            Property::ValueType => Text::Shared(&claim.manner.value_type),
            Property::Issuer => Text::Shared(&claim.manner.issuer),
            Property::OriginalIssuer => Text::Shared(&claim.manner.original_issuer),
            Property::Properties(key) => {
                let found = claim.manner.properties.get(self.text(key)?.as_str());
                found.map_or(Text::Fixed(absent_property()), Text::Shared)
            }
        })
    }

    /// Whether a text matches a regular expression somewhere.
    pub(super) fn is_match(self, source: &'a RegexSource, input: &str) -> Result<bool, EvalCause> {
        self.with_regex(source, |pattern, regex| {
            regex.is_match(input).map_err(|error| regexes::failed(error, pattern, input))
        })
    }

    fn replace(self, replace: &'a Replace) -> Result<Text<'a>, EvalCause> {
        let input = self.text(&replace.input)?;
        let replaced = self.with_regex(&replace.pattern, |pattern, regex| {
            let parsed;
            let replacement = match &replace.replacement {
                ReplacementSource::Literal(replacement) => replacement,
                ReplacementSource::Dynamic(expression) => {
                    parsed = Replacement::parse(self.text(expression)?.as_str(), regex);
                    &parsed
                }
            };
            match regex.replace(input.as_str(), replacement) {
                Ok(Cow::Borrowed(_)) => Ok(None),
                Ok(Cow::Owned(built)) => Ok(Some(built)),
                Err(error) => Err(regexes::failed(error, pattern, input.as_str())),
            }
        })?;
        let Some(built) = replaced else { return Ok(input) };
        self.check_length(&built)?;
        Ok(Text::Built(built))
    }

    fn with_regex<T>(
        self,
        source: &'a RegexSource,
        use_it: impl FnOnce(&str, &DotNetRegex) -> Result<T, EvalCause>,
    ) -> Result<T, EvalCause> {
        match source {
            RegexSource::Literal(pattern, regex) => use_it(pattern, regex),
            RegexSource::Dynamic(expression) => {
                let pattern = self.text(expression)?;
                use_it(pattern.as_str(), &*self.regexes.read(pattern.as_str())?)
            }
        }
    }

    fn check_length(self, built: &str) -> Result<(), EvalCause> {
        if built.len() > self.text_bytes {
            return Err(EvalCause::Text { limit: self.text_bytes });
        }
        Ok(())
    }
}
