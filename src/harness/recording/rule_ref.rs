//! What people call a rule.

use std::fmt;

use crate::engine::Stage;

/// A rule by its number, name and place. Displays as ``issuance rule 4 `Roles` (issuance.claims:13)``.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleRef {
    /// The rule set it is in, where several run.
    pub stage: Option<Stage>,
    /// Position in the rule set, from 1.
    pub number: usize,
    /// Its `@RuleName`.
    pub name: Option<String>,
    /// The file, as it was named.
    pub file: String,
    /// The line of its first character, from 1.
    pub line: usize,
}

impl RuleRef {
    /// Without its place, such as ``issuance rule 4 `Roles` ``.
    #[must_use]
    pub fn short(&self) -> String {
        let stage = self.stage.map_or_else(String::new, |stage| format!("{stage} "));
        let name = self.name.as_ref().map_or_else(String::new, |name| format!(" `{name}`"));
        format!("{stage}rule {}{name}", self.number)
    }
}

impl fmt::Display for RuleRef {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ({}:{})", self.short(), self.file, self.line)
    }
}
