//! What the rules of a trust need that may not be there.

use std::collections::BTreeSet;

use super::remark::Remark;
use super::rule_set::RuleSetKind;
use crate::engine::{Program, claim_types, store_key};
use crate::lang::ast::{ActionBody, Expression, Rule};
use crate::lang::{Diagnostic, Source, parse};

/// Stores that rules may ask here by these names, the directory, and that which makes names up.
const KNOWN_STORE: &str = "Active Directory";
/// Claim types with this in them tell of the device that somebody signs in with.
const DEVICE: &str = "/devicecontext/claims/";

/// Remarks about one rule set. `file` is where it is written.
pub(super) fn rules(kind: RuleSetKind, file: &str, text: &str) -> Vec<Remark> {
    let source = Source::new(file, text);
    let parsed = parse(text);
    let errors: Vec<Diagnostic> = match Program::from_parsed(&parsed) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().filter(Diagnostic::is_error).collect(),
    };
    let mut remarks: Vec<Remark> = errors
        .iter()
        .map(|error| {
            let place = source.position(error.span.start);
            let help = error.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            Remark::attention(kind.property(), format!("{} ({}){help}", error.message, error.code)).at(
                file,
                place.line,
                place.column,
            )
        })
        .collect();
    if kind.runs() {
        remarks.extend(stores(kind, file, &source, &parsed.rule_set.rules));
        remarks.extend(device_claims(kind, file, &source, &parsed.rule_set.rules));
    }
    remarks
}

/// What rules of no known trust probably decide: those that permit or deny, who may use something; others, what it is told.
pub(super) fn probable_kind(text: &str) -> RuleSetKind {
    let decides = text.contains(claim_types::PERMIT) || text.contains(claim_types::DENY);
    if decides { RuleSetKind::Authorization } else { RuleSetKind::Issuance }
}

/// Attribute stores other than the directory; each once.
fn stores(kind: RuleSetKind, file: &str, source: &Source, rules: &[Rule]) -> Vec<Remark> {
    let mut seen = BTreeSet::from([store_key(KNOWN_STORE)]);
    let mut remarks = Vec::new();
    for rule in rules {
        let ActionBody::Store(query) = &rule.action.body else { continue };
        let Expression::Literal(store) = &query.store else { continue };
        if seen.insert(store_key(&store.text)) {
            let place = source.position(store.span.start);
            let text = format!(
                "the rules ask the attribute store `{}`; here there is `{KNOWN_STORE}`, and no other",
                store.text
            );
            remarks.push(Remark::attention(kind.property(), text).at(file, place.line, place.column));
        }
    }
    remarks
}

/// The first test of what is known of a device.
fn device_claims(kind: RuleSetKind, file: &str, source: &Source, rules: &[Rule]) -> Option<Remark> {
    let literals = rules.iter().flat_map(|rule| &rule.conditions).flat_map(|condition| &condition.pattern().predicates);
    let found = literals.into_iter().find_map(|predicate| match &predicate.operand {
        Expression::Literal(literal) if literal.text.contains(DEVICE) => Some(literal),
        _ => None,
    })?;
    let place = source.position(found.span.start);
    let text =
        format!("the rules test `{}`; devices are not registered here, so there is never such a claim", found.text);
    Some(Remark::attention(kind.property(), text).at(file, place.line, place.column))
}
