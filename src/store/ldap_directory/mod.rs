//! LDAP directories of other makes than Active Directory: as the authority for sign-in, and as attribute stores.

mod attribute_store;
mod claims;
mod groups;
mod imported;
mod known;
mod link;
mod naming;
mod password_policy;
mod people;
pub(in crate::store) mod query;
mod settings;
mod standing;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

pub use self::attribute_store::LdapStore;
use self::groups::{groups_of_person, names};
use self::imported::Imported;
use self::known::Known;
use self::link::{Link, Session};
use self::people::{DomainNames, People, Person};
pub use self::settings::{
    GroupSchema, LdapDirectorySettings, LdapGroups, LdapUsers, check_attribute, check_filter, check_name,
};
use super::directory::{Account, Condition, Directory, Password, ReadAhead, Refusal, SignInError};
use super::ldap::SettingsError;
use super::ldap::entry::Entry;
use super::ldap::failure::Failure;
use super::user_name::UserName;
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// What messages call the store.
const STORE: &str = "LDAP directory";
/// Listing all people may take this many times the time of one question.
const LISTING_FACTOR: u32 = 60;

/// Settings that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LdapSettingsError {
    /// The servers cannot be reached like this.
    #[error(transparent)]
    Servers(#[from] SettingsError),
    /// Nobody says what stands before the backslash.
    #[error("the base of the people has no `dc` part, so it does not say what their domain is called")]
    NoDomain,
}

/// A directory of people, reached over LDAP. Blocks while it waits; every wait has an end.
pub struct LdapDirectory {
    parts: Arc<Parts>,
    clock: fn() -> Timestamp,
}

/// What a directory consists of.
struct Parts {
    link: Link,
    people: People,
    groups: Option<LdapGroups>,
}

impl LdapDirectory {
    /// Checks the settings, and connects when the first question comes. Accounts that end are compared with `clock`.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, whatever the network does.
    pub fn new(settings: LdapDirectorySettings, clock: fn() -> Timestamp) -> Result<Self, LdapSettingsError> {
        let domain = DomainNames::of(&settings).ok_or(LdapSettingsError::NoDomain)?;
        let people = People::new(&settings, domain);
        let LdapDirectorySettings { servers, groups, .. } = settings;
        let parts = Arc::new(Parts { link: Link::new(STORE, servers)?, people, groups });
        Ok(Self { parts, clock })
    }

    /// Whether the directory answers now, is none that needs other settings, and lets the service account see people
    /// and groups.
    ///
    /// # Errors
    ///
    /// What is in the way.
    pub fn check(&self) -> Result<(), StoreError> {
        let Parts { link, people, groups } = &*self.parts;
        link.run(link.deadline(1), |session| {
            self.parts.recognise(session)?;
            session.base_is_there(people.base())?;
            groups.as_ref().map_or(Ok(()), |groups| session.base_is_there(&groups.base))
        })
    }

    fn find(&self, name: UserName<'_>, session: &mut Session<'_>) -> Result<Option<Person>, Failure> {
        self.parts.recognise(session)?;
        self.parts.people.find(name, session)
    }

    fn account_of(&self, person: &Person, session: &mut Session<'_>) -> Result<Account, Failure> {
        let Parts { people, groups, .. } = &*self.parts;
        let groups = groups_of_person(groups.as_ref(), person, session)?;
        let policy = people.policy(person, session)?;
        Ok(Account {
            password_ends: policy.and_then(|policy| standing::password_ends(&person.entry, &policy)),
            ahead: ReadAhead::new(Arc::new(Known::new(Arc::clone(&self.parts), person, groups.clone()))),
            ..claims::account(people, person, names(&groups))
        })
    }

    fn account_unless_refused(
        &self,
        person: &Person,
        now: Timestamp,
        session: &mut Session<'_>,
    ) -> Result<Result<Account, Refusal>, Failure> {
        match self.parts.people.refusal(person, now, session)? {
            Some(refusal) => Ok(Err(refusal)),
            None => self.account_of(person, session).map(Ok),
        }
    }
}

