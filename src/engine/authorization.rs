//! What the output of authorization rules means [language reference 7.1].

use std::fmt;

use super::{Program, Trace, claim_types};

/// Whether the user may use the relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Permit,
    /// No, and why.
    Deny(DenyReason),
}

/// Why a user may not use the relying party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DenyReason {
    /// The trust has no authorization rules: nobody may.
    NoRules,
    /// No rule issued a permit claim.
    NoPermit,
    /// A rule issued a deny claim, which beats every permit.
    DeniedBy {
        /// Position of the rule, from 1.
        rule_number: usize,
        /// Its `@RuleName`.
        rule_name: Option<String>,
    },
}

impl fmt::Display for DenyReason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRules => out.write_str("the trust has no authorization rules, so nobody may use it"),
            Self::NoPermit => out.write_str("no authorization rule permits it"),
            Self::DeniedBy { rule_number, rule_name: Some(name) } => {
                write!(out, "denied by authorization rule {rule_number} `{name}`")
            }
            Self::DeniedBy { rule_number, rule_name: None } => {
                write!(out, "denied by authorization rule {rule_number}")
            }
        }
    }
}

impl Decision {
    /// Whether it is a permit.
    #[must_use]
    pub fn is_permit(&self) -> bool {
        *self == Self::Permit
    }

    /// Reads the output of a program of authorization rules.
    ///
    /// Only issued claims count, and of them only the type. Deny beats permit in any order; neither is a denial.
    #[must_use]
    pub fn of(program: &Program, output: &Trace) -> Self {
        if program.rule_count() == 0 {
            return Self::Deny(DenyReason::NoRules);
        }
        let issued = |wanted: &str| output.issued().iter().copied().find(|&id| output.is_of_type(id, wanted));
        if let Some(denial) = issued(claim_types::DENY) {
            let rule = output.origins(denial).next().map_or(0, |origin| origin.rule);
            let rule_name = program.rules().nth(rule).and_then(|info| info.name.clone());
            return Self::Deny(DenyReason::DeniedBy { rule_number: rule + 1, rule_name });
        }
        if issued(claim_types::PERMIT).is_some() { Self::Permit } else { Self::Deny(DenyReason::NoPermit) }
    }
}
