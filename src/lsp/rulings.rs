//! What the nearest `rulecheck.yaml` says of a rule file.

use std::path::Path;

use super::Files;
use crate::config::rulecheck::{self, RulecheckFile};
use crate::harness::check::Settings;
use crate::lang::{Diagnostic, RuleSet};
use crate::lint::allow::Allow;
use crate::lint::rules::rule_at;

/// How much findings weigh, and which are allowed.
#[derive(Default)]
pub(super) struct Rulings {
    /// Levels and facts.
    pub(super) settings: Settings,
    allow: Vec<Allow>,
}

impl Rulings {
    /// What the nearest file in the folders above says. One that is wrong says nothing; it is told where it is open.
    pub(super) fn of(path: &Path, files: &dyn Files) -> Self {
        let above = rulecheck::folders_above(path).map(|folder| folder.join(rulecheck::FILE_NAME));
        let Some(file) = above.into_iter().find(|file| files.has(file)) else { return Self::default() };
        let read = files.read(&file).and_then(Result::ok).and_then(|source| rulecheck::read(source, &file).ok());
        let Some(RulecheckFile { levels, allow, facts, .. }) = read else { return Self::default() };
        Self { settings: Settings { levels, facts }, allow: allow.into_iter().map(|(allow, _)| allow).collect() }
    }

    /// Whether somebody looked at a finding and allows it.
    pub(super) fn allow(&self, finding: &Diagnostic, path: &Path, rule_set: &RuleSet) -> bool {
        let path = path.to_string_lossy();
        let rule = rule_at(rule_set, finding.span);
        self.allow.iter().any(|allow| allow.allows(finding, &path, rule))
    }
}
