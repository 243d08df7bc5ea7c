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
        let count = if found.is_error() { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        let limit = if found.is_error() { MAX_ERRORS } else { MAX_WARNINGS };
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
        } else {
            not_listed(&mut self.list, self.errors.saturating_sub(MAX_ERRORS), "errors");
        }
        not_listed(&mut self.list, self.warnings.saturating_sub(MAX_WARNINGS), "warnings");
        self.list
    }
}

/// The findings by place, and no more errors than are listed at most.
pub(in crate::lang) fn bounded(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|found| found.span);
    let mut errors = 0;
    found.retain(|found| {
        let counts = found.is_error() && found.code != code::TOO_MANY;
        errors += usize::from(counts);
        !counts || errors <= MAX_ERRORS
    });
    not_listed(&mut found, errors.saturating_sub(MAX_ERRORS), "errors");
    found
}

/// Says at the last place how many findings are not listed.
fn not_listed(list: &mut Vec<Diagnostic>, count: usize, what: &str) {
    if count > 0
        && let Some(span) = list.last().map(|found| found.span)
    {
        let message = format!("{count} more {what} are not listed");
        let found = Diagnostic::new(Severity::Info, code::TOO_MANY, span, message);
        list.push(found.with_help("correct the first ones, and check again"));
    }
}
