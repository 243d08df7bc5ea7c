//! `trusts`, `relay_state`: who is told something, and where on their pages sign-ons may lead.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::faults::Faults;
use crate::config::stores;
use crate::config::trust::{self, RuleSetKind, TrustFolder};
use crate::idp::client::is_never_made;
use crate::idp::trust::{Trust, Trusts};
use crate::input::Spanned;
use crate::lang::ast::{Comparison, Condition, Expression, Pattern, Property};
use crate::lang::parse;

/// Prefixes that a `RelayState` may begin with when the relying party has not asked for the sign-on, by identifier.
pub(super) type RelayState = BTreeMap<String, Vec<Spanned<String>>>;

/// Loads the trust folders. Their rules may ask the stores that are `configured`.
pub(super) fn read(
    folders: &Spanned<Vec<Spanned<PathBuf>>>,
    relay_state: &RelayState,
    configured: &[&str],
    faults: &mut Faults<'_>,
) -> Trusts {
    if folders.value.is_empty() {
        faults.at(folders, "there is no trust, so nobody could be told anything", "name the folder of one");
    }
    let mut trusts = Trusts::default();
    let mut all_read = true;
    for folder in &folders.value {
        match trust::load(&faults.path(&folder.value)) {
            Ok(loaded) => {
                if let Err(error) = stores::check_trust(&loaded, configured) {
                    faults.elsewhere(folder, error, "name the folder of a relying party trust");
                }
                check_claim_types(&loaded, folder, faults);
                if loaded.relying_party.endpoints.is_empty() {
                    let help = "add one to its `trust.yaml`, such as \
                                `- { binding: post, url: https://signin.aws.amazon.com/saml }`";
                    faults.at(folder, "this trust has no endpoint to send an assertion to", help);
                }
                let identifier = loaded.relying_party.identifier.to_string();
                let prefixes = relay_state.get(&identifier).map(|prefixes| allowed(prefixes, faults));
                let trust = Trust {
                    relying_party: loaded.relying_party,
                    pipeline: loaded.pipeline,
                    rules_sha256: loaded.rules_sha256,
                    relay_state_prefixes: prefixes.unwrap_or_default(),
                };
                if let Err(error) = trusts.add(trust) {
                    faults.at(folder, error.to_string(), "remove one of them, or correct its identifier");
                }
            }
            Err(error) => {
                all_read = false;
                faults.elsewhere(folder, error, "name the folder of a relying party trust");
            }
        }
    }
    if !all_read {
        // A trust that cannot be read may be the one that `relay_state` means.
        return trusts;
    }
    for (identifier, prefixes) in relay_state.iter().filter(|(identifier, _)| trusts.find(identifier).is_none()) {
        if let Some(first) = prefixes.first() {
            let help = "write the identifier as the trust has it";
            faults.at(first, format!("there is no trust with the identifier `{identifier}`"), help);
        }
    }
    trusts
}

/// A prefix must end the host, or `https://sp.example.com` would also allow `https://sp.example.com.evil.net`.
fn allowed(prefixes: &[Spanned<String>], faults: &mut Faults<'_>) -> Vec<String> {
    for prefix in prefixes {
        let ends_host = prefix.value.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        if !ends_host {
            let help = "write a URL with a slash after the host, such as `https://console.aws.amazon.com/`";
            faults.at(prefix, format!("the prefix `{}` does not end its host", prefix.value), help);
        }
    }
    prefixes.iter().map(|prefix| prefix.value.clone()).collect()
}

/// A rule that denies by a claim which is never made would let everybody in. Acceptance rules only hand claims on.
fn check_claim_types(loaded: &TrustFolder, folder: &Spanned<PathBuf>, faults: &mut Faults<'_>) {
    for rule_set in loaded.rule_sets.iter().filter(|rule_set| rule_set.kind != RuleSetKind::Acceptance) {
        for (index, rule) in parse(&rule_set.source.text).rule_set.rules.iter().enumerate() {
            let patterns = rule.conditions.iter().map(pattern_of);
            for claim_type in patterns.flat_map(types_tested).filter(|claim_type| is_never_made(claim_type)) {
                let message = format!(
                    "rule {} of `{}` tests the claim type `{claim_type}`, which this server never issues",
                    index + 1,
                    rule_set.source.name
                );
                faults.at(
                    folder,
                    message,
                    "remove the condition, or decide by `insidecorporatenetwork` or `x-ms-proxy`",
                );
            }
        }
    }
}

fn pattern_of(condition: &Condition) -> &Pattern {
    match condition {
        Condition::Selector(selector) => &selector.pattern,
        Condition::Exists { pattern, .. } | Condition::Count { pattern, .. } => pattern,
    }
}

fn types_tested(pattern: &Pattern) -> impl Iterator<Item = &str> {
    pattern.predicates.iter().filter_map(|predicate| match (&predicate.property, &predicate.operand) {
        (Property::Type, Expression::Literal(literal)) if predicate.comparison == Comparison::Equal => {
            Some(literal.text.as_str())
        }
        _ => None,
    })
}
