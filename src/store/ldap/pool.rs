//! A few connections of the service account, kept open between questions.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ldap3::controls::RawControl;

use super::bind::{self, BindMeaning};
use super::connection::{Address, Connection};
use super::failure::Failure;
use super::settings::{LdapServers, ServiceCredentials, SettingsError};
use super::tls;
use crate::engine::StoreError;
use crate::store::directory::{Password, Refusal};

/// Connections that nobody used for so long are not trusted: a firewall may have dropped them without a word.
const IDLE: Duration = Duration::from_mins(1);
/// The LDAP library remembers the number of every search; a connection is not used for more than these.
const MOST_OPERATIONS: u32 = 20_000;

/// Connections of one account to the servers of one directory.
pub(in crate::store) struct Pool {
    /// What messages call the store.
    store: Arc<str>,
    /// What this make of server says by the result of a bind.
    meaning: BindMeaning,
    addresses: Vec<Address>,
    credentials: ServiceCredentials,
    connect_timeout: Duration,
    bind_timeout: Duration,
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<(Instant, Connection)>,
    working: usize,
    /// The address that answered last.
    preferred: usize,
}

/// The right to use one connection. Given back on drop, also when the work panics.
struct Permit<'a>(&'a Pool);

impl Pool {
    /// Checks the settings, and connects when the first question comes.
    pub(in crate::store) fn new(
        store: &str,
        meaning: BindMeaning,
        servers: LdapServers,
    ) -> Result<Self, SettingsError> {
        let urls = servers.validate()?;
        let tls = tls::client_config(servers.ca_file.as_deref())?;
        let start_tls = servers.start_tls;
        let addresses = urls.into_iter().map(|url| Address { url, start_tls, tls: Arc::clone(&tls) }).collect();
        let LdapServers { credentials, connect_timeout, bind_timeout, connections, .. } = servers;
        Ok(Self {
            store: store.into(),
            meaning,
            addresses,
            credentials,
            connect_timeout,
            bind_timeout,
            most: connections.max(1),
            state: Mutex::default(),
            freed: Condvar::new(),
        })
    }

