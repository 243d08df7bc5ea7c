//! The way to the servers: questions whose answers are whole, within one time limit.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ldap3::Scope;

use super::password_policy;
use crate::engine::StoreError;
use crate::store::directory::{Password, Refusal};
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::entry::Entry;
use crate::store::ldap::failure::Failure;
use crate::store::ldap::pool::Pool;
use crate::store::ldap::ranges::complete;
use crate::store::ldap::{Condition, LdapServers, SettingsError};

/// Every entry.
pub(super) const ANYTHING: &str = "(objectClass=*)";
/// Entries in one page of a search: what most servers give at once, unless they are told otherwise.
const PAGE_ENTRIES: i32 = 500;
/// What only an Active Directory says of itself [MS-ADTS 3.1.1.3.4.3.1].
const ACTIVE_DIRECTORY: &[u8] = b"1.2.840.113556.1.4.800";

/// Connections to the servers of one directory.
pub(super) struct Link {
    store: String,
    pool: Pool,
    urls: String,
    request_timeout: Duration,
    /// Read from the server when the first question comes.
    is_active_directory: OnceLock<bool>,
}

/// One connection, for as long as one question may take.
pub(super) struct Session<'a> {
    connection: &'a mut Connection,
    deadline: Instant,
}

impl Link {
    pub(super) fn new(store: &str, servers: LdapServers) -> Result<Self, SettingsError> {
        let urls = servers.urls.join("`, `");
        let request_timeout = servers.request_timeout;
        let pool = Pool::new(store, password_policy::meaning, servers)?;
        Ok(Self { store: store.to_owned(), pool, urls, request_timeout, is_active_directory: OnceLock::new() })
    }

    /// How it gets on with its servers.
    pub(super) fn condition(&self) -> Condition {
        self.pool.condition()
    }

    /// What messages call the store.
    pub(super) fn store(&self) -> &str {
        &self.store
    }

    /// The addresses, for a message.
    pub(super) fn urls(&self) -> &str {
        &self.urls
    }

    /// When a question that begins now must be answered; `factor` times as long as usual.
    pub(super) fn deadline(&self, factor: u32) -> Instant {
        Instant::now() + self.request_timeout * factor
    }

    /// Runs read-only work on a connection of the service account.
    pub(super) fn run<T>(
        &self,
        deadline: Instant,
        mut work: impl FnMut(&mut Session<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.pool.run(deadline, |connection| work(&mut Session { connection, deadline }))
    }

    /// Whether a password opens an account, asked on a connection of its own.
    pub(super) fn check_password(
        &self,
        dn: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<Option<Refusal>, StoreError> {
        self.pool.check_password_asking(dn, password, &[password_policy::request()], deadline)
    }

    /// Whether the server is an Active Directory. A server that does not say what it is, is none.
    pub(super) fn is_active_directory(&self, session: &mut Session<'_>) -> Result<bool, Failure> {
        if let Some(known) = self.is_active_directory.get() {
            return Ok(*known);
        }
        let root = session.read("", ANYTHING, &["supportedCapabilities"])?;
        let is =
            root.is_some_and(|root| root.values("supportedcapabilities").iter().any(|oid| oid == ACTIVE_DIRECTORY));
        Ok(*self.is_active_directory.get_or_init(|| is))
    }
}

impl Session<'_> {
    /// All entries of a base and beneath it that fulfil a filter.
    pub(super) fn search(&mut self, base: &str, filter: &str, attributes: &[&str]) -> Result<Vec<Entry>, Failure> {
        let search = Search { base, scope: Scope::Subtree, filter, attributes };
        let mut entries = self.connection.search_whole(search, PAGE_ENTRIES, self.deadline)?;
        for entry in &mut entries {
            complete(entry, self.connection, self.deadline)?;
        }
        Ok(entries)
    }

    /// One entry by its name, if it is there and fulfils a filter.
    pub(super) fn read(&mut self, dn: &str, filter: &str, attributes: &[&str]) -> Result<Option<Entry>, Failure> {
        let search = Search { base: dn, scope: Scope::Base, filter, attributes };
        Ok(self.connection.search(search, self.deadline)?.pop())
    }

    /// Whether a base is there and may be seen: searches beneath one that is not find nothing.
    pub(super) fn base_is_there(&mut self, base: &str) -> Result<(), Failure> {
        let search = Search { base, scope: Scope::Base, filter: ANYTHING, attributes: &["1.1"] };
        self.connection.search_whole(search, PAGE_ENTRIES, self.deadline).map(|_| ())
    }
}
