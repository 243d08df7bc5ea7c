//! Active Directory over LDAP: finds people, checks their passwords, and answers the queries of rules.

mod domain;
mod names;
pub(in crate::store) mod query;
mod refusal;
mod settings;
mod standing;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ldap3::Scope;

pub use settings::ActiveDirectorySettings;

use self::domain::Domain;
use self::names::Names;
use self::query::{AdQuery, Attribute, GroupForm, rows_of};
use super::account::{Token, sid_texts};
use super::directory::{Account, AccountMark, Directory, Password, Refusal, SignInError};
use super::filter::Filter;
use super::ldap::connection::{Address, Connection, Search};
use super::ldap::entry::Entry;
use super::ldap::escape::escape;
use super::ldap::failure::Failure;
use super::ldap::pool::Pool;
use super::ldap::ranges::complete;
pub use super::ldap::settings::SettingsError;
use super::ldap::tls;
use super::user_name::UserName;
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// What messages call the store.
const STORE: &str = "Active Directory";
/// `sAMAccountType` of people [MS-ADTS 2.2.13].
const PERSON: &str = "(sAMAccountType=805306368)";
/// What is asked of a person.
const OF_A_PERSON: [&str; 8] = [
    "sAMAccountName",
    "userPrincipalName",
    "objectSid",
    "primaryGroupID",
    standing::CONTROL,
    standing::COMPUTED_CONTROL,
    standing::PASSWORD_SET,
    standing::EXPIRES,
];
/// All security groups of an entry, direct and nested.
const TOKEN_GROUPS: &str = "tokenGroups";
/// The same without domain-local groups.
const WIDE_TOKEN_GROUPS: &str = "tokenGroupsGlobalAndUniversal";
/// Listing all people may take this many times the time of one question.
const LISTING_FACTOR: u32 = 60;

/// A domain, reached over LDAP. Blocks while it waits; every wait has an end.
pub struct ActiveDirectory {
    pool: Pool,
    names: Names,
    people_base: Option<String>,
    page_entries: i32,
    request_timeout: Duration,
    domain: OnceLock<Domain>,
}

/// Why a domain could not be connected to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The settings cannot work.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The domain does not answer.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
}

impl ActiveDirectory {
    /// Checks the settings, and connects when the first question comes.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, whatever the network does.
    pub fn new(settings: ActiveDirectorySettings) -> Result<Self, SettingsError> {
        let urls = settings.validate()?;
        let tls = tls::client_config(settings.ca_file.as_deref())?;
        let start_tls = settings.start_tls;
        let addresses = urls.into_iter().map(|url| Address { url, start_tls, tls: Arc::clone(&tls) }).collect();
        let ActiveDirectorySettings { bind_name, bind_password, connect_timeout, connections, .. } = settings;
        Ok(Self {
            pool: Pool::new(
                STORE.into(),
                refusal::outcome,
                addresses,
                bind_name,
                bind_password,
                connect_timeout,
                connections,
            ),
            names: Names::new(settings.name_cache_entries, settings.name_cache_age),
            people_base: settings.base,
            page_entries: settings.page_entries,
            request_timeout: settings.request_timeout,
            domain: OnceLock::new(),
        })
    }

    /// Connects and asks the domain for its names.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, or a domain that does not answer.
    pub fn connect(settings: ActiveDirectorySettings) -> Result<Self, ConnectError> {
        let directory = Self::new(settings)?;
        directory.check().map_err(ConnectError::Unavailable)?;
        Ok(directory)
    }

    /// Whether the domain answers now, and lets the service account search.
    ///
    /// # Errors
    ///
    /// What is in the way.
    pub fn check(&self) -> Result<(), StoreError> {
        let deadline = self.deadline();
        self.pool.run(deadline, |connection| Domain::read(connection, deadline))?;
        Ok(())
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.request_timeout
    }

