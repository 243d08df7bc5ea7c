//! One rule set, from its text to a program.

use crate::engine::Program;
use crate::lang::{self, Diagnostic, Source};

/// What became of the text of a rule set.
pub struct Compiled {
    /// Runs; `None` if there is an error.
    pub program: Option<Program>,
    /// Everything that was found, by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses and compiles the text of a rule set. Rules beside a broken one are still examined.
#[must_use]
pub fn compile(source: &Source) -> Compiled {
    let parsed = lang::parse(&source.text);
    match Program::from_parsed(&parsed) {
        Ok(program) => Compiled { program: Some(program), diagnostics: parsed.diagnostics },
        Err(errors) => {
            let others = parsed.diagnostics.into_iter().filter(|found| !found.is_error());
            Compiled { program: None, diagnostics: lang::bounded(errors.into_iter().chain(others).collect()) }
        }
    }
}
