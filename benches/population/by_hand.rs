//! The loop that one would write for these two rule sets and nothing else.

use std::sync::Arc;
use std::thread;

use regex::Regex;

use crate::export::{self, Export};

/// The names of the groups of each user, direct and nested.
pub(crate) fn names(export: &Export) -> Vec<Vec<Arc<str>>> {
    let all: Vec<Arc<str>> = (0..export.groups).map(|group| export::group_name(group).into()).collect();
    let users = (0..export.users).map(|user| {
        let direct = export.groups_of(user);
        let nested = direct.iter().filter_map(|&group| export::outer(group)).filter(|outer| !direct.contains(outer));
        let mut groups: Vec<usize> = direct.iter().copied().chain(nested).collect();
        groups.sort_unstable();
        groups.dedup();
        groups.into_iter().map(|group| Arc::clone(&all[group])).collect()
    });
    users.collect()
}

/// How many users have other roles with the new pattern than with the old one.
pub(crate) fn changed(names: &[Vec<Arc<str>>], threads: usize) -> usize {
    let [old, new] = crate::by_rules::PATTERNS.map(|pattern| Regex::new(pattern).unwrap());
    thread::scope(|scope| {
        let workers: Vec<_> = names
            .chunks(names.len().div_ceil(threads))
            .map(|names| {
                let (old, new) = (&old, &new);
                scope.spawn(move || names.iter().filter(|groups| roles(old, groups) != roles(new, groups)).count())
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn roles(pattern: &Regex, groups: &[Arc<str>]) -> Vec<String> {
    let mut roles = Vec::new();
    for group in groups {
        if pattern.is_match(group) {
            let role = pattern.replace_all(group, "arn:aws:iam::${1}:saml-provider/ADFS,arn:aws:iam::${1}:role/${2}");
            roles.push(role.into_owned());
        }
    }
    roles
}
