//! SQLite.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::TryStreamExt as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Executor as _, Row as _, SqlSafeStr as _, Statement as _, TypeInfo as _,
    ValueRef as _,
};

use super::answer::{Collected, unreadable};
use super::asking::{Ask, Asked};
use super::cell::bytes;
use super::failure::{Failure, of_library};
use super::settings::SqlSettings;
use crate::engine::Row;

/// The database asks after so many steps of its machine whether it should stop.
const STEPS: i32 = 10_000;

/// An open file.
pub(super) struct Session {
    connection: SqliteConnection,
    deadline: Arc<Mutex<Option<Instant>>>,
}

/// Opens a file that is there.
pub(super) async fn open(file: &Path, settings: &SqlSettings) -> Result<Session, Failure> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .read_only(settings.read_only)
        .busy_timeout(settings.statement_timeout)
        .pragma("query_only", if settings.read_only { "1" } else { "0" })
        .pragma("trusted_schema", "0")
        .disable_statement_logging();
    let mut connection = options.connect().await.map_err(|error| failure(&error))?;
    let deadline: Arc<Mutex<Option<Instant>>> = Arc::default();
    let watched = Arc::clone(&deadline);
    connection.lock_handle().await.map_err(|error| failure(&error))?.set_progress_handler(STEPS, move || {
        let deadline = *watched.lock().unwrap_or_else(PoisonError::into_inner);
        deadline.is_none_or(|deadline| Instant::now() < deadline)
    });
    // A file that is no database shows only now.
    connection.fetch_all(sqlx::raw_sql("SELECT count(*) FROM sqlite_schema")).await.map_err(|error| failure(&error))?;
    Ok(Session { connection, deadline })
}

impl Session {
    /// When the running statement must stop.
    pub(super) fn set_deadline(&mut self, deadline: Instant) {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = Some(deadline);
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), Failure> {
        sqlx::raw_sql(sql).execute(&mut self.connection).await.map(drop).map_err(|error| failure(&error))
    }
}

impl Ask for Session {
    async fn prepare(&mut self, asked: &Asked) -> Result<(), Failure> {
        let sql = AssertSqlSafe(numbered(asked)).into_sql_str();
        let fields = self.connection.prepare(sql).await.map_err(|error| failure(&error))?.columns().len();
        if fields == asked.columns { Ok(()) } else { Err(Failure::Fields(fields)) }
    }

    async fn begin(&mut self, read_only: bool) -> Result<(), Failure> {
        self.run(if read_only { "BEGIN" } else { "BEGIN IMMEDIATE" }).await
    }

    async fn rows(&mut self, asked: &Asked, most_rows: usize) -> Result<Vec<Row>, Failure> {
        let mut query = sqlx::query(AssertSqlSafe(numbered(asked)));
        for value in &asked.values {
            query = query.bind(value.to_string());
        }
        let mut found = Collected::new(asked.columns, most_rows);
        let mut rows = self.connection.fetch(query);
        while let Some(row) = rows.try_next().await.map_err(|error| failure(&error))? {
            found.push((0..row.len()).map(|index| text(&row, index)).collect::<Result<_, _>>()?)?;
        }
        Ok(found.into_rows())
    }

    async fn end(&mut self, keep_changes: bool) -> Result<(), Failure> {
        self.run(if keep_changes { "COMMIT" } else { "ROLLBACK" }).await
    }
}

fn numbered(asked: &Asked) -> String {
    asked.text.with(|place| format!("?{place}"))
}

/// A cell by what it holds: in SQLite each value has a type of its own, whatever the column says.
fn text(row: &SqliteRow, index: usize) -> Result<Option<Arc<str>>, Failure> {
    let kind = {
        let value = row.try_get_raw(index).map_err(|error| of_library(&error))?;
        if value.is_null() {
            return Ok(None);
        }
        value.type_info().name().to_owned()
    };
    let wrong = |error: sqlx::Error| of_library(&error);
    Ok(Some(match kind.as_str() {
        "INTEGER" => row.try_get_unchecked::<i64, _>(index).map_err(wrong)?.to_string().into(),
        "REAL" => row.try_get_unchecked::<f64, _>(index).map_err(wrong)?.to_string().into(),
        "TEXT" => row.try_get_unchecked::<String, _>(index).map_err(wrong)?.into(),
        "BLOB" => bytes(&row.try_get_unchecked::<Vec<u8>, _>(index).map_err(wrong)?),
        other => {
            let name = row.columns().get(index).map(sqlx::Column::name).unwrap_or_default();
            return Err(unreadable(name, &other.to_lowercase()));
        }
    }))
}

/// What an error means, by its result code [SQLite result codes].
fn failure(error: &sqlx::Error) -> Failure {
    let Some(told) = error.as_database_error() else { return of_library(error) };
    let message = told.message();
    let code: i32 = told.code().and_then(|code| code.parse().ok()).unwrap_or_default();
    match code & 0xFF {
        5 | 6 => Failure::Timeout(format!("another program keeps the file locked: {message}")),
        8 => Failure::Query(format!("{message}; the store is read-only, and `read_only: false` lets queries write")),
        9 => Failure::Timeout("the query was stopped".to_owned()),
        10 | 11 | 13 | 14 | 26 => Failure::Lost(message.to_owned()),
        3 | 23 => Failure::Refused(message.to_owned()),
        _ => Failure::Query(message.to_owned()),
    }
}
