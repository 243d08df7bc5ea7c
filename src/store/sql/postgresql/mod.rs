//! PostgreSQL.
//!
//! Parameters are texts to the rules. The server is asked first which type it takes each parameter for; a text that is
//! to be an integer, a date or a UUID is then cast by the server itself, as if it stood in the query in quotes.

mod cell;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Either, Executor as _, Row as _, SqlSafeStr as _, Statement as _};

use super::answer::Collected;
use super::asking::{Ask, Asked};
use super::failure::{Failure, of_connecting, of_library};
use super::settings::{Server, SqlSettings, Tls};
use crate::engine::Row;

/// Where servers listen.
pub(super) const USUAL_PORT: u16 = 5432;
/// `text` and `varchar`: a parameter of these is sent as it is [`pg_type.dat`].
const TEXTS: [u32; 2] = [25, 1043];
/// A connection remembers the casts of so many queries.
const MOST_REMEMBERED: usize = 200;

/// A session with a server.
pub(super) struct Session {
    connection: PgConnection,
    /// The text that is run for a query, with its casts.
    casts: BTreeMap<String, String>,
    /// Whether it has answered before.
    is_used: bool,
}

/// Connects, and gives statements a limit.
pub(super) async fn open(server: &Server, settings: &SqlSettings, authorities: &[u8]) -> Result<Session, Failure> {
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(&server.host)
        .port(server.port.unwrap_or(USUAL_PORT))
        .database(&server.database)
        .username(&server.user)
        .password(server.password.reveal())
        .application_name("claimsmith")
        .disable_statement_logging();
    options = match &server.tls {
        Tls::Verified { .. } => options.ssl_mode(PgSslMode::VerifyFull).ssl_root_cert_from_pem(authorities.to_vec()),
        Tls::IfOffered => options.ssl_mode(PgSslMode::Prefer),
        Tls::Off => options.ssl_mode(PgSslMode::Disable),
    };
    let mut connection = options.connect().await.map_err(|error| match told(&error) {
        Some(_) => failure(&error),
        None => of_connecting(&error, &server.host),
    })?;
    let limit = settings.statement_timeout.as_millis();
    let read_only = if settings.read_only { "on" } else { "off" };
    let setup = format!(
        "SET statement_timeout = {limit}; SET lock_timeout = {limit}; SET default_transaction_read_only = {read_only}; \
         SET standard_conforming_strings = on; SET DateStyle = 'ISO, MDY'; SET TimeZone = 'UTC'"
    );
    sqlx::raw_sql(AssertSqlSafe(setup)).execute(&mut connection).await.map_err(|error| failure(&error))?;
    Ok(Session { connection, casts: BTreeMap::new(), is_used: false })
}

impl Ask for Session {
    async fn prepare(&mut self, asked: &Asked) -> Result<(), Failure> {
        let plain = plain(asked);
        if self.casts.contains_key(&plain) {
            return Ok(());
        }
        let sql = self.with_casts(asked).await?;
        if self.casts.len() >= MOST_REMEMBERED {
            self.casts.clear();
        }
        self.casts.insert(plain, sql);
        Ok(())
    }

    async fn begin(&mut self, read_only: bool) -> Result<(), Failure> {
        self.run(if read_only { "BEGIN READ ONLY" } else { "BEGIN READ WRITE" }).await
    }

    async fn rows(&mut self, asked: &Asked, most_rows: usize) -> Result<Vec<Row>, Failure> {
        let plain = plain(asked);
        let sql = self.casts.get(&plain).unwrap_or(&plain).clone();
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in &asked.values {
            query = query.bind(value.to_string());
        }
        let mut found = Collected::new(asked.columns, most_rows);
        let is_used = self.is_used;
        let failure = |error: sqlx::Error| stale(&error).filter(|_| is_used).unwrap_or_else(|| failure(&error));
        let mut rows = self.connection.fetch(query);
        while let Some(row) = rows.try_next().await.map_err(failure)? {
            let cells = row.columns().iter().enumerate().map(|(index, column)| cell::text(&row, index, column));
            found.push(cells.collect::<Result<_, _>>()?)?;
        }
        Ok(found.into_rows())
    }

    async fn end(&mut self, keep_changes: bool) -> Result<(), Failure> {
        self.is_used = true;
        self.run(if keep_changes { "COMMIT" } else { "ROLLBACK" }).await
    }
}

/// The query as it is without casts.
fn plain(asked: &Asked) -> String {
    asked.text.with(|place| format!("${place}"))
}

