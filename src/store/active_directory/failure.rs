//! Why the directory gave no answer.

use std::time::Duration;

use ldap3::LdapError;

use crate::engine::StoreError;

/// What messages call the store.
const STORE: &str = "Active Directory";

/// Why the directory gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The connection is gone, or never came to be. Another one may work.
    Lost(String),
    /// Nobody answered in time.
    Timeout(String),
    /// The directory answered that it will not.
    Refused(String),
}

impl Failure {
    pub(super) fn lost(doing: &str, error: &LdapError) -> Self {
        Self::Lost(format!("{doing}: {}", reason(error)))
    }

    pub(super) fn timeout(doing: &str, after: Duration) -> Self {
        Self::Timeout(format!("{doing}: no answer within {:.1} seconds", after.as_secs_f64()))
    }

    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Lost(reason) | Self::Timeout(reason) | Self::Refused(reason) => reason,
        }
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::Unavailable { store: STORE.to_owned(), reason: failure.reason().to_owned() }
    }
}

/// The library speaks of its channels when a connection ends; people want to know that it ended.
fn reason(error: &LdapError) -> String {
    match error {
        LdapError::OpSend { .. }
        | LdapError::ResultRecv { .. }
        | LdapError::EndOfStream
        | LdapError::IdScrubSend { .. } => "the directory closed the connection".to_owned(),
        LdapError::Io { source } => source.to_string(),
        LdapError::FilterParsing => "the filter cannot be read".to_owned(),
        LdapError::LdapResult { result } => format!("code {}: {}", result.rc, result.text),
        other => other.to_string(),
    }
}
