//! Attributes of a rule.

use crate::lang::ast::Rule;
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, code};

/// DECISION: an unknown attribute is kept and printed back, with a warning; no attribute has a meaning at run time.
pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    for attribute in &rule.attributes {
        if !attribute.name.is("RuleName") && !attribute.name.is("RuleTemplate") {
            let message = format!("`@{}` is no known attribute of a rule", attribute.name.text);
            let help = "known are `@RuleName` and `@RuleTemplate`; AD FS may refuse others";
            findings.push(Diagnostic::warning(code::UNKNOWN_ATTRIBUTE, attribute.span, message).with_help(help));
        }
    }
}
