//! Queries that rules have for Active Directory, answered by a directory of another kind: so rules that people bring
//! from AD FS work as they are.

mod filter;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::filter::without_chains;
use super::groups::{Group, groups_of, names};
use super::known::Known;
use super::link::Session;
use super::naming::one_value;
use super::people::{FIRST_GROUP, MEMBER_OF, People, UNIQUE_IDENTIFIER};
use super::settings::LdapGroups;
use crate::engine::{Answer, Query, Row, StoreError};
use crate::store::active_directory::query::{AdQuery, Attribute, GroupForm};
use crate::store::dn;
use crate::store::filter::Filter;
use crate::store::ldap::entry::Entry;
use crate::store::ldap::failure::Failure;

/// `groupType` of a security group [MS-ADTS 2.2.12]: the only kind that other directories have.
const SECURITY_GROUP: &str = "-2147483646";

/// How many entries may be looked at one by one.
const MOST_CANDIDATES: usize = 100;

/// What answers them.
pub(super) struct Imported<'a> {
    pub(super) people: &'a People,
    pub(super) groups: Option<&'a LdapGroups>,
    /// Whose groups need not be looked for.
    pub(super) known: Option<&'a Known>,
}

/// Why there is no answer.
enum Problem {
    /// The query asks for what only Active Directory has.
    Query(String),
    /// The directory gave none.
    Directory(Failure),
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Directory(failure)
    }
}

impl Imported<'_> {
    /// The rows of one query.
    pub(super) fn answer(
        &self,
        query: &Query,
        session: &mut Session<'_>,
    ) -> Result<Result<Vec<Row>, StoreError>, Failure> {
        let unreadable = |reason: String| StoreError::Query {
            store: query.store.to_string(),
            query: query.text.to_string(),
            reason,
        };
        let asked = match AdQuery::parse(query) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        match self.rows(&asked, session) {
            Ok(rows) => Ok(Ok(rows)),
            Err(Problem::Query(reason)) => Ok(Err(unreadable(reason))),
            Err(Problem::Directory(failure)) => Err(failure),
        }
    }

    fn rows(&self, asked: &AdQuery<'_>, session: &mut Session<'_>) -> Result<Vec<Row>, Problem> {
        let domain = &self.people.domain;
        if !domain.is_named(&asked.domain) {
            return Err(Problem::Query(format!(
                "`{}\\{}` is of another domain; the directory serves `{}`",
                asked.domain, asked.user, domain.short
            )));
        }
        let mut rows = Vec::new();
        for entry in self.entries(asked, session)? {
            let columns = asked.attributes.iter().map(|wanted| self.column(&entry, wanted, session));
            rows.extend(Answer::Columns(columns.collect::<Result<_, _>>()?).into_rows());
        }
        Ok(rows)
    }

    /// The entries that a query asks for: the user, or those that fulfil a filter of its own.
    fn entries(&self, asked: &AdQuery<'_>, session: &mut Session<'_>) -> Result<Vec<Entry>, Problem> {
        let named = asked.attributes.iter().filter_map(|attribute| match attribute {
            Attribute::Named(name) => Some(&**name),
            Attribute::TokenGroups(_) => None,
        });
        let mut wanted: Vec<&str> = named.collect();
        wanted.extend([self.people.name_attribute(), FIRST_GROUP, MEMBER_OF, UNIQUE_IDENTIFIER]);
        wanted.extend(self.people.upn_attribute());
        wanted.extend(self.groups.map(|groups| groups.name_attribute.as_str()));
        let Some(filter) = &asked.filter else {
            let found = session.search(self.people.base(), &self.people.named(&asked.user), &wanted)?;
            if found.len() > 1 {
                let text = format!("`{}` names {} people; correct `users.filter`", asked.user, found.len());
                return Err(Problem::Query(text));
            }
            return Ok(found);
        };
        let (filter, chains) = without_chains(Filter::parse(filter).map_err(Problem::Query)?);
        let filter = self.translated(&filter, session)?;
        let mut found: BTreeMap<String, Entry> = BTreeMap::new();
        for base in [Some(self.people.base()), self.groups.map(|groups| groups.base.as_str())].into_iter().flatten() {
            for entry in session.search(base, &filter, &wanted)? {
                found.insert(dn::normalised(&entry.dn), entry);
            }
        }
        self.within(&chains, found.into_values().collect(), session)
    }

    /// Those entries that are in all of these groups, direct or nested.
    fn within(
        &self,
        chains: &[Vec<u8>],
        entries: Vec<Entry>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Entry>, Problem> {
        if chains.is_empty() {
            return Ok(entries);
        }
        if entries.len() > MOST_CANDIDATES {
            return Err(Problem::Query(format!(
                "{} entries fulfil the rest of its filter, and the groups of each would have to be found out; name the \
                 user in it",
                entries.len()
            )));
        }
        let wanted: Vec<String> = chains.iter().map(|group| dn::normalised(&String::from_utf8_lossy(group))).collect();
        let mut inside = Vec::new();
        for entry in entries {
            let groups: Vec<String> =
                self.groups(&entry, session)?.iter().map(|group| dn::normalised(&group.dn)).collect();
            if wanted.iter().all(|group| groups.contains(group)) {
                inside.push(entry);
            }
        }
        Ok(inside)
    }

    fn groups(&self, entry: &Entry, session: &mut Session<'_>) -> Result<Vec<Group>, Failure> {
        if let Some(groups) = self.known.and_then(|known| known.groups_of(entry)) {
            return Ok(groups.to_vec());
        }
        let login = one_value(entry, self.people.name_attribute());
        self.groups.map_or(Ok(Vec::new()), |groups| groups_of(groups, entry, login.as_deref(), session))
    }

    /// The values of one column for one entry.
    fn column(
        &self,
        entry: &Entry,
        wanted: &Attribute<'_>,
        session: &mut Session<'_>,
    ) -> Result<Vec<Arc<str>>, Problem> {
        let form = match wanted {
            Attribute::Named(name) => return Ok(self.values(entry, name)),
            Attribute::TokenGroups(form) => form,
        };
        let prefix = match form {
            GroupForm::Sid => {
                let text = "`tokenGroups(SID)` asks for security identifiers, which only Active Directory has; ask for \
                            `tokenGroups`";
                return Err(Problem::Query(text.to_owned()));
            }
            GroupForm::Unqualified => None,
            GroupForm::DomainQualified => Some(&self.people.domain.short),
            GroupForm::LongDomainQualified => Some(&self.people.domain.dns),
        };
        let names = names(&self.groups(entry, session)?);
        let Some(prefix) = prefix else { return Ok(names) };
        Ok(names.iter().map(|name| format!("{prefix}\\{name}").into()).collect())
    }

    /// The values of an attribute; those that every Active Directory has are made if the directory has none.
    fn values(&self, entry: &Entry, name: &str) -> Vec<Arc<str>> {
        let values = super::values(entry, name);
        if !values.is_empty() {
            return values;
        }
        let login = one_value(entry, self.people.name_attribute());
        let group = || self.groups.and_then(|groups| one_value(entry, &groups.name_attribute));
        let made = match name.to_ascii_lowercase().as_str() {
            "distinguishedname" => Some(entry.dn.clone()),
            "samaccountname" => login.or_else(group),
            "userprincipalname" => login.map(|login| format!("{login}@{}", self.people.domain.dns)),
            "grouptype" if login.is_none() => Some(SECURITY_GROUP.to_owned()),
            _ => None,
        };
        made.into_iter().map(Arc::from).collect()
    }
}
