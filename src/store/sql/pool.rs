//! A few connections to one database, kept open between questions.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::asking::{Asked, Bounds};
use super::connection::Connection;
use super::failure::Failure;
use super::settings::SqlSettings;
use crate::engine::Row;
use crate::store::permits::Permits;

/// Connections to one database.
pub(super) struct Pool {
    settings: SqlSettings,
    /// Certificate authorities in PEM form; empty if none are asked about.
    authorities: Vec<u8>,
    permits: Permits,
    idle: Mutex<Vec<(Instant, Connection)>>,
}

impl Pool {
    pub(super) fn new(settings: SqlSettings, authorities: Vec<u8>) -> Self {
        let permits = Permits::new(settings.connections);
        Self { settings, authorities, permits, idle: Mutex::default() }
    }

    pub(super) const fn settings(&self) -> &SqlSettings {
        &self.settings
    }

    /// Asks some queries in one transaction. If a kept connection turns out to be dead, a new one is asked, unless the
    /// queries may change something: then only those that the database has never seen.
    pub(super) fn ask(&self, asked: &[Asked], deadline: Instant) -> Result<Vec<Vec<Row>>, (usize, Failure)> {
        let bounds = Bounds { read_only: self.settings.read_only, most_rows: self.settings.most_rows };
        let _permit = self.permits.take(deadline).map_err(|all| {
            let advice = "raise `connections` if the database can bear it";
            (0, Failure::Timeout(format!("waiting for a connection to the database: {all}; {advice}")))
        })?;
        if let Some(mut connection) = self.take_idle() {
            match connection.ask(asked, bounds, deadline) {
                Err((_, Failure::Lost(reason))) if bounds.read_only || !connection.has_begun() => {
                    tracing::info!(reason, "a connection to a database was lost; connecting again");
                    self.idle().clear();
                }
                answer => return self.keep(connection, answer),
            }
        }
        let limit = self.settings.connect_timeout.min(deadline.saturating_duration_since(Instant::now()));
        let opened = Connection::open(&self.settings, &self.authorities, limit);
        let mut connection = opened.map_err(|failure| (0, failure))?;
        let answer = connection.ask(asked, bounds, deadline);
        self.keep(connection, answer)
    }

    /// Whether the database lets the user in now.
    pub(super) fn check(&self) -> Result<(), Failure> {
        Connection::open(&self.settings, &self.authorities, self.settings.connect_timeout).map(drop)
    }

    /// Keeps the connection for the next question, unless something is wrong with it.
    fn keep<T>(&self, connection: Connection, answer: Result<T, (usize, Failure)>) -> Result<T, (usize, Failure)> {
        let is_healthy = answer.as_ref().err().is_none_or(|(_, failure)| failure.leaves_connection());
        if is_healthy && !connection.is_spent() && connection.age() < self.settings.age {
            self.idle().push((Instant::now(), connection));
        }
        answer
    }

    fn take_idle(&self) -> Option<Connection> {
        let mut idle = self.idle();
        let settings = &self.settings;
        idle.retain(|(since, connection)| since.elapsed() < settings.idle && connection.age() < settings.age);
        idle.pop().map(|(_, connection)| connection)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Instant, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
