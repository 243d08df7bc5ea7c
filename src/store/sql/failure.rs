//! Why a database gave no answer.

use std::time::Duration;

use crate::engine::{Query, StoreError};

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
        sqlx::Error::Tls(error) => Failure::Refused(format!("the encrypted connection cannot be trusted: {error}")),
        sqlx::Error::Configuration(error) => Failure::Refused(error.to_string()),
        sqlx::Error::Io(error) => Failure::Lost(of_io(error)),
        sqlx::Error::Protocol(error) => Failure::Lost(format!("the server does not keep to its protocol: {error}")),
        sqlx::Error::Encode(error) => Failure::Query(format!("a parameter cannot be sent: {error}")),
        sqlx::Error::Decode(error) => Failure::Query(format!("the answer cannot be read: {error}")),
        other => Failure::Lost(other.to_string()),
    }
}

/// The words of the TLS library stand inside errors of the network; the kind alone says little.
fn of_io(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe => {
            "the server closed the connection".to_owned()
        }
        _ => error.to_string(),
    }
}
