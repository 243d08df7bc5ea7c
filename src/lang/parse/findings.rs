//! Collects findings, and bounds them.

use crate::lang::{Diagnostic, Severity, Span, code};

/// More errors than this are not listed: the text is no rule set.
const MAX_ERRORS: usize = 1_000;
/// More warnings than this are not listed.
const MAX_WARNINGS: usize = 1_000;

/// The findings so far.
#[derive(Debug, Default)]
pub(in crate::lang) struct Findings {
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Findings {
    pub(in crate::lang) fn push(&mut self, found: Diagnostic) {
        let (count, limit) =
            if found.is_error() { (&mut self.errors, MAX_ERRORS) } else { (&mut self.warnings, MAX_WARNINGS) };
        *count += 1;
        if *count <= limit {
            self.list.push(found);
        }
    }

    /// Whether reading on would only repeat that this is no rule set.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MAX_ERRORS
    }

    /// All findings by place; `stopped` is where reading was given up, if it was.
    pub(super) fn into_sorted(mut self, stopped: Option<Span>) -> Vec<Diagnostic> {
        self.list.sort_by_key(|found| found.span);
        if let Some(span) = stopped {
            let message = format!("more than {MAX_ERRORS} errors; the text after this place was not read");
            let help = "is this a rule set? rule sets are the text that `Get-AdfsRelyingPartyTrust` shows as rules";
            self.list.push(Diagnostic::error(code::TOO_MANY, span, message).with_help(help));
        }
        if self.warnings > MAX_WARNINGS
            && let Some(span) = self.list.last().map(|found| found.span)
        {
            let message = format!("{} more warnings are not listed", self.warnings - MAX_WARNINGS);
            self.list.push(Diagnostic::new(Severity::Info, code::TOO_MANY, span, message));
        }
        self.list
    }
}
