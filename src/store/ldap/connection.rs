//! One connection to an LDAP server, for callers that wait.
//!
//! The LDAP library is asynchronous and has no time limits of its own. Each connection has a small runtime for itself,
//! which runs only while somebody waits for an answer, and every wait has an end.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ldap3::controls::RawControl;
use ldap3::{Ldap, LdapError, LdapResult, Mod, Scope, SearchEntry, SearchOptions, SearchResult};
use tokio::runtime::Runtime;

use super::counters::Operations;
use super::entry::Entry;
use super::failure::Failure;
use super::guard::{End, Watch};
use super::servers::Server;
use crate::store::directory::Password;

/// Success [RFC 4511 A.1].
const SUCCESS: u32 = 0;
/// There are more entries than asked for.
const SIZE_LIMIT_EXCEEDED: u32 = 4;
/// There is no such base.
const NO_SUCH_OBJECT: u32 = 32;
/// The server is too busy, or shutting down.
pub(in crate::store) const BUSY: [u32; 2] = [51, 52];
/// Taking leave waits no longer than this.
const LEAVE: Duration = Duration::from_millis(100);
/// Asks for no references to other servers, which would not be followed anyway [MS-ADTS 3.1.1.3.4.1.4].
const DOMAIN_SCOPE: &str = "1.2.840.113556.1.4.1339";

/// What to search for.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Search<'a> {
    pub base: &'a str,
    pub scope: Scope,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
}

/// An open connection.
pub(in crate::store) struct Connection {
    /// Taken out only when the connection ends.
    pub(super) runtime: Option<Runtime>,
    pub(super) ldap: Ldap,
    pub(super) server: Arc<Server>,
    pub(super) watch: Arc<Watch>,
    pub(super) counters: Arc<Operations>,
    pub(super) opened: Instant,
    pub(super) operations: u32,
    /// How long one answer may take while another server could be asked.
    pub(super) patience: Option<Duration>,
}

impl Connection {
    /// Binds with a name and a password, and gives the directory's result. The caller has made sure that neither is
    /// empty: a bind without a password would succeed as nobody [RFC 4513 5.1.2].
    pub(in crate::store) fn bind(
        &mut self,
        name: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<LdapResult, Failure> {
        self.bind_asking(name, password, Vec::new(), deadline)
    }

    /// The same, with controls that ask the server to say more in its answer.
    pub(in crate::store) fn bind_asking(
        &mut self,
        name: &str,
        password: &Password,
        controls: Vec<RawControl>,
        deadline: Instant,
    ) -> Result<LdapResult, Failure> {
        let mut ldap = self.ldap.clone();
        ldap.with_controls(controls);
        self.wait("binding", deadline, async move { ldap.simple_bind(name, password.reveal()).await })
    }

    /// Changes an entry, all at once or not at all, and gives the directory's result.
    pub(in crate::store) fn modify(
        &mut self,
        dn: &str,
        changes: Vec<Mod<Vec<u8>>>,
        deadline: Instant,
    ) -> Result<LdapResult, Failure> {
        let mut ldap = self.ldap.clone();
        self.wait("changing", deadline, async move { ldap.modify(dn, changes).await })
    }

    /// The entries found. An absent base is an empty answer; a base that lies on another server is a refusal.
    pub(in crate::store) fn search(&mut self, search: Search<'_>, deadline: Instant) -> Result<Vec<Entry>, Failure> {
        self.search_limited(search, 0, deadline)
    }

    /// At most `most` entries, or a few more from a server that does not count. 0 is no limit, and then too many
    /// entries for the server are a refusal.
    pub(in crate::store) fn search_limited(
        &mut self,
        search: Search<'_>,
        most: i32,
        deadline: Instant,
    ) -> Result<Vec<Entry>, Failure> {
        let mut ldap = self.ldap.clone();
        ldap.with_controls(domain_scope()).with_search_options(SearchOptions::new().sizelimit(most));
        let Search { base, scope, filter, attributes } = search;
        let found = self
            .wait("searching", deadline, async move { ldap.search(base, scope, filter, attributes.to_vec()).await })?;
        let SearchResult(entries, result) = found;
        match result.rc {
            SUCCESS => {}
            // Fewer than asked for: the server has a limit of its own, and there is more than it shows.
            SIZE_LIMIT_EXCEEDED if most > 0 && entries.len() >= usize::try_from(most).unwrap_or_default() => {}
            NO_SUCH_OBJECT => return Ok(Vec::new()),
            _ => return Err(self.refusal("searching", &result)),
        }
        Ok(entries.into_iter().map(|entry| Entry::from(SearchEntry::construct(entry))).collect())
    }

    /// All entries found, in pages of at most so many.
    pub(in crate::store) fn search_paged(
        &mut self,
        search: Search<'_>,
        page_entries: i32,
        deadline: Instant,
    ) -> Result<Vec<Entry>, Failure> {
        let (entries, result) = self.pages(search, Some(page_entries), Some(&domain_scope()), deadline)?;
        if result.rc == SUCCESS { Ok(entries) } else { Err(self.refusal("searching", &result)) }
    }

    /// How often this connection was used.
    pub(in crate::store) fn operations(&self) -> u32 {
        self.operations
    }

    pub(super) fn refusal(&self, doing: &str, result: &LdapResult) -> Failure {
        let text = result.text.trim_end_matches(['\0', '\n']);
        let reason =
            format!("{doing} on `{}`: the directory answered with code {}: {text}", self.server.name, result.rc);
        if BUSY.contains(&result.rc) { Failure::Lost(reason) } else { Failure::Refused(reason) }
    }

    pub(super) fn wait<T>(
        &mut self,
        doing: &str,
        deadline: Instant,
        work: impl Future<Output = Result<T, LdapError>>,
    ) -> Result<T, Failure> {
        self.operations += 1;
        self.watch.begin();
        let doing = format!("{doing} on `{}`", self.server.name);
        let Some(runtime) = &self.runtime else { return Err(Failure::Lost(doing)) };
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = self.patience.map_or(left, |patience| patience.min(left));
        match runtime.block_on(async { tokio::time::timeout(limit, work).await }) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(match self.watch.ended() {
                Some(End::Refused(reason)) => Failure::Refused(format!("{doing}: {reason}")),
                Some(End::Lost(reason)) => Failure::Lost(format!("{doing}: {reason}")),
                None => Failure::lost(&doing, &error),
            }),
            Err(_) if limit < left => Err(Failure::silent(&doing, limit)),
            Err(_) => Err(Failure::timeout(&doing, limit)),
        }
    }

    /// With all the time that there is for each answer.
    pub(super) fn without_haste(mut self) -> Self {
        self.patience = None;
        self
    }

    /// Takes leave of the server.
    pub(super) fn close(self) {
        let mut ldap = self.ldap.clone();
        if let Some(runtime) = &self.runtime {
            // It is closed in any case.
            let _ = runtime.block_on(async { tokio::time::timeout(LEAVE, ldap.unbind()).await });
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // An ordinary drop waits for name lookups and must not happen inside another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn domain_scope() -> RawControl {
    RawControl { ctype: DOMAIN_SCOPE.to_owned(), crit: false, val: None }
}
