//! Rules in results for programs.

use serde::Serialize;

use crate::harness::recording::RuleRef;

/// A rule by its number, name and place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JsonRule<'a> {
    /// The rule set, such as `issuance`; `null` for one by itself.
    pub stage: Option<&'static str>,
    /// Position in the rule set, from 1.
    pub number: usize,
    /// Its `@RuleName`, or `null`.
    pub name: Option<&'a str>,
    /// The file, as it was named.
    pub file: &'a str,
    /// The line of its first character, from 1.
    pub line: usize,
}

impl<'a> From<&'a RuleRef> for JsonRule<'a> {
    fn from(rule: &'a RuleRef) -> Self {
        Self {
            stage: rule.stage.map(crate::engine::Stage::as_str),
            number: rule.number,
            name: rule.name.as_deref(),
            file: &rule.file,
            line: rule.line,
        }
    }
}
