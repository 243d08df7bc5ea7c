//! What an action makes.

use crate::lang::ast::{Action, ActionBody, Assignment, Property, Rule, Verb};
use crate::lang::parse::findings::Findings;
use crate::lang::{Diagnostic, code};

pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    match &rule.action.body {
        ActionBody::Copy(_) => add_copy(&rule.action, findings),
        ActionBody::Claim(assignments) => {
            assigned_twice(assignments, findings);
            no_type(&rule.action, assignments, findings);
            no_value(&rule.action, assignments, findings);
        }
        ActionBody::Store(_) => {}
    }
}

/// DECISION: `add(claim = c)` is accepted, with a warning, and changes nothing.
fn add_copy(action: &Action, findings: &mut Findings) {
    if action.verb == Verb::Add {
        let message = "this rule changes nothing: the claim is in the evaluation set already";
        let help = "write `issue(claim = …)` to send the claim, or remove the rule";
        findings.push(Diagnostic::warning(code::ADD_COPY, action.span, message).with_help(help));
    }
}

fn no_type(action: &Action, assignments: &[Assignment], findings: &mut Findings) {
    if !assigns(assignments, &Property::Type) {
        let message = "the new claim has no `Type`";
        let help = "a claim needs one: `Type = \"…\"`, or `claim = c` to copy a whole claim";
        findings.push(Diagnostic::error(code::NO_TYPE, action.span, message).with_help(help));
    }
}

/// DECISION: a claim without `Value` has the empty value, with a warning.
fn no_value(action: &Action, assignments: &[Assignment], findings: &mut Findings) {
    if !assigns(assignments, &Property::Value) {
        let message = "the new claim has no `Value`, so its value is empty";
        let help = "write `Value = \"…\"`, or `Value = \"\"` to say that this is meant";
        findings.push(Diagnostic::warning(code::NO_VALUE, action.span, message).with_help(help));
    }
}

fn assigns(assignments: &[Assignment], property: &Property) -> bool {
    assignments.iter().any(|assignment| assignment.property == *property)
}

/// DECISION: a property may be given once; only `Properties["…"]` may be repeated.
fn assigned_twice(assignments: &[Assignment], findings: &mut Findings) {
    let mut seen: Vec<&Assignment> = Vec::new();
    for assignment in assignments.iter().filter(|assignment| !matches!(assignment.property, Property::Properties(_))) {
        match seen.iter().find(|earlier| earlier.property == assignment.property) {
            Some(earlier) => findings.push(
                Diagnostic::error(
                    code::ASSIGNED_TWICE,
                    assignment.span,
                    format!("`{}` is given twice", assignment.property.name()),
                )
                .with_related(earlier.span, "first given here")
                .with_help("remove one of them; one rule makes one claim for every match"),
            ),
            None => seen.push(assignment),
        }
    }
}
