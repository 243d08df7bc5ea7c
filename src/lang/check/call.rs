//! Calls of functions.

use crate::lang::ast::{Expression, Identifier, Rule};
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, Span, code};

pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    let mut check_call = |expression: &Expression| {
        if let Expression::Call { function, arguments, span } = expression
            && let Some(found) = unknown_function(function).or_else(|| arity(*span, arguments.len()))
        {
            findings.push(found);
        }
    };
    for condition in &rule.conditions {
        super::visit_condition(condition, &mut check_call);
    }
    super::visit_action(&rule.action.body, &mut check_call);
}

/// DECISION: the only function is `RegExReplace`; there are no extensions.
fn unknown_function(function: &Identifier) -> Option<Diagnostic> {
    if function.is("RegExReplace") {
        return None;
    }
    let message = format!("there is no function `{}` (AD FS: POLICY0030)", function.text);
    let help = "the language has one function: `RegExReplace(text, pattern, replacement)`";
    Some(Diagnostic::error(code::UNKNOWN_FUNCTION, function.span, message).with_help(help))
}

fn arity(span: Span, given: usize) -> Option<Diagnostic> {
    const WANTED: usize = 3;
    if given == WANTED {
        return None;
    }
    let message =
        format!("`RegExReplace` takes {WANTED} arguments, and {given} {} given", if given == 1 { "is" } else { "are" });
    let help = "write `RegExReplace(text, pattern, replacement)`; the replacement may be `\"\"`";
    Some(Diagnostic::error(code::ARITY, span, message).with_help(help))
}
