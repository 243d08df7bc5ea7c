//! A few connections of the service account, kept open between questions; questions and passwords that one server does not
//! answer are taken to the next.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ldap3::controls::RawControl;

use super::bind::{self, BindMeaning};
use super::checks::Checks;
use super::condition::Condition;
use super::connection::Connection;
use super::counters::{OperationCounts, Operations};
use super::failure::Failure;
use super::health::ServerHealth;
use super::open::{Opening, Proof, Unopened};
use super::servers::{Server, Servers};
use super::settings::{LdapServers, ServiceCredentials, SettingsError};
use super::wear::Wear;
use crate::engine::StoreError;
use crate::store::directory::{Password, Refusal};
use crate::store::permits::{AllInUse, Permit, Permits};

/// How long one server has for an answer while another one could be asked.
const PATIENCE: Duration = Duration::from_millis(700);
/// The same for a bind: a domain controller asks another one before it says that a password is wrong.
const BIND_PATIENCE: Duration = Duration::from_secs(1);
/// So many servers may be shown one password: each of them may count it as wrong, whether its answer comes or not, and so
/// lock the account.
const MOST_PASSWORD_CHECKS: usize = 2;

/// Connections of one account to the servers of one directory.
pub(in crate::store) struct Pool {
    /// What messages call the store.
    store: Arc<str>,
    /// What this make of server says by the result of a bind.
    meaning: BindMeaning,
    servers: Arc<Servers>,
    checks: OnceLock<Option<Checks>>,
    credentials: ServiceCredentials,
    connect_timeout: Duration,
    bind_timeout: Duration,
    answer_limit: usize,
    counters: Arc<Operations>,
    of_service: Permits,
    of_users: Permits,
    idle: Mutex<Vec<(Instant, Connection)>>,
}

impl Pool {
    /// Checks the settings, and connects when the first question comes.
    pub(in crate::store) fn new(
        store: &str,
        meaning: BindMeaning,
        settings: LdapServers,
    ) -> Result<Self, SettingsError> {
        Ok(Self {
            store: store.into(),
            meaning,
            servers: Arc::new(Servers::new(store, &settings)?),
            checks: OnceLock::new(),
            credentials: settings.credentials,
            connect_timeout: settings.connect_timeout,
            bind_timeout: settings.bind_timeout,
            answer_limit: settings.answer_limit_bytes,
            counters: Arc::default(),
            of_service: Permits::new(settings.connections),
            of_users: Permits::new(settings.sign_in_connections),
            idle: Mutex::default(),
        })
    }

