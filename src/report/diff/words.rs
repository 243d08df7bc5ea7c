//! Words that all formats share.

use crate::engine::Claim;
use crate::engine::claim::STRING_VALUE_TYPE;
use crate::harness::diff::{Alteration, Cause, ChangeKind, Diff, Direction, RuleChange, Side, What};
use crate::harness::recording::RuleRef;
use crate::report::count::counted;
use crate::report::visible::visible;

/// What is longer is told apart, in characters.
const SHORT: usize = 100;

/// `gain`, `loss`, `change` or `fail`.
pub(super) const fn verb(what: &What) -> &'static str {
    match what {
        What::Failure { .. } => "fail",
        What::Role { .. } | What::Access { .. } | What::FurtherAuthentication { .. } | What::Claim { .. } => {
            match what.direction() {
                Direction::Gain => "gain",
                Direction::Loss => "loss",
                Direction::Both => "change",
            }
        }
    }
}

/// What is gained or lost, in one line.
pub(super) fn subject(what: &What) -> String {
    match what {
        What::Role { role, .. } => visible(role),
        What::Access { .. } => "sign-on".to_owned(),
        What::FurtherAuthentication { asked: true } => "sign-on without a second factor".to_owned(),
        What::FurtherAuthentication { asked: false } => "sign-on, now without a second factor".to_owned(),
        What::Claim { old, new, .. } => {
            new.as_ref().or(old.as_ref()).map(|claim| visible(&claim.claim_type)).unwrap_or_default()
        }
        What::Failure { side: Side::New, .. } => "the new rules".to_owned(),
        What::Failure { side: Side::Old, .. } => "the old rules".to_owned(),
    }
}

/// What there is to say beside it: the values of a claim, or why rules fail.
pub(super) fn detail(what: &What) -> Option<String> {
    match what {
        What::Claim { old, new, varies } => {
            let values = match (old, new) {
                (Some(old), Some(new)) => moved(old, new),
                (Some(only), None) | (None, Some(only)) => visible(&only.value),
                (None, None) => return None,
            };
            Some(if *varies { format!("{values} (and other values for others)") } else { values })
        }
        What::Failure { error, .. } => Some(visible(error)),
        What::Role { .. } | What::Access { .. } | What::FurtherAuthentication { .. } => None,
    }
}

/// From what to what: the values, or what else is different.
fn moved(old: &Claim, new: &Claim) -> String {
    if old.value != new.value {
        return format!("{} -> {}", visible(&old.value), visible(&new.value));
    }
    let mut said = vec![visible(&new.value)];
    let fields = [
        ("issuer", &old.issuer, &new.issuer),
        ("original issuer", &old.original_issuer, &new.original_issuer),
        ("value type", &old.value_type, &new.value_type),
    ];
    said.extend(
        (fields.iter().filter(|(_, old, new)| old != new))
            .map(|(field, old, new)| format!("{field} {} -> {}", type_name(old), type_name(new))),
    );
    if old.properties != new.properties {
        let told = |claim: &Claim| {
            let properties =
                claim.properties.iter().map(|(key, value)| format!("{} = {}", visible(key), visible(value)));
            let properties: Vec<String> = properties.collect();
            if properties.is_empty() { "none".to_owned() } else { properties.join(", ") }
        };
        said.push(format!("properties {} -> {}", told(old), told(new)));
    }
    said.join("; ")
}

fn type_name(text: &str) -> String {
    if text == STRING_VALUE_TYPE { "string".to_owned() } else { visible(text) }
}

/// ``rule 4 `AWS roles` ``, `authorization rule 2`.
pub(super) fn rule(rule: &RuleRef) -> String {
    visible(&rule.short())
}

/// The rule as it is, or as it was if it is gone.
pub(super) fn changed_rule(change: &RuleChange) -> Option<&RuleRef> {
    change.new.as_ref().or(change.old.as_ref())
}

/// Why, as a sentence that follows "because".
pub(super) fn because(diff: &Diff<'_>, what: &What, cause: &Cause) -> String {
    let responsible = cause.rule.and_then(|place| diff.rule(place));
    let change = cause.change.and_then(|change| diff.rules.get(change));
    let Some((changed, change)) = change.and_then(|change| Some((changed_rule(change)?, change))) else {
        return match responsible {
            Some(responsible) => format!("of {}, which is the same in both versions", rule(responsible)),
            None => "of no rule that changed".to_owned(),
        };
    };
    let mut said = format!("{} {}", rule(changed), alteration(change));
    // The rule that gives the claim may be another one than the one that changed.
    let is_it =
        |responsible: &&RuleRef| change.new.as_ref() == Some(*responsible) || change.old.as_ref() == Some(*responsible);
    if let Some(responsible) = responsible.filter(|responsible| !is_it(responsible)) {
        let does = match what {
            What::Access { .. } | What::Role { .. } => "decides",
            _ => "issues it",
        };
        let does =
            if responsible.stage == changed.stage && matches!(what, What::Role { .. }) { "issues it" } else { does };
        said = format!("{said} ({} {does})", rule(responsible));
    }
    said
}

/// In what a rule differs, where that is soon said; else that it does, and [`altered`] has the rest.
fn alteration(change: &RuleChange) -> String {
    let said = visible(&change.what.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
    if said.chars().count() <= SHORT { said } else { "changed".to_owned() }
}

/// The rules whose change takes more than a few words, with those words.
pub(super) fn altered<'d>(diff: &'d Diff<'_>) -> impl Iterator<Item = (&'d RuleRef, &'d [Alteration])> {
    let long = diff.rules.iter().filter(|change| alteration(change) == "changed");
    long.filter_map(|change| Some((changed_rule(change)?, change.what.as_slice())))
}

/// `2 rules changed, 0 added, 0 removed`, and what else became of rules.
pub(super) fn rule_counts(diff: &Diff<'_>) -> String {
    let count = |kind| diff.rules.iter().filter(|change| change.kind == kind).count();
    let mut said = format!(
        "{} changed, {} added, {} removed",
        counted(count(ChangeKind::Changed), "rule"),
        count(ChangeKind::Added),
        count(ChangeKind::Removed)
    );
    for (kind, word) in [(ChangeKind::Moved, "moved"), (ChangeKind::Renamed, "renamed")] {
        let number = count(kind);
        if number > 0 {
            said = format!("{said}, {number} {word}");
        }
    }
    said
}
