//! The identity provider: what it is made of.

use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::{Limits, Stores};
use crate::saml::Signer;
use crate::store::directory::Directory;

use super::audit::{AuditRecord, AuditSink, Event, Outcome};
use super::authentication::Authentication;
use super::client::Client;
use super::clock::Clock;
use super::counters::{Counters, DirectoryCondition};
use super::folding::refusals::Reason;
use super::last_signed::LastSigned;
use super::lockout::{Lockout, LockoutLimits};
use super::network::Network;
use super::passwords::PasswordSettings;
use super::random::{self, Rng};
use super::records::{Records, written};
use super::replay::AnsweredRequests;
use super::request::{RequestChecks, RequestLimits};
use super::response::Issuer;
use super::seal::KEY_BYTES;
use super::session::{SessionLimits, Sessions};
use super::ticket::TicketSignOn;
use super::trust::Trusts;

/// What an identity provider is made of.
pub struct Parts {
    /// Its entity ID; the issuer of everything it says.
    pub entity_id: String,
    /// Scheme, host and port under which browsers reach it, without a slash at the end.
    pub base_url: String,
    /// Who is told something, by which rules.
    pub trusts: Trusts,
    /// Where users are.
    pub directory: Arc<dyn Directory>,
    /// Where rules look things up; holds the directory as `Active Directory`.
    pub stores: Stores,
    /// The key that signs.
    pub signer: Arc<dyn Signer>,
    /// Certificates (DER) of keys that will sign soon, for the metadata.
    pub next_certificates: Vec<Vec<u8>>,
    /// Keys that seal sessions; the first seals, all open.
    pub session_keys: Vec<[u8; KEY_BYTES]>,
    /// How long sessions live.
    pub session_limits: SessionLimits,
    /// How many failures are borne.
    pub lockout_limits: LockoutLimits,
    /// What people are told and offered about their passwords.
    pub passwords: PasswordSettings,
    /// How Kerberos tickets are taken. `None`: not at all.
    pub tickets: Option<TicketSignOn>,
    /// How old requests may be.
    pub request_limits: RequestLimits,
    /// How much work one user's rules may be.
    pub rule_limits: Limits,
    /// Addresses inside the corporate network.
    pub inside_corporate_network: Vec<Network>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives randomness.
    pub rng: Arc<dyn Rng>,
    /// Takes the audit records.
    pub audit: Arc<dyn AuditSink>,
}

/// The identity provider. Its methods block; time and randomness come from its parts.
pub struct IdentityProvider {
    pub(super) entity_id: String,
    pub(super) base_url: String,
    pub(super) trusts: Trusts,
    pub(super) stores: Stores,
    pub(super) signer: Arc<dyn Signer>,
    pub(super) next_certificates: Vec<Vec<u8>>,
    pub(super) authentication: Authentication,
    pub(super) tickets: Option<TicketSignOn>,
    pub(super) answered: AnsweredRequests,
    pub(super) metadata: LastSigned,
    pub(super) passwords: PasswordSettings,
    pub(super) request_limits: RequestLimits,
    pub(super) rule_limits: Limits,
    pub(super) inside: Vec<Network>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) rng: Arc<dyn Rng>,
    pub(super) records: Records,
}

impl IdentityProvider {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            entity_id: parts.entity_id,
            base_url: parts.base_url,
            trusts: parts.trusts,
            stores: parts.stores,
            signer: parts.signer,
            next_certificates: parts.next_certificates,
            authentication: Authentication {
                directory: parts.directory,
                lockout: Lockout::new(parts.lockout_limits),
                sessions: Sessions::new(parts.session_limits, &parts.session_keys),
            },
            tickets: parts.tickets,
            answered: AnsweredRequests::default(),
            metadata: LastSigned::default(),
            passwords: parts.passwords,
            request_limits: parts.request_limits,
            rule_limits: parts.rule_limits,
            inside: parts.inside_corporate_network,
            records: Records::new(parts.audit, Arc::clone(&parts.clock)),
            clock: parts.clock,
            rng: parts.rng,
        }
    }

    /// Scheme, host and port under which browsers reach it.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// What has happened how often.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        self.records.counters()
    }

    /// How the directory gets on with its servers. `None` if it has none.
    #[must_use]
    pub fn directory_condition(&self) -> Option<DirectoryCondition> {
        self.authentication.directory.condition()
    }

    /// Whether Kerberos tickets are taken from anybody.
    #[must_use]
    pub fn takes_tickets(&self) -> bool {
        self.tickets.is_some()
    }

    /// A fresh reference number; `UNKNOWN` if there is no randomness.
    #[must_use]
    pub fn reference(&self) -> String {
        random::reference(&*self.rng).unwrap_or_else(|_| "UNKNOWN".to_owned())
    }

    pub(super) fn request_checks(&self, now: Timestamp) -> RequestChecks<'_> {
        RequestChecks {
            trusts: &self.trusts,
            base_url: &self.base_url,
            limits: self.request_limits,
            answered: &self.answered,
            now,
        }
    }

    pub(super) fn issuer(&self, now: Timestamp) -> Issuer<'_> {
        Issuer { entity_id: &self.entity_id, signer: &*self.signer, rng: &*self.rng, now }
    }

    /// Whether the record was written; nothing may be issued without.
    pub(super) fn record(&self, record: &AuditRecord) -> bool {
        self.records.write(record)
    }

    /// Records a refusal; one that has a reason to be counted with others may be. Gives its reference number.
    pub(super) fn record_refusal(
        &self,
        record: AuditRecord,
        reason: Option<Reason>,
        transaction: &Transaction<'_>,
    ) -> String {
        if let Some(reason) = reason {
            return self.records.refuse(record, reason, transaction.client, transaction.now);
        }
        self.record(&record);
        record.reference
    }

    /// Writes the audit records of refusals that were counted, where their time is over. Blocks like everything that writes
    /// records; somebody has to call it now and then.
    pub fn tell_folded(&self) {
        self.records.tell_folded();
    }

    /// The time by its clock.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// One request from a client, from beginning to end: everything said about it carries one reference number.
pub(super) struct Transaction<'a> {
    pub(super) reference: String,
    pub(super) now: Timestamp,
    pub(super) client: &'a Client,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(provider: &IdentityProvider, client: &'a Client) -> Self {
        Self { reference: provider.reference(), now: provider.clock.now(), client }
    }

    /// A record with nothing but what is known of every request.
    pub(super) fn audit(&self, event: Event, outcome: Outcome) -> AuditRecord {
        AuditRecord {
            client_address: self.client.shown_address(),
            ..AuditRecord::new(written(self.now), self.reference.clone(), event, outcome)
        }
    }
}
