//! What happened, for those who answer for it: one record for each sign-in, issuance and refusal.

use std::io;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::client::UNKNOWN;
use super::method::Method;

/// What a record is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A password or a ticket was checked, or would have been.
    SignIn,
    /// An assertion was asked for by a signed-in user.
    Issuance,
    /// A request could not be accepted.
    Request,
    /// A session ended.
    SignOut,
    /// Somebody who knows a password wants another one.
    PasswordChange,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// As asked.
    Done,
    /// Refused, by rule or by check.
    Refused,
    /// Something on our side failed.
    Failed,
}

/// One line of the audit log. Holds no secret and no assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// When, RFC 3339.
    pub time: String,
    /// The number that the person was shown.
    pub reference: String,
    /// What.
    pub event: Event,
    /// How it ended.
    pub outcome: Outcome,
    /// How the user signed in, or tried to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// `DOMAIN\user`, or the name as typed while nobody has signed in; cut to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Address of the client; of many that are told at once a /64 too, or `several`.
    pub client_address: String,
    /// Identifier of the relying party trust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trust: Option<String>,
    /// ID of the request that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// ID of the assertion; in `CloudTrail` it is `sAMLAssertionID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assertion_id: Option<String>,
    /// Name of the session; the `SessionIndex` of its assertions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// AWS roles issued, `account/name`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// SHA-256 of the rule sets that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_sha256: Option<String>,
    /// The true reason, if it did not go as asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Until when refusals like this one are counted and told at once, under the same reference, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folds_until: Option<String>,
    /// How many refusals this record stands for, none of which has one of its own. Absent: it stands for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folded: Option<Folded>,
}

/// Refusals that are told in one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Folded {
    /// How many.
    pub count: u64,
    /// When the first of them came, RFC 3339.
    pub first: String,
    /// When the last of them came, RFC 3339.
    pub last: String,
}

impl AuditRecord {
    /// A record with nothing but what every record has, of a client whose address is not known.
    #[must_use]
    pub fn new(time: String, reference: String, event: Event, outcome: Outcome) -> Self {
        Self {
            time,
            reference,
            event,
            outcome,
            method: None,
            user: None,
            client_address: UNKNOWN.to_owned(),
            trust: None,
            request_id: None,
            assertion_id: None,
            session: None,
            roles: Vec::new(),
            rules_sha256: None,
            cause: None,
            folds_until: None,
            folded: None,
        }
    }
}

/// Where records go.
pub trait AuditSink: Send + Sync {
    /// Takes one record.
    ///
    /// # Errors
    ///
    /// It could not be written. No session and no assertion may come of what it is about.
    fn record(&self, record: &AuditRecord) -> io::Result<()>;
}

/// Keeps records in memory; for tests.
#[derive(Debug, Default)]
pub struct MemoryAudit(Mutex<Vec<AuditRecord>>);

impl MemoryAudit {
    /// All records so far, oldest first.
    #[must_use]
    pub fn records(&self) -> Vec<AuditRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl AuditSink for MemoryAudit {
    fn record(&self, record: &AuditRecord) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.clone());
        Ok(())
    }
}