    /// Runs read-only work on a connection. If the server does not answer, the work is run again on another one, or if
    /// only a kept connection was dead, on a new one.
    pub(in crate::store) fn run<T>(
        &self,
        deadline: Instant,
        work: impl FnMut(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.run_until_answered(deadline, work).map_err(|failure| self.error(&failure))
    }

    /// Whether a password opens an account: binds on a connection of its own, so that no connection of the service
    /// account ever speaks for somebody else.
    pub(in crate::store) fn check_password(
        &self,
        dn: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<Option<Refusal>, StoreError> {
        self.check_password_asking(dn, password, &[], deadline)
    }

    /// The same, with controls that ask the server to say more in its answer.
    pub(in crate::store) fn check_password_asking(
        &self,
        dn: &str,
        password: &Password,
        controls: &[RawControl],
        deadline: Instant,
    ) -> Result<Option<Refusal>, StoreError> {
        Ok(self.open_asking(dn, password, controls, deadline)?.map(Connection::close).err())
    }

    /// A connection of its own on which an account has bound, for a change that it makes itself; or why it may not bind.
    /// It is not kept: a change must not be made twice.
    pub(in crate::store) fn open_as(
        &self,
        dn: &str,
        password: &Password,
        deadline: Instant,
    ) -> Result<Result<Connection, Refusal>, StoreError> {
        self.open_asking(dn, password, &[], deadline)
    }

    /// A connection of its own for the service account, which is not kept either.
    pub(in crate::store) fn open_as_service(&self, deadline: Instant) -> Result<Connection, StoreError> {
        let opened = self.connect_as_service(deadline, &mut Vec::new()).map(Connection::without_haste);
        opened.map_err(|failure| self.error(&failure))
    }

    fn open_asking(
        &self,
        dn: &str,
        password: &Password,
        controls: &[RawControl],
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
        self.connect_as_user(dn, password, controls, deadline).map_err(|failure| self.error(&failure))
    }

    /// The service account, if it proves with a ticket who it is.
    pub(in crate::store) fn bound_by_ticket(&self) -> Option<&str> {
        match &self.credentials {
            ServiceCredentials::Sasl(mechanism) => Some(mechanism.account()),
            ServiceCredentials::Anonymous | ServiceCredentials::Password { .. } => None,
        }
    }

    /// A failure as an error of this store.
    pub(in crate::store) fn error(&self, failure: &Failure) -> StoreError {
        failure.of_store(&self.store)
    }

    /// What was asked of the servers so far.
    pub(in crate::store) fn operations(&self) -> OperationCounts {
        self.counters.counts()
    }

    /// What is known of each server.
    pub(in crate::store) fn health(&self) -> Vec<ServerHealth> {
        self.servers.health()
    }

    /// Both of these.
    pub(in crate::store) fn condition(&self) -> Condition {
        Condition { operations: self.operations(), servers: self.health() }
    }

    fn run_until_answered<T>(
        &self,
        deadline: Instant,
        mut work: impl FnMut(&mut Connection) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let permit = self
            .of_service
            .take(deadline)
            .map_err(|all| busy("a connection of the service account", "connections", &all))?;
        let mut tried = Vec::new();
        loop {
            let kept = self.take_idle(&tried);
            let is_kept = kept.is_some();
            let mut connection = match kept {
                Some(kept) => kept,
                None => self.connect_as_service(deadline, &mut tried)?,
            };
            connection.patience = self.patience(&connection.server, PATIENCE, &tried);
            match work(&mut connection) {
                Err(failure) if failure.is_of_the_server() => {
                    self.idle().retain(|(_, idle)| !Arc::ptr_eq(&idle.server, &connection.server));
                    if !is_kept || matches!(failure, Failure::Silent(_)) {
                        self.leave(&connection.server, &mut tried);
                    }
                    if self.servers.candidates(&tried).is_empty() {
                        return Err(failure);
                    }
                    tracing::debug!(reason = failure.reason(), "a question is asked again");
                }
                answer => {
                    self.keep(connection, &answer, &permit);
                    return answer;
                }
            }
        }
    }

    fn connect_as_user(
        &self,
        dn: &str,
        password: &Password,
        controls: &[RawControl],
        deadline: Instant,
    ) -> Result<Result<Connection, Refusal>, Failure> {
        let _permit = self
            .of_users
            .take(deadline)
            .map_err(|all| busy("a connection to check a password", "sign_in_connections", &all))?;
        let mut tried = Vec::new();
        loop {
            let mut connection = self.connect(deadline, &tried, false).map_err(|(_, failure)| failure)?;
            let is_last = tried.len() + 1 >= MOST_PASSWORD_CHECKS;
            connection.patience = self.patience(&connection.server, BIND_PATIENCE, &tried).filter(|_| !is_last);
            let until = deadline.min(Instant::now() + self.bind_timeout);
            let bound = connection.bind_asking(dn, password, controls.to_vec(), until);
            match bound.and_then(|result| bind::of_user(self.meaning, &result)) {
                Err(failure) if failure.is_of_the_server() => {
                    self.leave(&connection.server, &mut tried);
                    if is_last || self.servers.candidates(&tried).is_empty() {
                        return Err(failure);
                    }
                }
                Err(failure) => return Err(failure),
                Ok(None) => return Ok(Ok(connection.without_haste())),
                Ok(Some(refusal)) => {
                    connection.close();
                    return Ok(Err(refusal));
                }
            }
        }
    }

    /// A connection on which the service account is bound.
    fn connect_as_service(&self, deadline: Instant, tried: &mut Vec<Arc<str>>) -> Result<Connection, Failure> {
        loop {
            let mut connection = match self.connect(deadline, tried, true) {
                // It was connected to, and did not let the account prove who it is.
                Err((Some(server), failure)) if failure.is_of_the_server() => {
                    self.leave(&server, tried);
                    if self.servers.candidates(tried).is_empty() {
                        return Err(failure);
                    }
                    tracing::debug!(reason = failure.reason(), "the next server is asked");
                    continue;
                }
                Err((_, failure)) => return Err(failure),
                Ok(connection) => connection,
            };
            let ServiceCredentials::Password { name, password } = &self.credentials else { return Ok(connection) };
            connection.patience = self.patience(&connection.server, BIND_PATIENCE, tried);
            let until = deadline.min(Instant::now() + self.bind_timeout);
            let bound = connection.bind(name, password, until);
            let result = match bound {
                Err(failure) if failure.is_of_the_server() => {
                    self.leave(&connection.server, tried);
                    if self.servers.candidates(tried).is_empty() {
                        return Err(failure);
                    }
                    continue;
                }
                bound => bound?,
            };
            let cause = match (self.meaning)(&result) {
                Ok(()) => return Ok(connection),
                Err(Some(refusal)) => refusal.to_string(),
                Err(None) => format!("code {}: {}", result.rc, result.text.trim_end_matches(['\0', '\n'])),
            };
            return Err(Failure::Refused(format!("the service account `{name}` was refused: {cause}")));
        }
    }

    /// A new connection to the best server that answers and was not tried.
    fn connect(&self, deadline: Instant, tried: &[Arc<str>], as_service: bool) -> Result<Connection, Unopened> {
        self.know_servers(deadline).map_err(|failure| (None, failure))?;
        let candidates = self.servers.candidates(tried);
        if candidates.is_empty() {
            return Err((None, Failure::Lost("no server is left to be asked".to_owned())));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let sasl = match &self.credentials {
            ServiceCredentials::Sasl(mechanism) if as_service => Some(Proof {
                mechanism: &**mechanism,
                limit: self.bind_timeout.min(left),
                usual: self.bind_timeout,
                patience: Box::new(|server| self.patience(server, BIND_PATIENCE, tried)),
            }),
            _ => None,
        };
        let opening = Opening {
            road: self.servers.road(),
            counters: Arc::clone(&self.counters),
            answer_limit: self.answer_limit,
            limit: self.connect_timeout.min(left),
            sasl,
        };
        let opened = opening.open(&candidates);
        if let Some(Some(checks)) = self.checks.get()
            && opened
                .as_ref()
                .map_or(true, |opened| !candidates.first().is_some_and(|best| Arc::ptr_eq(best, &opened.server)))
        {
            checks.wake();
        }
        opened
    }

    /// Looks the servers up if they are not known, and has them looked after from then on.
    fn know_servers(&self, deadline: Instant) -> Result<(), Failure> {
        if self.servers.all().is_empty() {
            let limit = self.connect_timeout.min(deadline.saturating_duration_since(Instant::now()));
            let lost = |error: std::io::Error| Failure::Lost(error.to_string());
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(lost)?;
            let found = runtime.block_on(async { tokio::time::timeout(limit, self.servers.look_up()).await });
            runtime.shutdown_background();
            match found {
                Ok(found) => found.map_err(Failure::Lost)?,
                Err(_) => return Err(Failure::timeout("asking DNS for the servers", limit)),
            }
        }
        self.checks.get_or_init(|| self.servers.need_checks().then(|| Checks::start(Arc::clone(&self.servers))));
        Ok(())
    }

    /// How long an answer of this server may take, if there is somebody else to ask.
    fn patience(&self, server: &Server, patience: Duration, tried: &[Arc<str>]) -> Option<Duration> {
        self.servers.has_other(server, tried).then_some(patience)
    }

    /// The server is not asked again in this matter, and looked at.
    fn leave(&self, server: &Server, tried: &mut Vec<Arc<str>>) {
        tried.push(Arc::clone(&server.name));
        server.doubt();
        self.counters.moved();
        if let Some(Some(checks)) = self.checks.get() {
            checks.wake();
        }
    }

    /// Keeps the connection for the next question, unless something is wrong with it.
    fn keep<T>(&self, connection: Connection, answer: &Result<T, Failure>, _: &Permit<'_>) {
        let healthy = matches!(answer, Ok(_) | Err(Failure::Refused(_))) && connection.watch.ended().is_none();
        if healthy {
            connection.server.answered();
            self.idle().push((Instant::now(), connection));
        }
    }

    /// A kept connection to the best server; those that have had their time, or that are to another one, are closed.
    fn take_idle(&self, tried: &[Arc<str>]) -> Option<Connection> {
        let mut idle = self.idle();
        let now = Instant::now();
        idle.retain(|(last_used, connection)| {
            let (opened, operations) = (connection.opened, connection.operations());
            Wear { opened, last_used: *last_used, operations }.is_bearable(now)
                && (!tried.is_empty() || self.servers.is_best(&connection.server))
        });
        let place = idle.iter().rposition(|(_, connection)| !tried.contains(&connection.server.name))?;
        Some(idle.remove(place).1)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Instant, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A limit that a setting gives, and that kept somebody waiting for too long.
fn busy(what: &str, setting: &str, all: &AllInUse) -> Failure {
    Failure::Timeout(format!("waiting for {what}: {all}; raise `{setting}` if the directory can bear it"))
}
