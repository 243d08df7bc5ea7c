//! MySQL and MariaDB.

mod cell;

use futures_util::TryStreamExt as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlDatabaseError, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Either, Executor as _, Row as _, SqlSafeStr as _, Statement as _};

use super::answer::Collected;
use super::asking::{Ask, Asked};
use super::failure::{Failure, of_connecting, of_library};
use super::settings::{Server, SqlSettings, Tls};
use crate::engine::Row;

/// Where servers listen.
pub(super) const USUAL_PORT: u16 = 3306;
/// A value was cut to what fits the type it is compared with: `'5abc'` became 5 [error 1292].
const TRUNCATED: u16 = 1292;
/// There is no such savepoint: the transaction in which it was made is over [error 1305].
const NO_SAVEPOINT: u16 = 1305;

/// A session with a server.
pub(super) struct Session {
    connection: MySqlConnection,
    /// Whether the transaction must still be the one that was begun.
    must_last: bool,
}

/// Connects, and gives statements a limit.
pub(super) async fn open(server: &Server, settings: &SqlSettings, authorities: &[u8]) -> Result<Session, Failure> {
    let mut options = MySqlConnectOptions::new()
        .host(&server.host)
        .port(server.port.unwrap_or(USUAL_PORT))
        .database(&server.database)
        .username(&server.user)
        .password(server.password.reveal())
        // What `||` means stays what the server says.
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .disable_statement_logging();
    options = match &server.tls {
        Tls::Verified { .. } => options.ssl_mode(MySqlSslMode::VerifyIdentity).ssl_ca_from_pem(authorities.to_vec()),
        Tls::IfOffered => options.ssl_mode(MySqlSslMode::Preferred),
        Tls::Off => options.ssl_mode(MySqlSslMode::Disabled),
    };
    let mut connection = options.connect().await.map_err(|error| match told(&error) {
        Some(_) => failure(&error),
        None => of_connecting(&error, &server.host),
    })?;
    let version = connection.fetch_one(sqlx::raw_sql("SELECT VERSION()")).await;
    let version: String = version.and_then(|row| row.try_get_unchecked(0)).map_err(|error| failure(&error))?;
    let limit = settings.statement_timeout;
    let setup = if version.contains("MariaDB") {
        format!(
            "SET SESSION max_statement_time = {:.3}, lock_wait_timeout = {}",
            limit.as_secs_f64(),
            seconds(settings)
        )
    } else {
        format!("SET SESSION max_execution_time = {}, lock_wait_timeout = {}", limit.as_millis(), seconds(settings))
    };
    sqlx::raw_sql(AssertSqlSafe(setup)).execute(&mut connection).await.map_err(|error| failure(&error))?;
    Ok(Session { connection, must_last: false })
}

fn seconds(settings: &SqlSettings) -> u64 {
    settings.statement_timeout.as_secs().max(1)
}

impl Ask for Session {
    async fn prepare(&mut self, asked: &Asked) -> Result<(), Failure> {
        let sql = AssertSqlSafe(asked.text.with(|_| "?".to_owned())).into_sql_str();
        let statement = self.connection.prepare(sql).await.map_err(|error| failure(&error))?;
        let fields = statement.columns().len();
        if fields == asked.columns || fields == 0 && (is_call(asked) || is_returning(asked)) {
            Ok(())
        } else {
            Err(Failure::Fields(fields))
        }
    }

    /// Statements that change tables end a transaction silently, and procedures may. What comes after it must be
    /// read-only, too, and that it has ended must show.
    async fn begin(&mut self, read_only: bool) -> Result<(), Failure> {
        self.must_last = read_only;
        self.run(if read_only {
            "SET SESSION TRANSACTION READ ONLY; START TRANSACTION READ ONLY; SAVEPOINT claimsmith"
        } else {
            "START TRANSACTION READ WRITE"
        })
        .await
    }

    async fn rows(&mut self, asked: &Asked, most_rows: usize) -> Result<Vec<Row>, Failure> {
        let answer = self.answer(asked, most_rows).await;
        // An error may end the transaction, and says more than that.
        self.must_last &= answer.is_ok();
        answer
    }

