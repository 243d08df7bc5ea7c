//! Why the directory gave no answer.

use std::time::Duration;

use ldap3::LdapError;

use crate::engine::StoreError;

/// Why the directory gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) enum Failure {
    /// The connection is gone, or never came to be. Another one may work.
    Lost(String),
    /// No answer came in the time that one server has while another could be asked.
    Silent(String),
    /// Nobody answered in time.
    Timeout(String),
    /// The directory answered that it will not.
    Refused(String),
}

impl Failure {
    pub(in crate::store) fn lost(doing: &str, error: &LdapError) -> Self {
        Self::Lost(format!("{doing}: {}", reason(error)))
    }

    pub(in crate::store) fn timeout(doing: &str, after: Duration) -> Self {
        Self::Timeout(no_answer(doing, after))
    }

    pub(in crate::store) fn silent(doing: &str, after: Duration) -> Self {
        Self::Silent(no_answer(doing, after))
    }

    /// Whether another server may be asked the same.
    pub(in crate::store) fn is_of_the_server(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Silent(_))
    }

    pub(in crate::store) fn reason(&self) -> &str {
        match self {
            Self::Lost(reason) | Self::Silent(reason) | Self::Timeout(reason) | Self::Refused(reason) => reason,
        }
    }

    /// The same as an error of the store of that name.
    pub(in crate::store) fn of_store(&self, store: &str) -> StoreError {
        StoreError::Unavailable { store: store.to_owned(), reason: self.reason().to_owned() }
    }
}

fn no_answer(doing: &str, after: Duration) -> String {
    format!("{doing}: no answer within {:.1} seconds", after.as_secs_f64())
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