    fn domain(&self, connection: &mut Connection, deadline: Instant) -> Result<&Domain, Failure> {
        if let Some(domain) = self.domain.get() {
            return Ok(domain);
        }
        let domain = Domain::read(connection, deadline)?;
        Ok(self.domain.get_or_init(|| domain))
    }

    /// The one person of that name.
    fn find(
        &self,
        name: UserName<'_>,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Option<Entry>, Failure> {
        let domain = self.domain(connection, deadline)?;
        let by_login = |user: &str| format!("(sAMAccountName={})", escape(user));
        let filters = match name {
            UserName::Bare(user) => vec![by_login(user)],
            UserName::Qualified { domain: name, user } if domain.is_named(name) => vec![by_login(user)],
            UserName::Qualified { .. } => Vec::new(),
            // The name that somebody was given goes before the one that Windows makes.
            UserName::Principal { whole, user, domain: name } => {
                let given = format!("(userPrincipalName={})", escape(whole));
                if domain.is_named(name) { vec![given, by_login(user)] } else { vec![given] }
            }
        };
        for filter in filters {
            let search = Search {
                base: self.people_base.as_deref().unwrap_or(&domain.base),
                scope: Scope::Subtree,
                filter: &format!("(&{PERSON}{filter})"),
                attributes: &OF_A_PERSON,
            };
            let mut found = connection.search_limited(search, 2, deadline)?;
            if !found.is_empty() {
                let person = if found.len() == 1 { found.pop() } else { None };
                return Ok(person.filter(|person| !domain.own(person.sids("objectsid")).is_empty()));
            }
        }
        Ok(None)
    }

    fn account_of(&self, person: &Entry, connection: &mut Connection, deadline: Instant) -> Result<Account, Failure> {
        let groups = token_groups(&person.dn, TOKEN_GROUPS, connection, deadline)?;
        let domain = self.domain(connection, deadline)?;
        let sid = person.sids("objectsid").pop();
        let login = person.text("samaccountname").unwrap_or_default();
        let primary_rid = person.text("primarygroupid").and_then(|rid| rid.parse().ok());
        let primary_group = sid.as_ref().zip(primary_rid).and_then(|(sid, rid)| Some(sid.domain()?.with_rid(rid)));
        let token = Token {
            netbios: &domain.netbios,
            dns: &domain.dns,
            login,
            upn: person.text("userprincipalname"),
            sid: sid.as_ref(),
            primary_group: primary_group.map(|sid| sid.to_string().into()),
            groups: sid_texts(groups.into_iter().filter(|sid| !sid.is_builtin()).collect()),
            password_mark: standing::password_mark(person),
        };
        Ok(token.into_account())
    }

