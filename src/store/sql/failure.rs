//! Why a database gave no answer.

use std::io::ErrorKind;
use std::time::Duration;

use crate::engine::{Query, StoreError};
use crate::store::ldap::certificate_fault;

/// Why a database gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The connection is gone, or never came to be. Another one may work.
    Lost(String),
    /// Nobody answered in time.
    Timeout(String),
    /// The server does not let this user in, or is not the one it should be.
    Refused(String),
    /// The query is wrong, or fails for these parameters.
    Query(String),
    /// The query gives so many fields, and not as many as the rule has types.
    Fields(usize),
}

impl Failure {
    pub(super) fn timeout(doing: &str, after: Duration) -> Self {
        Self::Timeout(format!("{doing}: no answer within {:.1} seconds", after.as_secs_f64()))
    }

    /// Whether the connection may be used for the next question.
    pub(super) const fn leaves_connection(&self) -> bool {
        matches!(self, Self::Query(_) | Self::Fields(_))
    }

    /// The failure in the words of the engine.
    pub(super) fn of(self, query: &Query) -> StoreError {
        let (store, text) = (query.store.to_string(), query.text.to_string());
        match self {
            Self::Lost(reason) | Self::Timeout(reason) | Self::Refused(reason) => {
                StoreError::Unavailable { store, reason }
            }
            Self::Query(reason) => StoreError::Query { store, query: text, reason },
            Self::Fields(fields) => StoreError::Columns { store, query: text, fields, types: query.columns },
        }
    }
}

/// What the database library says of anything but an answer of the server. Its words never hold a password.
pub(super) fn of_library(error: &sqlx::Error) -> Failure {
    match error {
        sqlx::Error::Tls(error) => Failure::Refused(untrusted(&error.to_string())),
        sqlx::Error::Configuration(error) => Failure::Refused(error.to_string()),
        sqlx::Error::Io(error) => Failure::Lost(of_io(error)),
        sqlx::Error::Protocol(error) => Failure::Lost(format!(
            "the server does not keep to its protocol: {}; check `port`, and what kind of server it is",
            without_place(error)
        )),
        sqlx::Error::Encode(error) => Failure::Query(format!("a parameter cannot be sent: {error}")),
        sqlx::Error::Decode(error) => Failure::Query(format!("the answer cannot be read: {error}")),
        other => Failure::Lost(other.to_string()),
    }
}

/// Why no connection came to be, if the server has not said so. What to do stands behind the last semicolon.
pub(super) fn of_connecting(error: &sqlx::Error, host: &str) -> Failure {
    let sqlx::Error::Io(error) = error else { return of_library(error) };
    match error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(cause)) => Failure::Refused(untrusted(&certificate_fault(host, cause))),
        Some(cause) => Failure::Refused(untrusted(&cause.to_string())),
        None => not_reached(error.kind(), of_io(error), host),
    }
}

/// The network did not lead to the server.
pub(super) fn not_reached(kind: ErrorKind, told: String, host: &str) -> Failure {
    Failure::Lost(match kind {
        ErrorKind::ConnectionRefused => {
            "connection refused: no server listens there, or a firewall says so; check `host` and `port`".to_owned()
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            format!("{told}; check the network and its firewalls")
        }
        _ if told.starts_with(LOOKUP) => format!(
            "the name `{host}` cannot be resolved ({told}); check its spelling and the name servers of this machine"
        ),
        _ => told,
    })
}

/// How the standard library begins what it says of a name without an address; it has no kind for that.
const LOOKUP: &str = "failed to lookup address information";

fn untrusted(reason: &str) -> String {
    format!("the encrypted connection cannot be trusted: {reason}")
}

/// Without the place in the library's source: `… (sqlx_postgres::connection::tls:95)`.
fn without_place(told: &str) -> &str {
    told.rsplit_once(" (sqlx").map_or(told, |(told, _)| told)
}

fn of_io(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
            "the server closed the connection".to_owned()
        }
        _ => error.to_string(),
    }
}
