//! Answers to the queries of rules.

use std::sync::Arc;
use std::time::Instant;

use ldap3::Scope;

use super::domain::Domain;
use super::query::{AdQuery, Attribute, GroupForm};
use super::token_groups::{WIDE_TOKEN_GROUPS, shown};
use super::{ActiveDirectory, names};
use crate::engine::{Answer, Query, Row, StoreError};
use crate::store::filter::Filter;
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;
use crate::store::ldap::ranges::complete;
use crate::store::sid::Sid;

/// What one entry has for one column of a query.
pub(super) enum Column {
    /// The values.
    Values(Vec<Arc<str>>),
    /// Groups, whose names are asked for when no connection is held any more.
    Groups(Vec<Sid>, GroupForm),
}

/// What one entry has for a query.
pub(super) type Columns = Vec<Column>;

impl ActiveDirectory {
    /// The entries that a query finds.
    pub(super) fn search_for(
        &self,
        query: &Query,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Result<Vec<Columns>, StoreError>, Failure> {
        let domain = self.domain(connection, deadline)?;
        let unreadable = |reason: String| StoreError::Query {
            store: query.store.to_string(),
            query: query.text.to_string(),
            reason,
        };
        let asked = match AdQuery::parse(query) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        if !domain.is_named(&asked.domain) {
            return Ok(Err(unreadable(format!(
                "`{}\\{}` is of another domain; the directory serves `{}`",
                asked.domain, asked.user, domain.netbios
            ))));
        }
        if asked.user_only().is_some() {
            self.asked.note(&asked.attributes);
        }
        // Read and printed again, the filter is one that the library and every server understand in the same way.
        let filter = match asked.filter.as_deref().map(Filter::parse) {
            Some(Ok(filter)) => filter.to_string(),
            Some(Err(reason)) => return Ok(Err(unreadable(reason))),
            None => format!("(sAMAccountName={})", escape(&asked.user)),
        };
        let attributes: Vec<&str> = asked
            .attributes
            .iter()
            .filter_map(|attribute| if let Attribute::Named(name) = attribute { Some(&**name) } else { None })
            // An empty list would ask for everything.
            .chain(["sAMAccountName"])
            .collect();
        let search = Search { base: &domain.base, scope: Scope::Subtree, filter: &filter, attributes: &attributes };
        // One user is one entry; a filter may find more than a domain controller gives at once.
        let entries = match asked.user_only() {
            Some(_) => connection.search(search, deadline)?,
            None => connection.search_paged(search, self.page_entries, deadline)?,
        };
        let mut found = Vec::new();
        for mut entry in entries {
            complete(&mut entry, connection, deadline)?;
            let mut sids = None;
            let columns = asked.attributes.iter().map(|attribute| match attribute {
                Attribute::Named(name) => Ok(Column::Values(entry.claim_values(name))),
                Attribute::TokenGroups(form) => {
                    if sids.is_none() {
                        sids = Some(wide_token_groups(&entry.dn, connection, deadline)?);
                    }
                    Ok(Column::Groups(sids.clone().unwrap_or_default(), *form))
                }
            });
            found.push(columns.collect::<Result<_, Failure>>()?);
        }
        Ok(Ok(found))
    }

    /// The rows of entries, with the names of their groups.
    pub(super) fn rows(&self, found: Vec<Columns>, deadline: Instant) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for columns in found {
            let columns = columns.into_iter().map(|column| match column {
                Column::Values(values) => Ok(values),
                Column::Groups(sids, form) => self.group_names(sids, form, deadline),
            });
            rows.extend(Answer::Columns(columns.collect::<Result<_, _>>()?).into_rows());
        }
        Ok(rows)
    }

    fn group_names(&self, mut sids: Vec<Sid>, form: GroupForm, deadline: Instant) -> Result<Vec<Arc<str>>, StoreError> {
        sids.sort_unstable();
        sids.dedup();
        if form == GroupForm::Sid {
            return Ok(sids.iter().filter(|sid| !sid.is_builtin()).map(|sid| sid.to_string().into()).collect());
        }
        let domain = self.known_domain()?;
        let mut resolved = self.names.resolve(&domain.own(&sids), deadline, |wanted| {
            self.pool.run(deadline, |connection| names::ask(wanted, connection, &domain.base, deadline))
        })?;
        let mut domains: Arc<[Domain]> = Arc::from([domain.clone()]);
        if let Some(forest) = self.forest.as_deref().filter(|_| self.counts_foreign(form)) {
            domains = forest.domains(deadline)?;
            let foreign: Vec<Sid> = sids
                .into_iter()
                .filter(|sid| !sid.is_in(&domain.sid) && domains.iter().any(|other| sid.is_in(&other.sid)))
                .collect();
            resolved.extend(self.names.resolve(&foreign, deadline, |wanted| forest.ask(wanted, deadline))?);
        }
        let home = |sid: &Sid| [domain].into_iter().chain(&*domains).find(|domain| sid.is_in(&domain.sid));
        let mut names: Vec<Arc<str>> = resolved
            .into_iter()
            .filter(|(sid, _)| form != GroupForm::Unqualified || self.counts_bare(sid))
            .filter_map(|(sid, name)| Some(written(name, home(&sid)?, form)))
            .collect();
        names.sort_unstable();
        // Groups of several domains may have one name.
        names.dedup();
        Ok(names)
    }

    /// Whether groups of domains other than the person's belong to an answer.
    fn counts_foreign(&self, form: GroupForm) -> bool {
        let at_home = Arc::ptr_eq(&self.home, &self.domain);
        form != GroupForm::Unqualified || self.unqualified_forest_groups || !at_home
    }

    /// Whether a group counts under its bare name. Without its domain, the name of a group of another domain is that of
    /// any group at home that is called the same.
    fn counts_bare(&self, sid: &Sid) -> bool {
        self.unqualified_forest_groups || self.home.get().is_some_and(|home| sid.is_in(&home.sid))
    }
}

/// The name of a group as a query asks for it.
fn written(name: Arc<str>, domain: &Domain, form: GroupForm) -> Arc<str> {
    match form {
        GroupForm::DomainQualified => format!("{}\\{name}", domain.netbios).into(),
        GroupForm::LongDomainQualified => format!("{}\\{name}", domain.dns).into(),
        GroupForm::Unqualified | GroupForm::Sid => name,
    }
}

/// The SIDs of an entry's groups, without domain-local ones.
fn wide_token_groups(dn: &str, connection: &mut Connection, deadline: Instant) -> Result<Vec<Sid>, Failure> {
    let search = Search { base: dn, scope: Scope::Base, filter: "(objectClass=*)", attributes: &[WIDE_TOKEN_GROUPS] };
    let Some(mut entry) = connection.search(search, deadline)?.pop() else {
        return Err(Failure::Refused(format!("`{dn}` vanished while its groups were read")));
    };
    complete(&mut entry, connection, deadline)?;
    shown(&entry, WIDE_TOKEN_GROUPS)?;
    Ok(entry.sids(&WIDE_TOKEN_GROUPS.to_lowercase()))
}
