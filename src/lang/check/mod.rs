//! Static checks of one rule [language reference 2.1].

use super::ast::Rule;
use super::parse::findings::Findings;

/// All checks.
pub(super) fn rule(_rule: &Rule, _findings: &mut Findings) {}
