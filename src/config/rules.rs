//! One rule set, from its text to a program.

use std::collections::BTreeSet;

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
            let known: BTreeSet<_> = diagnostics.iter().map(|known| (known.span, known.code)).collect();
            let new = found.into_iter().filter(|new| !known.contains(&(new.span, new.code)));
            diagnostics.extend(new.collect::<Vec<_>>());
            None
        }
    };
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let broken = diagnostics.iter().any(Diagnostic::is_error);
    Compiled { program: program.filter(|_| !broken), diagnostics }
}
