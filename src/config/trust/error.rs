//! Why a trust folder or a rule set cannot be used.

use std::fmt;

use crate::input::InputError;
use crate::lang::{Diagnostic, Source};

/// Everything that stands in the way, in the order found.
#[derive(Debug)]
pub struct LoadError {
    /// At least one.
    pub flaws: Vec<Flaw>,
}

/// One file that cannot be used.
#[derive(Debug)]
pub enum Flaw {
    /// It could not be read, or is no YAML of the right shape.
    Input(InputError),
    /// It was read, and says something wrong.
    Findings {
        /// Its text.
        source: Source,
        /// What is wrong; at least one error.
        diagnostics: Vec<Diagnostic>,
    },
}

impl From<InputError> for LoadError {
    fn from(error: InputError) -> Self {
        Self { flaws: vec![Flaw::Input(error)] }
    }
}

impl LoadError {
    /// Errors of one text.
    #[must_use]
    pub fn findings(source: Source, diagnostics: Vec<Diagnostic>) -> Self {
        Self { flaws: vec![Flaw::Findings { source, diagnostics }] }
    }
}

impl std::error::Error for LoadError {}

/// One line for each error: `file:line:column: message; help`.
impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        for flaw in &self.flaws {
            match flaw {
                Flaw::Input(error) => lines.push(error.to_string()),
                Flaw::Findings { source, diagnostics } => {
                    lines.extend(
                        diagnostics.iter().filter(|found| found.is_error()).map(|found| one_line(source, found)),
                    );
                }
            }
        }
        formatter.write_str(&lines.join("\n"))
    }
}

fn one_line(source: &Source, diagnostic: &Diagnostic) -> String {
    let place = source.position(diagnostic.span.start);
    let mut line = format!("{}:{}:{}: {}", source.name, place.line, place.column, diagnostic.message);
    if let Some(help) = &diagnostic.help {
        line.push_str("; ");
        line.push_str(help);
    }
    line
}
