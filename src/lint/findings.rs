//! What one lint reports.

use crate::lang::{Diagnostic, Severity, Span};

/// Takes the findings of one lint; knows its code, and how much they weigh.
pub struct Findings {
    code: &'static str,
    severity: Severity,
    found: Vec<Diagnostic>,
}

impl Findings {
    pub(super) const fn new(code: &'static str, severity: Severity) -> Self {
        Self { code, severity, found: Vec::new() }
    }

    /// A finding of this lint, to be completed and then given to [`push`](Self::push).
    pub(super) fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.severity, self.code, span, message)
    }

    /// Reports a finding.
    pub(super) fn push(&mut self, finding: Diagnostic) {
        self.found.push(finding);
    }

    pub(super) fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }
}
