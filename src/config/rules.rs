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
    let lang::Parsed { rule_set, mut diagnostics } = lang::parse(&source.text);
    let program = match Program::compile(&rule_set) {
        Ok(program) => Some(program),
        Err(found) => {
            for diagnostic in found {
                if !diagnostics.iter().any(|known| known.code == diagnostic.code && known.span == diagnostic.span) {
                    diagnostics.push(diagnostic);
                }
            }
            None
        }
    };
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let broken = diagnostics.iter().any(Diagnostic::is_error);
    Compiled { program: program.filter(|_| !broken), diagnostics }
}
