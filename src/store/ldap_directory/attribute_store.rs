//! An LDAP server as an attribute store of its own name, which rules ask with filters.

use std::fmt;

use super::LdapSettingsError;
use super::link::{Link, Session};
use super::query::LdapQuery;
use crate::engine::{Answer, AttributeStore, Query, Row, StoreError};
use crate::store::ldap::LdapServers;
use crate::store::ldap::failure::Failure;

/// A directory, or a part of one, that answers queries of the form `filter;attribute,…`. Blocks while it waits; every
/// wait has an end.
pub struct LdapStore {
    link: Link,
    base: String,
}

impl LdapStore {
    /// Checks the settings, and connects when the first question comes. `name` is what rules and messages call the
    /// store; `base` is where it searches, with all beneath.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, whatever the network does.
    pub fn new(name: &str, servers: LdapServers, base: String) -> Result<Self, LdapSettingsError> {
        Ok(Self { link: Link::new(name, servers)?, base })
    }

    /// Whether the directory answers now, and lets the service account see the base.
    ///
    /// # Errors
    ///
    /// What is in the way.
    pub fn check(&self) -> Result<(), StoreError> {
        self.link.run(self.link.deadline(1), |session| session.base_is_there(&self.base))
    }

    fn answer_one(&self, query: &Query, session: &mut Session<'_>) -> Result<Result<Vec<Row>, StoreError>, Failure> {
        let asked = match LdapQuery::parse(query) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(reason) = asked.of_active_directory(query)
            && !self.link.is_active_directory(session)?
        {
            let (store, query) = (query.store.to_string(), query.text.to_string());
            return Ok(Err(StoreError::Query { store, query, reason }));
        }
        let attributes: Vec<&str> = asked.attributes.iter().map(|name| &**name).collect();
        let mut rows = Vec::new();
        for entry in session.search(&self.base, &asked.filter, &attributes)? {
            rows.extend(
                Answer::Columns(attributes.iter().map(|name| super::values(&entry, name)).collect()).into_rows(),
            );
        }
        Ok(Ok(rows))
    }
}

impl AttributeStore for LdapStore {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let answers = self.link.run(self.link.deadline(1), |session| {
            queries.iter().map(|query| self.answer_one(query, session)).collect::<Result<Vec<_>, _>>()
        })?;
        answers.into_iter().collect()
    }

    fn reachable(&self) -> Result<(), StoreError> {
        self.check()
    }
}

impl fmt::Debug for LdapStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LdapStore").field("name", &self.link.store()).finish_non_exhaustive()
    }
}
