//! Active Directory over LDAP: finds people, checks their passwords, and answers the queries of rules.

mod aged;
mod answers;
mod asked;
mod domain;
mod domains;
mod examine;
mod forest;
mod names;
mod own_entry;
mod password;
mod password_policy;
mod people;
pub(in crate::store) mod query;
mod refusal;
mod seen;
mod service_account;
mod settings;
mod standing;
mod token_groups;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ldap3::Scope;

pub use domains::Domains;
pub use examine::{Examination, Readable};
pub use service_account::ServiceAccount;
pub use settings::ActiveDirectorySettings;

use self::asked::Asked;
use self::domain::Domain;
use self::forest::Forest;
pub use self::names::GroupNames;
use self::names::Names;
use self::people::PERSON;
use self::seen::SeenPeople;
use super::directory::{Account, Directory, Password, Refusal, SignInError};
pub use super::ldap::SettingsError;
use super::ldap::connection::{Connection, Search};
use super::ldap::failure::Failure;
use super::ldap::pool::Pool;
use super::ldap::{Condition, OperationCounts, ServerHealth};
use super::password_change::PasswordChange;
use super::user_name::UserName;
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// What messages call the store.
const STORE: &str = "Active Directory";
/// What messages call the forest's catalogue.
const CATALOGUE: &str = "Active Directory global catalogue";
/// Listing all people may take this many times the time of one question.
const LISTING_FACTOR: u32 = 60;

/// A domain, reached over LDAP. Blocks while it waits; every wait has an end. Clones share connections and memory.
#[derive(Clone)]
pub struct ActiveDirectory {
    pool: Arc<Pool>,
    names: Arc<Names>,
    forest: Option<Arc<Forest>>,
    unqualified_forest_groups: bool,
    seen: Arc<SeenPeople>,
    asked: Arc<Asked>,
    people_base: Option<Arc<str>>,
    page_entries: i32,
    request_timeout: Duration,
    domain: Arc<OnceLock<Domain>>,
    /// The domain whose groups count under their bare names: this one, or the one that it stands beside.
    home: Arc<OnceLock<Domain>>,
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
        Self::called(STORE, settings, None)
    }

    /// A domain of which messages say which it is: the one at home, or one beside it.
    fn one_of_several(settings: ActiveDirectorySettings, home: Option<&Self>) -> Result<Self, SettingsError> {
        let servers = &settings.servers;
        let which = match &servers.discovery {
            Some(discovery) => format!("{STORE} of {}", discovery.domain),
            None => format!("{STORE} at {}", servers.urls.join(" ")),
        };
        Self::called(&which, settings, home.map(|home| Arc::clone(&home.domain)))
    }

    fn called(
        store: &str,
        settings: ActiveDirectorySettings,
        home: Option<Arc<OnceLock<Domain>>>,
    ) -> Result<Self, SettingsError> {
        settings.validate()?;
        let domain = Arc::default();
        let request_timeout = settings.servers.request_timeout;
        let catalogue = settings.global_catalogue.map(|servers| Pool::new(CATALOGUE, refusal::outcome, servers));
        let catalogue = catalogue.transpose()?;
        Ok(Self {
            pool: Arc::new(Pool::new(store, refusal::outcome, settings.servers)?),
            names: Arc::new(Names::new(settings.group_names)),
            forest: catalogue.map(|catalogue| Arc::new(Forest::new(catalogue))),
            unqualified_forest_groups: settings.unqualified_forest_groups,
            seen: Arc::new(SeenPeople::new()),
            asked: Arc::default(),
            people_base: settings.base.map(Arc::from),
            page_entries: settings.page_entries,
            request_timeout,
            home: home.unwrap_or_else(|| Arc::clone(&domain)),
            domain,
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

    /// What was asked of the domain controllers so far.
    pub fn operations(&self) -> OperationCounts {
        self.pool.operations()
    }

    /// What is known of each domain controller.
    pub fn health(&self) -> Vec<ServerHealth> {
        self.pool.health()
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

    /// Whether none of its controllers answered when it was asked last.
    fn is_down(&self) -> bool {
        let health = self.health();
        !health.is_empty() && health.iter().all(|server| server.is_up() == Some(false))
    }

    /// Whether it is the same domain, and not only one that is equal.
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pool, &other.pool)
    }

    /// What the domain says of itself, asked for once.
    fn described(&self) -> Result<&Domain, StoreError> {
        if let Some(domain) = self.domain.get() {
            return Ok(domain);
        }
        let deadline = self.deadline();
        self.pool.run(deadline, |connection| self.domain(connection, deadline))
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
}

impl AttributeStore for ActiveDirectory {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| {
            queries.iter().map(|query| self.search_for(query, connection, deadline)).collect::<Result<Vec<_>, _>>()
        })?;
        found.into_iter().map(|found| self.rows(found?, deadline)).collect()
    }

    fn reachable(&self) -> Result<(), StoreError> {
        self.check()
    }
}

impl Directory for ActiveDirectory {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        let person = self.pool.run(deadline, |connection| self.person(user_name, name, None, connection, deadline))?;
        person.map(|person| self.account_of(person)).transpose()
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        if let Some(seen) = self.seen.recall(user_name) {
            return Ok(Some(seen.sid.to_string()));
        }
        let deadline = self.deadline();
        let found = self.pool.run(deadline, |connection| self.find(user_name, name, connection, deadline))?;
        Ok(found.map(|seen| seen.sid.to_string()))
    }

    fn remembered(&self, user_name: &str) -> Option<String> {
        self.seen.recall(user_name).map(|seen| seen.sid.to_string())
    }

    fn identify_again(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        if self.seen.recall(user_name).is_none_or(|seen| seen.is_fresh()) {
            return Ok(None);
        }
        self.seen.forget(user_name);
        self.identify(user_name)
    }

    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        if password.is_empty() {
            return Err(Refusal::EmptyPassword.into());
        }
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let deadline = self.deadline();
        if let Some(seen) = self.seen.recall(user_name) {
            if let Some(account) = self.open(&seen, password, deadline)? {
                self.remember_login(&account, &seen);
                return Ok(account);
            }
            self.seen.forget(user_name);
        }
        let found = self.pool.run(deadline, |connection| self.find(user_name, name, connection, deadline))?;
        let seen = found.ok_or_else(|| self.nobody(name))?;
        let account = self.open(&seen, password, deadline)?.ok_or(Refusal::AnotherAccount)?;
        self.remember_login(&account, &seen);
        Ok(account)
    }

    fn admit(&self, user_name: &str, now: Timestamp) -> Result<Account, SignInError> {
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let deadline = self.deadline();
        let ahead = self.asked.so_far();
        let person =
            self.pool.run(deadline, |connection| self.person(user_name, name, Some(&ahead), connection, deadline))?;
        let person = person.ok_or_else(|| self.nobody(name))?;
        standing::check(&person.entry, now)?;
        Ok(self.account_of(person)?)
    }

    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let deadline = self.deadline();
        let person = self.pool.run(deadline, |connection| self.person(user_name, name, None, connection, deadline))?;
        let Some(person) = person else { return Ok(None) };
        let refusal = standing::check(&person.entry, now).err().filter(Refusal::is_of_the_account);
        Ok(Some((self.account_of(person)?, refusal)))
    }

    fn password_change(&self) -> Option<&dyn PasswordChange> {
        Some(self)
    }

    fn condition(&self) -> Option<Condition> {
        let catalogue = self.forest.as_ref().map(|forest| forest.condition()).unwrap_or_default();
        Some(self.pool.condition().and(catalogue))
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
