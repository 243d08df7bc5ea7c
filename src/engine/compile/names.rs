//! What is known while rules are compiled: the names of a rule's selectors, and what all rules share.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::regex::DotNetRegex;
use crate::engine::vocabulary::Vocabulary;
use crate::lang::ast;
use crate::lang::{Diagnostic, Span, code as lang_code};

/// What the rules of a program share.
#[derive(Default)]
pub(super) struct Known {
    pub(super) vocabulary: Vocabulary,
    /// Literal patterns; the same pattern is read once.
    pub(super) regexes: HashMap<Arc<str>, Arc<DotNetRegex>>,
}

/// What is known while a rule is compiled.
pub(super) struct Names<'c> {
    pub(super) known: &'c mut Known,
    bound: Vec<(&'c ast::Identifier, usize)>,
    diagnostics: &'c mut Vec<Diagnostic>,
    depth: usize,
}

impl<'c> Names<'c> {
    /// Nothing is bound yet.
    pub(super) fn new(known: &'c mut Known, diagnostics: &'c mut Vec<Diagnostic>) -> Self {
        Self { known, bound: Vec::new(), diagnostics, depth: 0 }
    }

    /// The slot of a name, or a diagnostic.
    pub(super) fn slot(&mut self, name: &ast::Identifier) -> Option<usize> {
        let found = self.bound.iter().find(|(bound, _)| bound.is(&name.text)).map(|&(_, slot)| slot);
        if found.is_none() {
            let message = format!("no earlier condition is named `{}` (AD FS: POLICY0011)", name.text);
            self.report(
                Diagnostic::error(lang_code::UNBOUND, name.span, message)
                    .with_help(format!("name a selector before it: `{}:[…]`", name.text)),
            );
        }
        found
    }

    /// Gives a selector's name its slot, or reports that the name is taken.
    pub(super) fn bind(&mut self, name: &'c ast::Identifier, slot: usize) {
        if let Some((first, _)) = self.bound.iter().find(|(bound, _)| bound.is(&name.text)) {
            let first = first.span;
            self.report(
                Diagnostic::error(
                    lang_code::BOUND_TWICE,
                    name.span,
                    format!("two selectors are named `{}`", name.text),
                )
                .with_related(first, "the first one")
                .with_help("give each selector a name of its own; upper and lower case make no difference"),
            );
            return;
        }
        self.bound.push((name, slot));
    }

    /// Adds a diagnostic.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Goes one level deeper, unless that is too deep.
    pub(super) fn nested<T>(
        &mut self,
        limit: usize,
        span: Span,
        inside: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        if self.depth >= limit {
            self.report(Diagnostic::error(
                lang_code::NESTING,
                span,
                format!("expressions nest deeper than {limit} levels"),
            ));
            return None;
        }
        self.depth += 1;
        let result = inside(self);
        self.depth -= 1;
        result
    }
}
