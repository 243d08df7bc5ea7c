//! The groups of a person: direct ones, then those in which these are, level by level.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::link::Session;
use super::naming::one_value;
use super::people::{FIRST_GROUP, MEMBER_OF, Person, UNIQUE_IDENTIFIER};
use super::settings::{GroupSchema, LdapGroups};
use crate::store::dn;
use crate::store::ldap::entry::Entry;
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;

/// Most conditions of one search: servers take long over long filters, and have limits of their own.
const CHUNK: usize = 100;

/// A group that somebody is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) dn: String,
    pub(super) name: Arc<str>,
}

/// The groups found so far, by their normalised names.
#[derive(Default)]
struct Found(BTreeMap<String, Group>);

/// All groups that an entry is in, in the order of their names, each once. `login` is what groups that list names
/// instead of entries call it.
///
/// # Errors
///
/// There are more groups, or they go deeper, than the settings allow: a part of them would pass for all.
pub(super) fn groups_of(
    settings: &LdapGroups,
    entry: &Entry,
    login: Option<&str>,
    session: &mut Session<'_>,
) -> Result<Vec<Group>, Failure> {
    let mut found = Found::default();
    let mut level = first_level(settings, entry, login, session)?;
    let mut depth = 0;
    loop {
        let fresh = found.add(settings, &level)?;
        if fresh.is_empty() {
            break;
        }
        depth += 1;
        if depth > settings.depth {
            return Err(Failure::Refused(format!(
                "the groups of `{}` go deeper than {} levels, as `{}` shows; raise `groups.depth`, or put the groups \
                 in order",
                entry.dn,
                settings.depth,
                fresh.first().map(|group| group.dn.as_str()).unwrap_or_default()
            )));
        }
        if !settings.nested || settings.schema == GroupSchema::PosixGroup {
            break;
        }
        level = next_level(settings, &fresh, session)?;
    }
    let mut groups: Vec<Group> = found.0.into_values().collect();
    groups.sort_by(|one, other| (&one.name, &one.dn).cmp(&(&other.name, &other.dn)));
    Ok(groups)
}

impl Found {
    /// Adds the groups among these entries; those that were not known are given back.
    fn add<'a>(&mut self, settings: &LdapGroups, entries: &'a [Entry]) -> Result<Vec<&'a Entry>, Failure> {
        let mut fresh = Vec::new();
        for entry in entries {
            let key = dn::normalised(&entry.dn);
            if self.0.contains_key(&key) {
                continue;
            }
            let attribute = &settings.name_attribute;
            let name = one_value(entry, attribute)
                .ok_or_else(|| Failure::Refused(format!("the group `{}` shows no `{attribute}`", entry.dn)))?;
            self.0.insert(key, Group { dn: entry.dn.clone(), name: name.into() });
            fresh.push(entry);
        }
        if self.0.len() > settings.most {
            return Err(Failure::Refused(format!(
                "there are more than {} groups for one person; raise `groups.most` if that is right",
                settings.most
            )));
        }
        Ok(fresh)
    }
}

fn first_level(
    settings: &LdapGroups,
    entry: &Entry,
    login: Option<&str>,
    session: &mut Session<'_>,
) -> Result<Vec<Entry>, Failure> {
    match settings.schema {
        GroupSchema::GroupOfNames => find(settings, &[containing(settings, &entry.dn)], session),
        GroupSchema::GroupOfUniqueNames => {
            // A value with a number is found only by name and number [RFC 4517 4.2.31].
            let numbers = entry.values(&UNIQUE_IDENTIFIER.to_lowercase()).iter();
            let numbered = numbers.filter_map(|number| std::str::from_utf8(number).ok());
            let names = numbered.map(|number| containing(settings, &format!("{}#{number}", entry.dn)));
            find(settings, &names.chain([containing(settings, &entry.dn)]).collect::<Vec<_>>(), session)
        }
        GroupSchema::MemberOf => listed(settings, std::slice::from_ref(&entry), session),
        GroupSchema::PosixGroup => {
            let by_name = login.map(|login| format!("(memberUid={})", escape(login)));
            let first = entry.text(&FIRST_GROUP.to_lowercase());
            let by_number = first.map(|number| format!("({FIRST_GROUP}={})", escape(number)));
            find(settings, &by_name.into_iter().chain(by_number).collect::<Vec<_>>(), session)
        }
    }
}

fn next_level(settings: &LdapGroups, level: &[&Entry], session: &mut Session<'_>) -> Result<Vec<Entry>, Failure> {
    if settings.schema == GroupSchema::MemberOf {
        return listed(settings, level, session);
    }
    let conditions: Vec<String> = level.iter().map(|group| containing(settings, &group.dn)).collect();
    find(settings, &conditions, session)
}

/// The condition that a group fulfils which names an entry as its member.
fn containing(settings: &LdapGroups, dn: &str) -> String {
    format!("({}={})", settings.member_attribute(), escape(dn))
}

/// The groups that fulfil one of the conditions.
fn find(settings: &LdapGroups, conditions: &[String], session: &mut Session<'_>) -> Result<Vec<Entry>, Failure> {
    let mut entries = Vec::new();
    for chunk in conditions.chunks(CHUNK) {
        let filter = format!("(&{}(|{}))", settings.class_filter(), chunk.concat());
        entries.extend(session.search(&settings.base, &filter, &[&settings.name_attribute, MEMBER_OF])?);
    }
    Ok(entries)
}

/// The groups that entries name as their own. Those beside the base of groups do not count.
fn listed(settings: &LdapGroups, entries: &[&Entry], session: &mut Session<'_>) -> Result<Vec<Entry>, Failure> {
    let names = entries.iter().flat_map(|entry| entry.values("memberof"));
    let mut wanted: BTreeMap<String, &str> = BTreeMap::new();
    for name in names.filter_map(|name| std::str::from_utf8(name).ok()) {
        if dn::is_within(name, &settings.base) {
            wanted.insert(dn::normalised(name), name);
        }
    }
    let conditions: Vec<String> = wanted.values().map(|name| format!("(entryDN={})", escape(name))).collect();
    let mut found = find(settings, &conditions, session)?;
    // Not every server knows `entryDN` [RFC 5020], and those that do not find nothing.
    for entry in &found {
        wanted.remove(&dn::normalised(&entry.dn));
    }
    for name in wanted.values() {
        found.extend(session.read(name, settings.class_filter(), &[&settings.name_attribute, MEMBER_OF])?);
    }
    Ok(found)
}

/// The names of groups, each once, in their order.
pub(super) fn names(groups: &[Group]) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = groups.iter().map(|group| Arc::clone(&group.name)).collect();
    names.dedup();
    names
}

/// Persons as they are asked for their groups.
pub(super) fn groups_of_person(
    settings: Option<&LdapGroups>,
    person: &Person,
    session: &mut Session<'_>,
) -> Result<Vec<Group>, Failure> {
    settings.map_or(Ok(Vec::new()), |settings| groups_of(settings, &person.entry, Some(&person.login), session))
}
