//! Findings that somebody looked at and allows, with a reason.
//!
//! They are kept beside the rules and not in them: the text of rules stays as AD FS has it.

use super::rules::Named;
use crate::lang::Diagnostic;

/// One such permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The end of the file's path, in whole names, such as `groups/issuance.claims`; `None` for any file.
    pub file: Option<String>,
    /// `@RuleName`, or `rule 3`; `None` for every rule of the file.
    pub rule: Option<String>,
    /// The code that is allowed.
    pub code: String,
    /// Why.
    pub reason: String,
}

impl Allow {
    /// Whether it allows a finding in a file (its path with `/`), about a rule if it is about one. Errors of the
    /// language are never allowed: rules that cannot be read cannot be used.
    #[must_use]
    pub fn allows(&self, finding: &Diagnostic, path: &str, rule: Option<Named<'_>>) -> bool {
        let right_rule = self.rule.as_ref().is_none_or(|wanted| rule.is_some_and(|rule| rule.is(wanted)));
        let right_code = self.code.eq_ignore_ascii_case(finding.code) && !finding.code.starts_with('E');
        right_code && right_rule && self.is_about_file(path)
    }

    /// Whether it speaks of the file at a path, written with `/`.
    #[must_use]
    pub fn is_about_file(&self, path: &str) -> bool {
        self.file.as_ref().is_none_or(|wanted| {
            path.strip_suffix(wanted.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        })
    }
}