    async fn end(&mut self, keep_changes: bool) -> Result<(), Failure> {
        if keep_changes {
            return self.run("COMMIT").await;
        }
        if !self.must_last {
            return self.run("ROLLBACK").await;
        }
        let ended = sqlx::raw_sql("RELEASE SAVEPOINT claimsmith; ROLLBACK").execute(&mut self.connection).await;
        match ended {
            Ok(_) => Ok(()),
            Err(error) if told(&error).is_some_and(|told| told.number() == NO_SAVEPOINT) => {
                self.run("ROLLBACK").await?;
                Err(Failure::Query(
                    "it ended the read-only transaction that it ran in, and what it changed may stay; remove COMMIT and \
                     START TRANSACTION from the procedure, or let it write with `read_only: false`"
                        .to_owned(),
                ))
            }
            Err(error) => Err(failure(&error)),
        }
    }
}

/// A stored procedure: its fields are known only when it has run.
fn is_call(asked: &Asked) -> bool {
    asked.text.bare.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("CALL"))
}

/// `INSERT … RETURNING`: so are its.
fn is_returning(asked: &Asked) -> bool {
    asked.text.bare.split_whitespace().any(|word| word.eq_ignore_ascii_case("RETURNING"))
}

impl Session {
    async fn run(&mut self, sql: &'static str) -> Result<(), Failure> {
        sqlx::raw_sql(sql).execute(&mut self.connection).await.map(drop).map_err(|error| failure(&error))
    }

    async fn answer(&mut self, asked: &Asked, most_rows: usize) -> Result<Vec<Row>, Failure> {
        let sql = asked.text.with(|_| "?".to_owned());
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in &asked.values {
            query = query.bind(value.to_string());
        }
        let mut found = Collected::new(asked.columns, most_rows);
        let mut ends = 0_usize;
        {
            let mut answer = self.connection.fetch_many(query);
            while let Some(next) = answer.try_next().await.map_err(|error| failure(&error))? {
                let row = match next {
                    Either::Left(_) => {
                        ends += 1;
                        continue;
                    }
                    Either::Right(row) => row,
                };
                if ends > 0 {
                    return Err(Failure::Query("it answers with more than one table; select one".to_owned()));
                }
                let cells = row.columns().iter().enumerate().map(|(index, column)| cell::text(&row, index, column));
                found.push(cells.collect::<Result<_, _>>()?)?;
            }
        }
        // Behind its tables, a procedure has an end of its own.
        if ends < 2 && is_call(asked) {
            return Err(Failure::Fields(0));
        }
        if !asked.values.is_empty() {
            self.refuse_truncated().await?;
        }
        Ok(found.into_rows())
    }

    /// These servers compare a number with a text as numbers, and take as much of the text as is one: `WHERE id = '5x'`
    /// finds 5, and `= 'x'` finds 0. They only warn of it.
    async fn refuse_truncated(&mut self) -> Result<(), Failure> {
        let warnings = self.connection.fetch_all(sqlx::raw_sql("SHOW WARNINGS")).await;
        for warning in warnings.map_err(|error| failure(&error))? {
            let code: String = warning.try_get_unchecked(1).map_err(|error| failure(&error))?;
            if code.parse() == Ok(TRUNCATED) {
                let message: String = warning.try_get_unchecked(2).map_err(|error| failure(&error))?;
                return Err(Failure::Query(format!(
                    "{message}: the server compared with a part of the value; where a text may come, compare as texts \
                     with `CAST(column AS CHAR) = {{0}}`"
                )));
            }
        }
        Ok(())
    }
}

fn told(error: &sqlx::Error) -> Option<&MySqlDatabaseError> {
    error.as_database_error().and_then(|error| error.try_downcast_ref())
}

/// What an error means: the server's own by its number [MySQL server error message reference; MariaDB error codes].
fn failure(error: &sqlx::Error) -> Failure {
    let Some(told) = told(error) else { return of_library(error) };
    let message = told.message();
    match told.number() {
        1205 | 1317 | 1969 | 3024 => Failure::Timeout(format!("the server ended the statement: {message}")),
        1792 => Failure::Query(format!("{message}; the store is read-only, and `read_only: false` lets queries write")),
        1045 | 1698 => Failure::Refused(format!("the server refuses: {message}; check `user` and `password`")),
        1044 | 1049 => Failure::Refused(format!(
            "the server refuses: {message}; check `database`, and grant the user rights in it"
        )),
        1130 | 1251 | 1820 | 1862 | 3118 | 4151 => {
            Failure::Refused(format!("the server refuses: {message}; ask an administrator of the server"))
        }
        1040 | 1053 | 1080 | 1129 | 1152 | 1203 | 1226 | 1927 | 3169 => {
            Failure::Lost(format!("the server answers: {message}"))
        }
        _ => Failure::Query(message.to_owned()),
    }
}
