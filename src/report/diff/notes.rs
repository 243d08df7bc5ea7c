//! What a comparison says nothing about, so that nobody takes it for more than it is.

use super::words::{changed_rule, rule};
use crate::harness::diff::{ChangeKind, Diff};
use crate::report::people::{self, names, users};
use crate::report::visible::visible;

/// What must not be overlooked about a comparison: what it says nothing about.
#[must_use]
pub fn notes(diff: &Diff<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    for change in diff.unexercised.iter().filter_map(|&id| diff.rules.get(id)) {
        let Some(changed) = changed_rule(change) else { continue };
        notes.push(format!(
            "{} {} but no user exercises it; this diff says nothing about it",
            rule(changed),
            was(change.kind)
        ));
    }
    if !diff.settings.is_empty() {
        let keys = diff.settings.join("`, `");
        notes.push(format!("`trust.yaml` differs, too, in `{keys}`; this diff compares only rules"));
    }
    if diff.reordered > 0 {
        let number = users(diff.reordered);
        notes.push(format!("{number} would get the same claims in another order, which counts as no difference"));
    }
    if !diff.fails_in_both.is_empty() {
        let why = diff.first_failure.as_deref().map(visible).unwrap_or_default();
        let names = names(diff.people, &diff.fails_in_both, 3);
        notes.push(format!(
            "the rules fail for {} in both versions, so nothing is issued: {names}: {why}",
            users(diff.fails_in_both.len())
        ));
    }
    notes.extend(people::notes(diff.people, &diff.tally));
    notes
}

const fn was(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Changed => "changed",
        ChangeKind::Added => "was added",
        ChangeKind::Removed => "was removed",
        ChangeKind::Moved => "was moved",
        ChangeKind::Renamed => "was renamed",
    }
}