impl Session {
    async fn run(&mut self, sql: &'static str) -> Result<(), Failure> {
        sqlx::raw_sql(sql).execute(&mut self.connection).await.map(drop).map_err(|error| failure(&error))
    }

    /// The query with a cast for each parameter that the server takes for something else than a text.
    async fn with_casts(&mut self, asked: &Asked) -> Result<String, Failure> {
        let (types, texts) = self.types(asked).await?;
        let mut names = BTreeMap::new();
        for oid in types.iter().copied().filter(|oid| !TEXTS.contains(oid)).collect::<BTreeSet<u32>>() {
            // Without a length: `character` alone would be one character long.
            let sql = format!("SELECT pg_catalog.format_type({oid}, -1)");
            let row = self.connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await;
            let name: String = row.and_then(|row| row.try_get(0)).map_err(|error| failure(&error))?;
            names.insert(oid, name);
        }
        Ok(asked.text.with(|place| match types.get(place - 1).and_then(|oid| names.get(oid)) {
            Some(name) => format!("CAST(${place}::pg_catalog.text AS {name})"),
            None => parameter(place, &texts),
        }))
    }

    /// The number of the type that the server takes each parameter for, and the places for which nothing told it one:
    /// they are texts.
    async fn types(&mut self, asked: &Asked) -> Result<(Vec<u32>, BTreeSet<usize>), Failure> {
        let mut texts = BTreeSet::new();
        let statement = loop {
            let sql = AssertSqlSafe(asked.text.with(|place| parameter(place, &texts))).into_sql_str();
            match self.connection.prepare_with(sql, &[]).await {
                Ok(statement) => break statement,
                Err(error) => match undetermined(&error).filter(|place| texts.insert(*place)) {
                    Some(_) => {}
                    None => return Err(failure(&error)),
                },
            }
        };
        let fields = statement.columns().len();
        if fields != asked.columns {
            return Err(Failure::Fields(fields));
        }
        let types: Vec<u32> = match statement.parameters() {
            Some(Either::Left(types)) => types.iter().map(|known| known.oid().map_or(0, |oid| oid.0)).collect(),
            Some(Either::Right(_)) | None => Vec::new(),
        };
        if types.len() != asked.values.len() {
            return Err(Failure::Query(format!(
                "the database sees {} parameters in it where {} are written",
                types.len(),
                asked.values.len()
            )));
        }
        Ok((types, texts))
    }
}

fn parameter(place: usize, texts: &BTreeSet<usize>) -> String {
    if texts.contains(&place) { format!("${place}::pg_catalog.text") } else { format!("${place}") }
}

fn told(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error().and_then(|error| error.try_downcast_ref())
}

/// The parameter whose type nothing in the query tells, as in `concat($1)`.
fn undetermined(error: &sqlx::Error) -> Option<usize> {
    let told = told(error).filter(|told| told.code() == "42P18")?;
    let (_, number) = told.message().split_once('$')?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A statement that was prepared, and no longer fits: tables have changed since. Another connection learns them anew.
fn stale(error: &sqlx::Error) -> Option<Failure> {
    let told = told(error)?;
    let is_stale = told.code() == "0A000" || told.code().starts_with("42") && told.code() != "42501";
    is_stale.then(|| Failure::Lost(format!("the tables have changed since the query was prepared: {}", told.message())))
}

/// What an error means: the server's own by its class [PostgreSQL appendix A].
fn failure(error: &sqlx::Error) -> Failure {
    let Some(told) = told(error) else { return of_library(error) };
    let message = told.message();
    match told.code() {
        "57014" => Failure::Timeout(format!("the server ended the statement: {message}")),
        "25006" => {
            Failure::Query(format!("{message}; the store is read-only, and `read_only: false` lets queries write"))
        }
        "28P01" => Failure::Refused(format!("the server refuses: {message}; check `user` and `password`")),
        "3D000" => Failure::Refused(format!("the server refuses: {message}; check `database`")),
        "42501" if message.contains("database") => {
            Failure::Refused(format!("the server refuses: {message}; grant the user CONNECT on `database`"))
        }
        code if code.starts_with("28") => Failure::Refused(format!(
            "the server refuses: {message}; see `user`, and what its `pg_hba.conf` says of this machine"
        )),
        code if ["08", "53", "57", "58", "XX"].iter().any(|class| code.starts_with(class)) => {
            Failure::Lost(format!("the server answers: {message}"))
        }
        _ => Failure::Query(match told.hint() {
            Some(hint) => format!("{message} ({hint})"),
            None => message.to_owned(),
        }),
    }
}