    /// Runs read-only work on a connection. If a kept connection turns out to be dead, the work is run once more on
    /// a new one.
    pub(in crate::store) fn run<T>(
        &self,
        deadline: Instant,
        work: impl FnMut(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.run_once_or_twice(deadline, work).map_err(|failure| failure.of_store(&self.store))
    }

    fn run_once_or_twice<T>(
        &self,
        deadline: Instant,
        mut work: impl FnMut(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let _permit = self.permit(deadline)?;
        if let Some(mut connection) = self.take_idle() {
            match work(&mut connection) {
                Err(Failure::Lost(reason)) => {
                    tracing::info!(reason, "a connection to the directory was lost; connecting again");
                    self.state().idle.clear();
                }
                answer => return self.keep(connection, answer),
            }
        }
        let mut connection = self.connect_as_service(deadline)?;
        let answer = work(&mut connection);
        self.keep(connection, answer)
    }

    /// Whether a password opens an account: binds on a connection of its own, so that no connection of the service
    /// account ever speaks for somebody else.
    pub(in crate::store) fn check_password(
        &self,
        dn: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<Option<Refusal>, StoreError> {
        self.check_password_asking(dn, password, Vec::new(), deadline)
    }

    /// The same, with controls that ask the server to say more in its answer.
    pub(in crate::store) fn check_password_asking(
        &self,
        dn: &str,
        password: &Password,
        controls: Vec<RawControl>,
        deadline: Instant,
    ) -> Result<Option<Refusal>, StoreError> {
        Ok(self.open_asking(dn, password, controls, deadline)?.err())
    }

    /// A connection of its own on which an account has bound, for a change that it makes itself; or why it may not bind.
    /// It is not kept: a change must not be made twice.
    pub(in crate::store) fn open_as(
        &self,
        dn: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<Result<Connection, Refusal>, StoreError> {
        self.open_asking(dn, password, Vec::new(), deadline)
    }

    /// A connection of its own for the service account, which is not kept either.
    pub(in crate::store) fn open_as_service(&self, deadline: Instant) -> Result<Connection, StoreError> {
        self.connect_as_service(deadline).map_err(|failure| failure.of_store(&self.store))
    }

    fn open_asking(
        &self,
        dn: &str,
        password: &Password,
        controls: Vec<RawControl>,
        deadline: Instant,
    ) -> Result<Result<Connection, Refusal>, StoreError> {
        // A bind that names nobody, or brings no password, succeeds without proving anything [RFC 4513 5.1.2].
        if password.is_empty() {
            return Ok(Err(Refusal::EmptyPassword));
        }
        if dn.is_empty() {
            return Ok(Err(Refusal::UnknownUser));
        }
        if password.has_controls() {
            return Ok(Err(Refusal::WrongPassword));
        }
        self.connect_as_user(dn, password, controls, deadline).map_err(|failure| failure.of_store(&self.store))
    }

    fn connect_as_user(
        &self,
        dn: &str,
        password: &Password,
        controls: Vec<RawControl>,
        deadline: Instant,
    ) -> Result<Result<Connection, Refusal>, Failure> {
        let mut connection = self.connect(deadline)?;
        let deadline = deadline.min(Instant::now() + self.bind_timeout);
        let result = connection.bind_asking(dn, password, controls, deadline)?;
        Ok(bind::of_user(self.meaning, &result)?.map_or(Ok(connection), Err))
    }

    fn connect_as_service(&self, deadline: Instant) -> Result<Connection, Failure> {
        let mut connection = self.connect(deadline)?;
        let ServiceCredentials::Password { name, password } = &self.credentials else { return Ok(connection) };
        let deadline = deadline.min(Instant::now() + self.bind_timeout);
        let result = connection.bind(name, password, deadline)?;
        let cause = match (self.meaning)(&result) {
            Ok(()) => return Ok(connection),
            Err(Some(refusal)) => refusal.to_string(),
            Err(None) => format!("code {}: {}", result.rc, result.text),
        };
        Err(Failure::Refused(format!("the service account `{name}` was refused: {cause}")))
    }

    /// Tries every address, beginning with the one that answered last.
    fn connect(&self, deadline: Instant) -> Result<Connection, Failure> {
        let preferred = self.state().preferred;
        let mut failure = Failure::Lost("no server is configured".to_owned());
        for offset in 0..self.addresses.len() {
            let place = (preferred + offset) % self.addresses.len();
            let Some(address) = self.addresses.get(place) else { continue };
            let limit = self.connect_timeout.min(deadline.saturating_duration_since(Instant::now()));
            match Connection::open(address, limit) {
                Ok(connection) => {
                    self.state().preferred = place;
                    return Ok(connection);
                }
                Err(reason) => {
                    tracing::warn!(reason = reason.reason(), "a server of the directory cannot be reached");
                    failure = reason;
                }
            }
        }
        Err(failure)
    }

    /// Keeps the connection for the next question, unless something is wrong with it.
    fn keep<T>(&self, connection: Connection, answer: Result<T, Failure>) -> Result<T, Failure> {
        let healthy = matches!(answer, Ok(_) | Err(Failure::Refused(_)));
        if healthy && connection.operations() < MOST_OPERATIONS {
            self.state().idle.push((Instant::now(), connection));
        }
        answer
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut state = self.state();
        state.idle.retain(|(since, _)| since.elapsed() < IDLE);
        state.idle.pop().map(|(_, connection)| connection)
    }

    fn permit(&self, deadline: Instant) -> Result<Permit<'_>, Failure> {
        let limit = deadline.saturating_duration_since(Instant::now());
        let (mut state, waited) = self
            .freed
            .wait_timeout_while(self.state(), limit, |state| state.working >= self.most)
            .unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(Failure::timeout("waiting for a free connection to the directory", limit));
        }
        state.working += 1;
        Ok(Permit(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.state().working -= 1;
        self.0.freed.notify_one();
    }
}
