//! One connection to a database, for callers that wait.
//!
//! The database library is asynchronous and has few time limits of its own. Each connection has a small runtime for
//! itself, which runs only while somebody waits for an answer, and every wait has an end.

use std::time::{Duration, Instant};

use tokio::runtime::Runtime;

use super::asking::{Asked, Bounds, answers};
use super::failure::Failure;
use super::settings::{Database, SqlSettings};
use super::text::Dialect;
use super::{mysql, postgresql, sql_server, sqlite};
use crate::engine::Row;

/// An open connection.
pub(super) struct Connection {
    /// Taken out only when the connection ends.
    runtime: Option<Runtime>,
    session: Option<Session>,
    name: String,
    opened: Instant,
    has_begun: bool,
}

enum Session {
    PostgreSql(Box<postgresql::Session>),
    MySql(Box<mysql::Session>),
    Sqlite(Box<sqlite::Session>),
    SqlServer(Box<sql_server::Session>),
}

impl Connection {
    /// Connects, signs in, and tells the server how long it may work on a statement.
    pub(super) fn open(settings: &SqlSettings, authorities: &[u8], limit: Duration) -> Result<Self, Failure> {
        let name = name_of(&settings.database);
        let doing = format!("connecting to {name}");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Lost(format!("{doing}: {error}")))?;
        let connecting = async {
            Ok(match &settings.database {
                Database::PostgreSql(server) => {
                    Session::PostgreSql(Box::new(postgresql::open(server, settings, authorities).await?))
                }
                Database::MySql(server) => Session::MySql(Box::new(mysql::open(server, settings, authorities).await?)),
                Database::Sqlite(file) => Session::Sqlite(Box::new(sqlite::open(file, settings).await?)),
                Database::SqlServer { server, instance } => {
                    let opening = Box::pin(sql_server::open(server, instance.as_deref(), settings, authorities));
                    Session::SqlServer(Box::new(opening.await?))
                }
            })
        };
        let session = runtime.block_on(async { tokio::time::timeout(limit, connecting).await });
        let failure = match session {
            Ok(Ok(session)) => {
                let opened = Instant::now();
                return Ok(Self { runtime: Some(runtime), session: Some(session), name, opened, has_begun: false });
            }
            Ok(Err(failure)) => within(&doing, failure),
            Err(_) => Failure::timeout(&doing, limit),
        };
        runtime.shutdown_background();
        Err(failure)
    }

    /// The answers to some queries, asked in one transaction. With the failure comes the place of the query.
    pub(super) fn ask(
        &mut self,
        asked: &[Asked],
        bounds: Bounds,
        deadline: Instant,
    ) -> Result<Vec<Vec<Row>>, (usize, Failure)> {
        let doing = format!("asking {}", self.name);
        let (Some(runtime), Some(session)) = (&self.runtime, &mut self.session) else {
            return Err((0, Failure::Lost(doing)));
        };
        let limit = deadline.saturating_duration_since(Instant::now());
        let mut at = 0;
        let begun = &mut self.has_begun;
        *begun = false;
        let work = async {
            match session {
                Session::PostgreSql(session) => answers(session.as_mut(), asked, bounds, &mut at, begun).await,
                Session::MySql(session) => answers(session.as_mut(), asked, bounds, &mut at, begun).await,
                Session::Sqlite(session) => {
                    session.set_deadline(deadline);
                    answers(session.as_mut(), asked, bounds, &mut at, begun).await
                }
                Session::SqlServer(session) => answers(session.as_mut(), asked, bounds, &mut at, begun).await,
            }
        };
        match runtime.block_on(async { tokio::time::timeout(limit, work).await }) {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(failure)) => Err((at, within(&doing, failure))),
            Err(_) => {
                if let Session::SqlServer(session) = session {
                    runtime.block_on(session.cancel());
                }
                Err((at, Failure::timeout(&doing, limit)))
            }
        }
    }

    /// Whether the database may have seen a query of the last question.
    pub(super) const fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether no other question can follow the last one.
    pub(super) fn is_spent(&self) -> bool {
        matches!(&self.session, Some(Session::SqlServer(session)) if session.is_spent())
    }

    /// How long ago it was opened.
    pub(super) fn age(&self) -> Duration {
        self.opened.elapsed()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Closing a socket needs the runtime it was opened in.
            let entered = runtime.enter();
            drop(self.session.take());
            drop(entered);
            // An ordinary drop waits for name lookups and must not happen inside another runtime.
            runtime.shutdown_background();
        }
    }
}

/// The dialect of a database.
pub(super) const fn dialect(database: &Database) -> Dialect {
    match database {
        Database::PostgreSql(_) => Dialect::PostgreSql,
        Database::MySql(_) => Dialect::MySql,
        Database::Sqlite(_) => Dialect::Sqlite,
        Database::SqlServer { .. } => Dialect::SqlServer,
    }
}

/// What messages call a database.
pub(super) fn name_of(database: &Database) -> String {
    let (server, usual_port) = match database {
        Database::Sqlite(file) => return format!("the database `{}`", file.display()),
        Database::SqlServer { server, instance: Some(instance) } if server.port.is_none() => {
            return format!("the database `{}` on `{}\\{instance}`", server.database, server.host);
        }
        Database::PostgreSql(server) => (server, postgresql::USUAL_PORT),
        Database::MySql(server) => (server, mysql::USUAL_PORT),
        Database::SqlServer { server, .. } => (server, sql_server::USUAL_PORT),
    };
    let port = server.port.unwrap_or(usual_port);
    let brackets = if server.host.contains(':') { ("[", "]") } else { ("", "") };
    format!("the database `{}` on `{}{}{}:{port}`", server.database, brackets.0, server.host, brackets.1)
}

/// Says what was being done, unless it is about the query and not about the connection.
fn within(doing: &str, failure: Failure) -> Failure {
    match failure {
        Failure::Lost(reason) => Failure::Lost(format!("{doing}: {reason}")),
        Failure::Timeout(reason) => Failure::Timeout(format!("{doing}: {reason}")),
        Failure::Refused(reason) => Failure::Refused(format!("{doing}: {reason}")),
        query @ (Failure::Query(_) | Failure::Fields(_)) => query,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::directory::Password;
    use crate::store::sql::settings::{Server, Tls};

    #[test]
    fn a_database_is_named_with_where_it_is() {
        let server = |host: &str, port| Server {
            host: host.to_owned(),
            port,
            database: "hr".to_owned(),
            user: String::new(),
            password: Password::new(String::new()),
            tls: Tls::Off,
        };
        let instance = |port| Database::SqlServer { server: server("db", port), instance: Some("PAY".to_owned()) };
        for (database, place) in [
            (Database::PostgreSql(server("db", None)), "db:5432"),
            (Database::MySql(server("db", None)), "db:3306"),
            (Database::MySql(server("::1", Some(33))), "[::1]:33"),
            (Database::SqlServer { server: server("db", None), instance: None }, "db:1433"),
            (instance(None), "db\\PAY"),
            (instance(Some(14_330)), "db:14330"),
        ] {
            assert_eq!(name_of(&database), format!("the database `hr` on `{place}`"));
        }
    }
}
