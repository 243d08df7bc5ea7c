//! Why an input could not be used.

use std::fmt;

use crate::lang::{Diagnostic, Source};

/// An input that cannot be used: which, why, and where in it if there is a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputError {
    name: String,
    cause: Cause,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Cause {
    Whole { message: String, help: Option<String> },
    Place(Box<(Source, Diagnostic)>),
}

impl InputError {
    /// An input that cannot be used at all.
    pub fn whole(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self { name: name.into(), cause: Cause::Whole { message: message.into(), help: None } }
    }

    /// An input that is wrong at a place.
    pub fn at(source: &Source, finding: Diagnostic) -> Self {
        Self { name: source.name.clone(), cause: Cause::Place(Box::new((source.clone(), finding))) }
    }

    /// Says what to do, where the error is not about a place.
    #[must_use]
    pub fn with_help(mut self, text: impl Into<String>) -> Self {
        if let Cause::Whole { help, .. } = &mut self.cause {
            *help = Some(text.into());
        }
        self
    }

    /// What messages call the input: its path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text and the finding in it, for an error that has a place; `report` shows it with an excerpt.
    pub fn diagnostic(&self) -> Option<(&Source, &Diagnostic)> {
        match &self.cause {
            Cause::Place(place) => Some((&place.0, &place.1)),
            Cause::Whole { .. } => None,
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let help = match &self.cause {
            Cause::Whole { message, help } => {
                write!(f, "{}: {message}", self.name)?;
                help
            }
            Cause::Place(place) => {
                let (source, finding) = place.as_ref();
                let at = source.position(finding.span.start);
                write!(f, "{}:{}:{}: {}", self.name, at.line, at.column, finding.message)?;
                &finding.help
            }
        };
        help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

impl std::error::Error for InputError {}
