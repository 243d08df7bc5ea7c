//! Names that read like keywords.

use crate::lang::ast::{Condition, Identifier, Rule};
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, code};

/// Words that begin a condition or an action.
const RESERVED: [&str; 5] = ["issue", "add", "exists", "not", "count"];
/// Words that mean something elsewhere in a rule.
const KEYWORDS: [&str; 12] = [
    "claim",
    "store",
    "types",
    "query",
    "param",
    "type",
    "value",
    "valuetype",
    "issuer",
    "originalissuer",
    "properties",
    "regexreplace",
];

pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    for condition in &rule.conditions {
        if let Condition::Selector(selector) = condition
            && let Some(binding) = &selector.binding
        {
            check_binding(binding, findings);
        }
    }
}

/// Whether a word can name no claim, since it begins conditions or actions.
pub(super) fn is_reserved(name: &Identifier) -> bool {
    RESERVED.iter().any(|word| name.is(word))
}

/// DECISION: words that begin conditions and actions cannot name a claim; other keywords can, with a warning.
fn check_binding(binding: &Identifier, findings: &mut Findings) {
    let name = &binding.text;
    if is_reserved(binding) {
        let message = format!("`{name}` is a keyword and cannot name a claim (AD FS: POLICY0030)");
        findings.push(Diagnostic::error(code::RESERVED_WORD, binding.span, message).with_help("write `c:[…]`"));
    } else if KEYWORDS.iter().any(|word| binding.is(word)) {
        let message = format!("the name `{name}` reads like a keyword");
        let help = "AD FS may refuse it; `c`, `c1`, `c2` are usual";
        findings.push(Diagnostic::warning(code::KEYWORD_LIKE, binding.span, message).with_help(help));
    }
}
