//! The rows of a report: what the same users gain or lose for the same reason stands in one.

use std::collections::BTreeMap;

use super::words::{detail, subject, verb};
use crate::harness::diff::{Diff, Group, What};

/// Differences that the same users have for the same reason, put into one row: all their roles go together.
pub(super) struct Row<'d> {
    /// `gain`, `loss`, `change` or `fail`.
    pub(super) verb: &'static str,
    /// What is gained or lost.
    pub(super) subjects: Vec<String>,
    /// Values of a claim, or why rules fail.
    pub(super) detail: Option<String>,
    /// The first of the differences.
    pub(super) group: &'d Group,
}

/// All rows: roles that are gained, then those that are lost, then the rest.
pub(super) fn rows<'d>(diff: &'d Diff<'_>) -> Vec<Row<'d>> {
    let mut rows: Vec<Row<'d>> = Vec::new();
    let of_role =
        |gains: bool| move |group: &&Group| matches!(group.what, What::Role { gained, .. } if gained == gains);
    let others = diff.groups.iter().filter(|group| !matches!(group.what, What::Role { .. }));
    let mut places = BTreeMap::new();
    for group in diff.groups.iter().filter(of_role(true)).chain(diff.groups.iter().filter(of_role(false))) {
        let verb = verb(&group.what);
        let place = *places.entry((verb, group.cause.change, &group.users)).or_insert(rows.len());
        match rows.get_mut(place) {
            Some(row) => row.subjects.push(subject(&group.what)),
            None => rows.push(Row { verb, subjects: vec![subject(&group.what)], detail: None, group }),
        }
    }
    rows.extend(others.map(|group| Row {
        verb: verb(&group.what),
        subjects: vec![subject(&group.what)],
        detail: detail(&group.what),
        group,
    }));
    rows
}
