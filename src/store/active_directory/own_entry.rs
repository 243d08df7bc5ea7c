//! What was read of a user at sign-in answers what the rules of that sign-in ask about this user.

use super::ActiveDirectory;
use super::answers::{Column, Columns};
use super::asked::Wanted;
use super::query::{AdQuery, Attribute};
use super::token_groups::WIDE_TOKEN_GROUPS;
use crate::engine::{AttributeStore, Query, Row, StoreError};
use crate::store::ldap::entry::Entry;

/// A user's entry, read once. Questions about other entries, or about attributes that were not read, go to the
/// directory.
pub(super) struct OwnEntry {
    directory: ActiveDirectory,
    entry: Entry,
    read: Wanted,
}

impl OwnEntry {
    /// `read` is what was asked for when `entry` was read: what it names and the entry lacks does not exist.
    pub(super) fn new(directory: ActiveDirectory, entry: Entry, read: Wanted) -> Self {
        Self { directory, entry, read }
    }

    /// The columns of a query that only asks for what is here.
    fn columns(&self, query: &Query) -> Option<Columns> {
        let asked = AdQuery::parse(query).ok()?;
        let login = self.entry.text("samaccountname")?;
        let is_own = asked.user_only()?.eq_ignore_ascii_case(login);
        let in_domain = self.directory.known_domain().is_ok_and(|domain| domain.is_named(&asked.domain));
        if !is_own || !in_domain || !self.read.holds(&asked.attributes) {
            return None;
        }
        let sids = || self.entry.sids(&WIDE_TOKEN_GROUPS.to_lowercase());
        let columns = asked.attributes.iter().map(|attribute| match attribute {
            Attribute::Named(name) => Some(Column::Values(self.entry.claim_values(name))),
            // Not shown, and that is an error to be told by the directory: everybody has a group.
            Attribute::TokenGroups(_) if sids().is_empty() => None,
            Attribute::TokenGroups(form) => Some(Column::Groups(sids(), *form)),
        });
        columns.collect()
    }
}

impl AttributeStore for OwnEntry {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let own: Vec<Option<Columns>> = queries.iter().map(|query| self.columns(query)).collect();
        let others: Vec<Query> =
            queries.iter().zip(&own).filter(|(_, own)| own.is_none()).map(|(query, _)| query.clone()).collect();
        let mut answered = if others.is_empty() { Vec::new() } else { self.directory.answer(&others)? }.into_iter();
        own.into_iter()
            .map(|own| match own {
                Some(columns) => self.directory.rows(vec![columns], self.directory.deadline()),
                None => Ok(answered.next().unwrap_or_default()),
            })
            .collect()
    }
}