    fn answer_one(
        &self,
        query: &Query,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Result<Vec<Row>, StoreError>, Failure> {
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
        let mut rows = Vec::new();
        for mut entry in connection.search(search, deadline)? {
            complete(&mut entry, connection, deadline)?;
            let columns = asked.attributes.iter().map(|attribute| match attribute {
                Attribute::Named(name) => Ok(entry.claim_values(name)),
                Attribute::TokenGroups(form) => self.group_names(&entry, *form, connection, deadline),
            });
            rows.extend(rows_of(columns.collect::<Result<_, _>>()?));
        }
        Ok(Ok(rows))
    }

    fn group_names(
        &self,
        entry: &Entry,
        form: GroupForm,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Vec<Arc<str>>, Failure> {
        let mut sids = token_groups(&entry.dn, WIDE_TOKEN_GROUPS, connection, deadline)?;
        if form == GroupForm::Sid {
            sids.sort_unstable();
            return Ok(sids.iter().filter(|sid| !sid.is_builtin()).map(|sid| sid.to_string().into()).collect());
        }
        let domain = self.domain(connection, deadline)?;
        let names = self.names.resolve(&domain.own(sids), connection, &domain.base, deadline)?;
        let prefix = match form {
            GroupForm::DomainQualified => &domain.netbios,
            GroupForm::LongDomainQualified => &domain.dns,
            GroupForm::Unqualified | GroupForm::Sid => return Ok(names),
        };
        Ok(names.iter().map(|name| format!("{prefix}\\{name}").into()).collect())
    }
}

/// The SIDs of an entry's groups. They are computed, and shown only to a question about that entry alone.
fn token_groups(
    dn: &str,
    attribute: &str,
    connection: &mut Connection,
    deadline: Instant,
) -> Result<Vec<super::sid::Sid>, Failure> {
    let search = Search { base: dn, scope: Scope::Base, filter: "(objectClass=*)", attributes: &[attribute] };
    let found = connection.search(search, deadline)?.pop();
    let sids = found.map(|entry| entry.sids(&attribute.to_lowercase())).unwrap_or_default();
    if sids.is_empty() {
        // Everybody has at least their primary group.
        return Err(Failure::Refused(format!(
            "the directory does not show `{attribute}` of `{dn}`; the service account needs the right to read it, \
             which the group `Windows Authorization Access Group` has"
        )));
    }
    Ok(sids)
}

impl AttributeStore for ActiveDirectory {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let deadline = self.deadline();
        let answers = self.pool.run(deadline, |connection| {
            queries.iter().map(|query| self.answer_one(query, connection, deadline)).collect::<Result<Vec<_>, _>>()
        })?;
        answers.into_iter().collect()
    }
}

impl Directory for ActiveDirectory {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        Ok(self.pool.run(deadline, |connection| match self.find(name, connection, deadline)? {
            Some(person) => self.account_of(&person, connection, deadline).map(Some),
            None => Ok(None),
        })?)
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| self.find(name, connection, deadline))?;
        Ok(found.and_then(|person| person.sids("objectsid").pop()).map(|sid| sid.to_string()))
    }

    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        if password.is_empty() {
            return Err(Refusal::EmptyPassword.into());
        }
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| self.find(name, connection, deadline));
        let person = found?.ok_or(Refusal::UnknownUser)?;
        let refusal = self.pool.check_password(&person.dn, password, deadline)?;
        if let Some(refusal) = refusal {
            return Err(refusal.into());
        }
        Ok(self.pool.run(deadline, |connection| self.account_of(&person, connection, deadline))?)
    }

    fn still_account(&self, user_name: &str, mark: &AccountMark, now: Timestamp) -> Result<Account, SignInError> {
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| self.find(name, connection, deadline));
        let person = found?.ok_or(Refusal::UnknownUser)?;
        standing::check(&person, now)?;
        let account = self.pool.run(deadline, |connection| self.account_of(&person, connection, deadline));
        let account = account?;
        mark.still(&account.mark)?;
        Ok(account)
    }

    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        Ok(self.pool.run(deadline, |connection| {
            let Some(person) = self.find(name, connection, deadline)? else { return Ok(None) };
            let refusal = standing::check(&person, now).err().filter(Refusal::is_of_the_account);
            Ok(Some((self.account_of(&person, connection, deadline)?, refusal)))
        })?)
    }

    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        let deadline = Instant::now() + self.request_timeout * LISTING_FACTOR;
        let mut names = self.pool.run(deadline, |connection| {
            let domain = self.domain(connection, deadline)?;
            let search = Search {
                base: self.people_base.as_deref().unwrap_or(&domain.base),
                scope: Scope::Subtree,
                filter: PERSON,
                attributes: &["sAMAccountName"],
            };
            let people = connection.search_paged(search, self.page_entries, deadline)?;
            let logins = people.iter().filter_map(|person| person.text("samaccountname"));
            Ok(logins.map(|login| format!("{}\\{login}", domain.netbios)).collect::<Vec<_>>())
        })?;
        names.sort_unstable();
        Ok(names)
    }
}

impl fmt::Debug for ActiveDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ActiveDirectory").field("domain", &self.domain).finish_non_exhaustive()
    }
}
