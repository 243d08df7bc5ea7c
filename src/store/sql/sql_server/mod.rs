//! Microsoft SQL Server.
//!
//! Parameters are texts, as AD FS binds them, and the server turns each into the type of what it is compared with.

mod cell;
mod failure;
mod instance;
mod statement;

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::TryStreamExt as _;
use tiberius::error::Error;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel, Query, QueryItem};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};

pub(super) use self::statement::check;

use self::failure::{failure, of_connecting};
use super::answer::Collected;
use super::asking::{Ask, Asked};
use super::failure::Failure;
use super::settings::{Server, SqlSettings, Tls};
use crate::engine::Row;

/// Where the default instance listens.
pub(super) const USUAL_PORT: u16 = 1433;
/// How long to wait until the server says that it has stopped a query.
const CANCELLING: Duration = Duration::from_millis(250);

/// A session with a server.
pub(super) struct Session {
    client: Client<Compat<TcpStream>>,
    last: Last,
}

/// How far the last answer was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// To its end.
    Read,
    /// To an error of the server; the driver reads what comes after it. Some errors end the transaction, too.
    Failed,
    /// Not to its end: what is left is in the way of the next one, and the connection is given up.
    Left,
}

/// Connects, always encrypted, and sets the session up.
pub(super) async fn open(
    server: &Server,
    instance: Option<&str>,
    settings: &SqlSettings,
    authorities: &[u8],
) -> Result<Session, Failure> {
    let port = match (server.port, instance) {
        (Some(port), _) => port,
        (None, Some(instance)) => instance::port(&server.host, instance).await.map_err(Failure::Lost)?,
        (None, None) => USUAL_PORT,
    };
    let client = match Box::pin(connect(server, instance, settings, authorities, (&server.host, port))).await {
        // To a readable copy of the database, which an availability group has named.
        Err(Error::Routing { host, port }) => {
            let host = host.split('\\').next().unwrap_or(&host);
            Box::pin(connect(server, None, settings, authorities, (host, port))).await
        }
        answer => answer,
    };
    let client = client.map_err(|error| of_connecting(&error, &server.host))?;
    let mut session = Session { client, last: Last::Read };
    // The usual ones of ADO.NET, with which AD FS asks; `"x"` is a name in them.
    let setup = format!(
        "SET QUOTED_IDENTIFIER, ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, CONCAT_NULL_YIELDS_NULL ON; SET \
         IMPLICIT_TRANSACTIONS OFF; SET LOCK_TIMEOUT {}",
        settings.statement_timeout.as_millis()
    );
    session.run(&setup).await?;
    Ok(session)
}

async fn connect(
    server: &Server,
    instance: Option<&str>,
    settings: &SqlSettings,
    authorities: &[u8],
    (host, port): (&str, u16),
) -> Result<Client<Compat<TcpStream>>, Error> {
    let mut config = Config::new();
    config.host(host);
    config.port(port);
    if let Some(instance) = instance {
        config.instance_name(instance);
    }
    config.database(&server.database);
    config.authentication(AuthMethod::sql_server(&server.user, server.password.reveal()));
    config.application_name("claimsmith");
    config.encryption(EncryptionLevel::Required);
    // The driver adds them to those of the machine.
    if let Tls::Verified { ca_file: Some(_) } = server.tls {
        config.trust_cert_ca_bundle(authorities);
    }
    config.readonly(settings.read_only);
    // Whoever waits has a limit of their own.
    config.handshake_timeout(None);
    config.command_timeout(None);
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    Box::pin(Client::connect(config, stream.compat_write())).await
}

impl Session {
    /// Whether no other question can follow.
    pub(super) fn is_spent(&self) -> bool {
        self.last == Last::Left
    }

    /// Tells the server to stop what it does, and waits for a moment until it has.
    pub(super) async fn cancel(&mut self) {
        // It ends in any case: the connection is closed next.
        let _ = tokio::time::timeout(CANCELLING, self.client.cancel_query()).await;
    }

    async fn run(&mut self, sql: &str) -> Result<(), Failure> {
        let answer = self.client.simple_query(sql).await.map_err(|error| failure(&error))?;
        answer.into_results().await.map(drop).map_err(|error| failure(&error))
    }
}

impl Ask for Session {
    /// The server tells the fields with the answer, and what a wrong query did is rolled back.
    async fn prepare(&mut self, _: &Asked) -> Result<(), Failure> {
        Ok(())
    }

    async fn begin(&mut self, _read_only: bool) -> Result<(), Failure> {
        self.run("BEGIN TRANSACTION").await
    }

    async fn rows(&mut self, asked: &Asked, most_rows: usize) -> Result<Vec<Row>, Failure> {
        let (sql, values) = bound(asked);
        let mut query = Query::new(sql);
        for value in values {
            query.bind(value);
        }
        let last = &mut self.last;
        let mut of_server = |error: Error| {
            *last = Last::Failed;
            failure(&error)
        };
        let mut found = Collected::new(asked.columns, most_rows);
        let mut fields = None;
        let mut answer = query.query(&mut self.client).await.map_err(&mut of_server)?;
        while let Some(item) = answer.try_next().await.map_err(&mut of_server)? {
            let taken = match item {
                QueryItem::Metadata(table) => take_table(&mut fields, table.columns().len(), asked.columns),
                QueryItem::Row(row) => take_row(&mut found, &row),
            };
            if let Err(failure) = taken {
                self.last = Last::Left;
                return Err(failure);
            }
        }
        match fields {
            Some(_) => Ok(found.into_rows()),
            None if asked.columns == 0 => Ok(Vec::new()),
            None => {
                self.last = Last::Failed;
                Err(Failure::Fields(0))
            }
        }
    }

    async fn end(&mut self, keep_changes: bool) -> Result<(), Failure> {
        match self.last {
            Last::Left => {
                // Its end rolls back.
                self.cancel().await;
                return Ok(());
            }
            Last::Failed => {
                self.last = Last::Read;
                return self.run("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION").await;
            }
            Last::Read => {}
        }
        self.run(if keep_changes { "COMMIT TRANSACTION" } else { "ROLLBACK TRANSACTION" }).await
    }
}

/// The head of a table: there must be one, with as many fields as the rule has types.
fn take_table(fields: &mut Option<usize>, found: usize, wanted: usize) -> Result<(), Failure> {
    if fields.replace(found).is_some() {
        return Err(Failure::Query("it answers with more than one table; select one".to_owned()));
    }
    if found == wanted { Ok(()) } else { Err(Failure::Fields(found)) }
}

fn take_row(found: &mut Collected, row: &tiberius::Row) -> Result<(), Failure> {
    found.push(row.cells().map(|(column, value)| cell::text(column, value)).collect::<Result<_, _>>()?)
}

/// The text with the server's marks, and what is bound to them. A parameter that stands at two places is one: the server
/// then sees that both are the same, as in `GROUP BY`.
fn bound(asked: &Asked) -> (String, Vec<&str>) {
    let mut numbers = BTreeMap::new();
    let mut values = Vec::new();
    for (parameter, value) in asked.text.order.iter().zip(&asked.values) {
        numbers.entry(*parameter).or_insert_with(|| {
            values.push(value.as_ref());
            values.len()
        });
    }
    let number = |place: usize| asked.text.order.get(place - 1).and_then(|parameter| numbers.get(parameter));
    (asked.text.with(|place| format!("@P{}", number(place).copied().unwrap_or(place))), values)
}
