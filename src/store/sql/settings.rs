//! Where a database is, and how long it may take.

use std::path::PathBuf;
use std::time::Duration;

use crate::store::directory::Password;

/// A database, and what may be asked of it.
#[derive(Debug)]
pub struct SqlSettings {
    /// Where it is.
    pub database: Database,
    /// Whether queries may change nothing. Stored procedures that write need `false`.
    pub read_only: bool,
    /// How long connecting may take, with TLS and the sign-in.
    pub connect_timeout: Duration,
    /// How long the answer to all queries of one rule may take: for the server as well as for whoever waits for it.
    pub statement_timeout: Duration,
    /// Most connections at a time.
    pub connections: usize,
    /// Connections that nobody used for so long are closed.
    pub idle: Duration,
    /// Connections are closed when they are as old.
    pub age: Duration,
    /// Most rows of one answer. More are an error.
    pub most_rows: usize,
}

impl SqlSettings {
    /// The usual limits.
    #[must_use]
    pub const fn of(database: Database) -> Self {
        Self {
            database,
            read_only: true,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(5),
            connections: 8,
            idle: Duration::from_mins(5),
            age: Duration::from_mins(30),
            most_rows: 1_000,
        }
    }
}

/// Where a database is.
#[derive(Debug)]
pub enum Database {
    /// A PostgreSQL server.
    PostgreSql(Server),
    /// A MySQL or MariaDB server.
    MySql(Server),
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A Microsoft SQL Server. The connection is always encrypted and the certificate checked, whatever `tls` says.
    SqlServer {
        /// Where it is. Without a port: that of its instance, else 1433.
        server: Server,
        /// The instance, if it is not the default one. It tells its port at UDP 1434 unless the server has one.
        instance: Option<String>,
    },
}

/// A server that is reached over the network.
#[derive(Debug)]
pub struct Server {
    /// Name or address.
    pub host: String,
    /// The port; the usual one unless stated.
    pub port: Option<u16>,
    /// Which of its databases.
    pub database: String,
    /// As whom.
    pub user: String,
    /// Their password. Empty: none is sent.
    pub password: Password,
    /// Whether the connection is encrypted.
    pub tls: Tls,
}

/// Whether a connection is encrypted, and whom it trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// Always; the certificate must be for the host and come from a trusted authority.
    Verified {
        /// A PEM file with certificate authorities, beside those that the driver trusts anyway.
        ca_file: Option<PathBuf>,
    },
    /// If the server offers it, whatever its certificate says: for this machine, where nobody listens.
    IfOffered,
    /// Never: the password and all answers are readable on the network.
    Off,
}

impl Tls {
    /// What a host needs unless something else is said: a server on this machine may be asked in the clear.
    #[must_use]
    pub fn usual(host: &str) -> Self {
        let is_here = host.eq_ignore_ascii_case("localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if is_here { Self::IfOffered } else { Self::Verified { ca_file: None } }
    }
}

/// Settings that cannot work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SqlSettingsError {
    /// The authorities to trust.
    #[error("no certificate authority can be trusted: {0}")]
    CertificateAuthorities(String),
    /// The runtime in which the database library waits.
    #[error("the database cannot be waited for: {0}")]
    Runtime(String),
}