impl Parts {
    /// Refuses an Active Directory, whose groups and account states these settings would pass over.
    fn recognise(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        if !self.link.is_active_directory(session)? {
            return Ok(());
        }
        Err(Failure::Refused(format!(
            "`{}` is an Active Directory, whose nested groups and locked accounts would be passed over; configure it as \
             `directory.active_directory`",
            self.link.urls()
        )))
    }

    /// Answers queries; the groups of who is `known` are not looked for again.
    fn answer(&self, queries: &[Query], known: Option<&Known>) -> Result<Vec<Vec<Row>>, StoreError> {
        let imported = Imported { people: &self.people, groups: self.groups.as_ref(), known };
        let answers = self.link.run(self.link.deadline(1), |session| {
            self.recognise(session)?;
            queries.iter().map(|query| imported.answer(query, session)).collect::<Result<Vec<_>, _>>()
        })?;
        answers.into_iter().collect()
    }
}

/// The values of an attribute as claims carry them. Bytes may come under a name with an option [RFC 4522].
fn values(entry: &Entry, name: &str) -> Vec<Arc<str>> {
    let plain = entry.claim_values(name);
    if plain.is_empty() { entry.claim_values(&format!("{name};binary")) } else { plain }
}

impl AttributeStore for LdapDirectory {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.parts.answer(queries, None)
    }

    fn reachable(&self) -> Result<(), StoreError> {
        self.check()
    }
}

impl Directory for LdapDirectory {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        self.parts.link.run(self.parts.link.deadline(1), |session| {
            self.find(name, session)?.map(|person| self.account_of(&person, session)).transpose()
        })
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        let found = self.parts.link.run(self.parts.link.deadline(1), |session| self.find(name, session))?;
        Ok(found.map(|person| self.parts.people.identity(&person)).filter(|identity| !identity.is_empty()))
    }

    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        if password.is_empty() {
            return Err(Refusal::EmptyPassword.into());
        }
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        if let UserName::Qualified { domain, .. } = name
            && !self.parts.people.domain.is_named(domain)
        {
            return Err(Refusal::other_domain(domain, &self.parts.people.domain.short).into());
        }
        let deadline = self.parts.link.deadline(1);
        let person = self.parts.link.run(deadline, |session| self.find(name, session))?.ok_or(Refusal::UnknownUser)?;
        match self.parts.link.check_password(&person.entry.dn, password, deadline)? {
            // An administrator's lock lasts; one after wrong passwords does not.
            Some(Refusal::LockedOut) if standing::is_locked_for_good(&person.entry) => {
                return Err(Refusal::Disabled.into());
            }
            Some(refusal) => return Err(refusal.into()),
            None => {}
        }
        let now = (self.clock)();
        let account = self.parts.link.run(deadline, |session| self.account_unless_refused(&person, now, session));
        Ok(account.map_err(SignInError::Unfinished)??)
    }

    fn admit(&self, user_name: &str, now: Timestamp) -> Result<Account, SignInError> {
        let name = UserName::parse(user_name).ok_or(Refusal::UnknownUser)?;
        let admitted =
            self.parts.link.run(self.parts.link.deadline(1), |session| match self.find(name, session)? {
                Some(person) => self.account_unless_refused(&person, now, session),
                None => Ok(Err(Refusal::UnknownUser)),
            })?;
        Ok(admitted?)
    }

    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        let Some(name) = UserName::parse(user_name) else { return Ok(None) };
        self.parts.link.run(self.parts.link.deadline(1), |session| {
            let Some(person) = self.find(name, session)? else { return Ok(None) };
            let refusal = self.parts.people.refusal(&person, now, session)?.filter(Refusal::is_of_the_account);
            Ok(Some((self.account_of(&person, session)?, refusal)))
        })
    }

    fn condition(&self) -> Option<Condition> {
        Some(self.parts.link.condition())
    }

    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        let mut logins = self.parts.link.run(self.parts.link.deadline(LISTING_FACTOR), |session| {
            self.parts.recognise(session)?;
            self.parts.people.logins(session)
        })?;
        logins.sort_unstable();
        Ok(logins.into_iter().map(|login| format!("{}\\{login}", self.parts.people.domain.short)).collect())
    }
}

impl fmt::Debug for LdapDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LdapDirectory").field("urls", &self.parts.link.urls()).finish_non_exhaustive()
    }
}
