//! Databases as attribute stores: the `{n}` of a query become bound parameters, its columns become claims.
//!
//! A question runs in a transaction of its own, which is rolled back unless the store may write. The text of a query
//! never holds a value.

mod answer;
mod asking;
mod authorities;
mod cell;
mod connection;
mod failure;
#[cfg(feature = "laws")]
pub mod laws;
mod mysql;
mod pool;
mod postgresql;
mod settings;
mod sql_server;
mod sqlite;
mod text;

use std::fmt;
use std::time::Instant;

pub use settings::{Database, Server, SqlSettings, SqlSettingsError, Tls};

use self::asking::Asked;
use self::connection::dialect;
use self::failure::Failure;
use self::pool::Pool;
use self::text::{Dialect, QueryText};
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// A database that rules ask. Blocks while it waits; every wait has an end.
pub struct SqlStore {
    pool: Pool,
}

impl SqlStore {
    /// Checks the settings, and connects when the first question comes.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, whatever the network does.
    pub fn new(settings: SqlSettings) -> Result<Self, SqlSettingsError> {
        let tls = match &settings.database {
            Database::PostgreSql(server) | Database::MySql(server) | Database::SqlServer { server, .. } => &server.tls,
            Database::Sqlite(_) => &Tls::Off,
        };
        let authorities = match tls {
            Tls::Verified { ca_file } => {
                authorities::as_pem(ca_file.as_deref()).map_err(SqlSettingsError::CertificateAuthorities)?
            }
            Tls::IfOffered | Tls::Off => Vec::new(),
        };
        Ok(Self { pool: Pool::new(settings, authorities) })
    }

    /// Whether the database answers now, and lets its user in.
    ///
    /// # Errors
    ///
    /// What is in the way, in words.
    pub fn check(&self) -> Result<(), String> {
        self.pool.check().map_err(|failure| match failure {
            Failure::Lost(reason) | Failure::Timeout(reason) | Failure::Refused(reason) | Failure::Query(reason) => {
                reason
            }
            Failure::Fields(_) => String::new(),
        })
    }

    fn read(&self, query: &Query) -> Result<Asked, Failure> {
        let dialect = dialect(&self.pool.settings().database);
        let text = QueryText::parse(&query.text, dialect, query.parameters.len()).map_err(Failure::Query)?;
        if dialect == Dialect::SqlServer {
            sql_server::check(&text, self.pool.settings().read_only).map_err(Failure::Query)?;
        }
        let values = text.order.iter().filter_map(|&number| query.parameters.get(number).cloned()).collect();
        Ok(Asked { text, values, columns: query.columns })
    }
}

impl AttributeStore for SqlStore {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let Some(first) = queries.first() else { return Ok(Vec::new()) };
        let deadline = Instant::now() + self.pool.settings().statement_timeout;
        let asked = queries.iter().map(|query| self.read(query).map_err(|failure| failure.of(query)));
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        self.pool.ask(&asked, deadline).map_err(|(at, failure)| failure.of(queries.get(at).unwrap_or(first)))
    }

    fn reachable(&self) -> Result<(), StoreError> {
        self.check().map_err(|reason| StoreError::Unavailable { store: "SQL".to_owned(), reason })
    }

    fn may_write(&self) -> bool {
        !self.pool.settings().read_only
    }
}

impl fmt::Debug for SqlStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqlStore").field("settings", self.pool.settings()).finish_non_exhaustive()
    }
}
