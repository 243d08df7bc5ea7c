//! Queries that rules have for Active Directory, answered by a directory of another kind: so rules that people bring
//! from AD FS work as they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::groups::{Group, groups_of, names, one_value};
use super::link::{ANYTHING, Session};
use super::people::{FIRST_GROUP, MEMBER_OF, People, UNIQUE_IDENTIFIER};
use super::settings::LdapGroups;
use crate::engine::{Answer, Query, Row, StoreError};
use crate::store::active_directory::query::{AdQuery, Attribute, GroupForm};
use crate::store::dn;
use crate::store::filter::{Filter, Rule};
use crate::store::ldap::entry::Entry;
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;

/// A filter that nothing fulfils.
const NOTHING: &str = "(!(objectClass=*))";
/// `sAMAccountType` of people [MS-ADTS 2.2.13].
const TYPE_OF_PEOPLE: &[u8] = b"805306368";
/// `groupType` of a security group [MS-ADTS 2.2.12]: the only kind that other directories have.
const SECURITY_GROUP: &str = "-2147483646";

/// What answers them.
pub(super) struct Imported<'a> {
    pub(super) people: &'a People,
    pub(super) groups: Option<&'a LdapGroups>,
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

    fn rows(&self, asked: &AdQuery, session: &mut Session<'_>) -> Result<Vec<Row>, Problem> {
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
    fn entries(&self, asked: &AdQuery, session: &mut Session<'_>) -> Result<Vec<Entry>, Problem> {
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
        let filter = self.translated(&Filter::parse(filter).map_err(Problem::Query)?, session)?;
        let mut found: BTreeMap<String, Entry> = BTreeMap::new();
        for base in [Some(self.people.base()), self.groups.map(|groups| groups.base.as_str())].into_iter().flatten() {
            for entry in session.search(base, &filter, &wanted)? {
                found.insert(dn::normalised(&entry.dn), entry);
            }
        }
        Ok(found.into_values().collect())
    }

    /// A filter in the terms of this directory.
    fn translated(&self, filter: &Filter, session: &mut Session<'_>) -> Result<String, Problem> {
        Ok(match filter {
            Filter::And(list) => format!("(&{})", self.all_translated(list, session)?),
            Filter::Or(list) => format!("(|{})", self.all_translated(list, session)?),
            Filter::Not(inner) => format!("(!{})", self.translated(inner, session)?),
            Filter::Extensible(name, Rule::InChain, value) if name == "member" => self.in_chain(value, session)?,
            Filter::Extensible(name, ..) => {
                return Err(Problem::Query(format!(
                    "only Active Directory has the matching rule that it uses for `{name}`; this directory would \
                     silently find nobody"
                )));
            }
            Filter::Present(name) if name == "grouptype" => self.group_class().to_owned(),
            Filter::Equal(name, value) => self.compared(name, value).unwrap_or_else(|| self.renamed(filter)),
            other => self.renamed(other),
        })
    }

    fn all_translated(&self, list: &[Filter], session: &mut Session<'_>) -> Result<String, Problem> {
        list.iter().map(|filter| self.translated(filter, session)).collect()
    }

    /// What a comparison with a value means that only Active Directory has.
    fn compared(&self, name: &str, value: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(value).ok()?;
        let kind = dn::leaf(text).filter(|leaf| !leaf.is_empty()).unwrap_or_else(|| text.to_owned()).to_lowercase();
        match (name, kind.as_str()) {
            ("objectclass" | "objectcategory", "user") | ("objectcategory", "person") => Some(self.people.everybody()),
            ("samaccounttype", _) if value == TYPE_OF_PEOPLE => Some(self.people.everybody()),
            ("objectclass" | "objectcategory", "group") => Some(self.group_class().to_owned()),
            ("distinguishedname", _) => Some(format!("(entryDN={})", escape(text))),
            ("userprincipalname", _) if self.people.upn_attribute().is_none() => {
                let user = text.rsplit_once('@').filter(|(_, domain)| self.people.domain.is_named(domain));
                Some(user.map_or(NOTHING.to_owned(), |(user, _)| self.people.named(user)))
            }
            _ => None,
        }
    }

    /// The same condition with the attribute's name in this directory.
    fn renamed(&self, filter: &Filter) -> String {
        let with = |name: &str| with_name(filter, name.to_ascii_lowercase()).to_string();
        match name_of(filter) {
            Some("samaccountname") => {
                let person = with(self.people.name_attribute());
                self.groups.map_or(person.clone(), |groups| {
                    format!("(|{person}(&{}{}))", groups.class_filter(), with(&groups.name_attribute))
                })
            }
            Some("userprincipalname") => self.people.upn_attribute().map_or_else(|| filter.to_string(), with),
            _ => filter.to_string(),
        }
    }

    /// The groups that an entry is in, direct and nested.
    fn in_chain(&self, value: &[u8], session: &mut Session<'_>) -> Result<String, Problem> {
        let member = String::from_utf8_lossy(value);
        let wanted = [self.people.name_attribute(), FIRST_GROUP, MEMBER_OF, UNIQUE_IDENTIFIER];
        let found = if dn::parts(&member).iter().flatten().all(|(kind, _)| !kind.is_empty()) {
            session.read(&member, ANYTHING, &wanted)?
        } else {
            None
        };
        let Some(entry) = found else { return Ok(NOTHING.to_owned()) };
        let names: String =
            self.groups(&entry, session)?.iter().map(|group| format!("(entryDN={})", escape(&group.dn))).collect();
        Ok(if names.is_empty() { NOTHING.to_owned() } else { format!("(|{names})") })
    }

    fn groups(&self, entry: &Entry, session: &mut Session<'_>) -> Result<Vec<Group>, Failure> {
        let login = one_value(entry, self.people.name_attribute());
        self.groups.map_or(Ok(Vec::new()), |groups| groups_of(groups, entry, login.as_deref(), session))
    }

    fn group_class(&self) -> &str {
        self.groups.map_or(NOTHING, LdapGroups::class_filter)
    }

    /// The values of one column for one entry.
    fn column(&self, entry: &Entry, wanted: &Attribute, session: &mut Session<'_>) -> Result<Vec<Arc<str>>, Problem> {
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

fn name_of(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Present(name)
        | Filter::Equal(name, _)
        | Filter::Substring(name, _)
        | Filter::AtLeast(name, _)
        | Filter::AtMost(name, _) => Some(name),
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) | Filter::Extensible(..) => None,
    }
}

fn with_name(filter: &Filter, name: String) -> Filter {
    match filter.clone() {
        Filter::Present(_) => Filter::Present(name),
        Filter::Equal(_, value) => Filter::Equal(name, value),
        Filter::Substring(_, pattern) => Filter::Substring(name, pattern),
        Filter::AtLeast(_, value) => Filter::AtLeast(name, value),
        Filter::AtMost(_, value) => Filter::AtMost(name, value),
        other => other,
    }
}
