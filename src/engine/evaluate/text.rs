//! Expressions, evaluated [language reference 5].

use std::borrow::Cow;
use std::sync::Arc;

use super::regexes::Regexes;
use crate::engine::claim_set::ClaimSet;
use crate::engine::claims::View;
use crate::engine::compile::{Expression, Predicate, Property, RegexSource, Replace, ReplacementSource, Test};
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
    Known(Arc<str>),
}

impl Text<'_> {
    #[inline]
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Shared(text) => text,
            Self::Fixed(text) => text,
            Self::Built(text) => text,
            Self::Known(text) => text,
        }
    }

    pub(super) fn into_shared(self) -> Arc<str> {
        match self {
            Self::Shared(text) => Arc::clone(text),
            Self::Fixed(text) => text.into(),
            Self::Built(text) => text.into(),
            Self::Known(text) => text,
        }
    }
}

impl<'a> Scope<'a> {
    /// The text of an expression.
    #[inline]
    pub(super) fn text(self, expression: &'a Expression) -> Result<Text<'a>, Box<EvalCause>> {
        match expression {
            Expression::Literal(text) => Ok(Text::Shared(text)),
            Expression::Access { slot, property } => {
                let claim = self.tuple.get(*slot).and_then(|&id| self.set.view(id));
                let text = match claim {
                    Some(claim) => self.property(claim, property)?,
                    None => None,
                };
                Ok(text.map_or(Text::Fixed(absent_property()), Text::Shared))
            }
            Expression::Replace(replace) => self.remembered(replace),
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

    /// The text of a claim's property, if the claim has it.
    #[inline]
    pub(super) fn property(
        self,
        claim: View<'a>,
        property: &'a Property,
    ) -> Result<Option<&'a Arc<str>>, Box<EvalCause>> {
        Ok(match property {
            Property::Value => Some(claim.value()),
            Property::Type => claim.claim_type(),
            Property::ValueType => claim.manner().map(|manner| &manner.value_type),
            Property::Issuer => claim.manner().map(|manner| &manner.issuer),
            Property::OriginalIssuer => claim.manner().map(|manner| &manner.original_issuer),
            Property::Properties(key) => self.claim_property(claim, key)?,
        })
    }

    /// The text of what the claim has in `Properties[key]`.
    fn claim_property(self, claim: View<'a>, key: &'a Expression) -> Result<Option<&'a Arc<str>>, Box<EvalCause>> {
        let key = self.text(key)?;
        Ok(claim.manner().and_then(|manner| manner.properties.get(key.as_str())))
    }

    /// Whether a predicate holds for a claim.
    #[inline]
    pub(super) fn holds(self, predicate: &'a Predicate, claim: View<'a>) -> Result<bool, Box<EvalCause>> {
        let shared = self.property(claim, &predicate.property)?;
        let text = shared.map_or(absent_property(), |text| text);
        let holds = match (&predicate.test, shared) {
            (Test::Equals(Expression::Literal(operand)), _) => *text == **operand,
            (Test::Equals(operand), _) => text == self.text(operand)?.as_str(),
            (Test::Matches(RegexSource::Literal(pattern, regex)), Some(shared)) => {
                self.is_remembered_match((pattern, regex), shared)?
            }
            (Test::Matches(regex), _) => self.is_match(regex, text)?,
        };
        Ok(holds != predicate.negated)
    }

    /// Whether a text matches a regular expression somewhere.
    #[inline]
    fn is_match(self, source: &'a RegexSource, input: &str) -> Result<bool, Box<EvalCause>> {
        self.with_regex(source, |pattern, regex| self.search(pattern, regex, input))
    }

    #[inline]
    fn search(self, pattern: &str, regex: &DotNetRegex, input: &str) -> Result<bool, Box<EvalCause>> {
        let found = regex.is_match(input, self.regexes.steps());
        found.map_err(|error| Box::new(self.regexes.failed(error, pattern, input)))
    }

    /// Whether a text matches a regular expression that is always the same one.
    #[inline]
    fn is_remembered_match(
        self,
        (pattern, regex): (&str, &Arc<DotNetRegex>),
        input: &Arc<str>,
    ) -> Result<bool, Box<EvalCause>> {
        // A glance at the first bytes takes less than a search, or looking into the memory.
        if regex.opens_otherwise(input) {
            return Ok(false);
        }
        let Some(memory) = self.regexes.memory() else { return self.search(pattern, regex, input) };
        let steps = self.regexes.steps();
        if let Some(known) = memory.recall_match(regex, input, steps) {
            return Ok(known);
        }
        let before = steps.left();
        let is_match = self.search(pattern, regex, input)?;
        memory.note_match(regex, input, is_match, before - steps.left());
        Ok(is_match)
    }

    /// The result of a call, remembered if it depends on nothing but its input.
    fn remembered(self, call: &'a Arc<Replace>) -> Result<Text<'a>, Box<EvalCause>> {
        let input = self.text(&call.input)?;
        let (Some(memory), Text::Shared(shared), Some(regex)) = (self.regexes.memory(), &input, call.fixed_regex())
        else {
            return self.replace(call, input);
        };
        let (shared, steps) = (*shared, self.regexes.steps());
        if let Some(known) = memory.recall_replaced((call, regex), shared, self.text_bytes, steps) {
            return Ok(Text::Known(known));
        }
        let before = steps.left();
        let output = self.replace(call, input)?.into_shared();
        memory.note_replaced((call, regex), shared, &output, before - steps.left());
        Ok(Text::Known(output))
    }

    fn replace(self, replace: &'a Replace, input: Text<'a>) -> Result<Text<'a>, Box<EvalCause>> {
        let replaced = self.with_regex(&replace.pattern, |pattern, regex| {
            let parsed;
            let replacement = match &replace.replacement {
                ReplacementSource::Literal(replacement) => replacement,
                ReplacementSource::Dynamic(expression) => {
                    parsed = Replacement::parse(self.text(expression)?.as_str(), regex);
                    &parsed
                }
            };
            match regex.replace(input.as_str(), replacement, self.text_bytes, self.regexes.steps()) {
                Ok(Cow::Borrowed(_)) => Ok(None),
                Ok(Cow::Owned(built)) => Ok(Some(built)),
                Err(error) => Err(Box::new(self.regexes.failed(error, pattern, input.as_str()))),
            }
        })?;
        Ok(replaced.map_or(input, Text::Built))
    }

    /// Lends a regular expression and its text.
    #[inline]
    pub(super) fn with_regex<T>(
        self,
        source: &'a RegexSource,
        use_it: impl FnOnce(&str, &DotNetRegex) -> Result<T, Box<EvalCause>>,
    ) -> Result<T, Box<EvalCause>> {
        match source {
            RegexSource::Literal(pattern, regex) => use_it(pattern, regex),
            RegexSource::Dynamic(expression) => {
                let pattern = self.text(expression)?;
                use_it(pattern.as_str(), &*self.regexes.read(pattern.as_str())?)
            }
        }
    }

    fn check_length(self, built: &str) -> Result<(), Box<EvalCause>> {
        if built.len() > self.text_bytes {
            return Err(Box::new(EvalCause::Text { limit: self.text_bytes }));
        }
        Ok(())
    }
}
