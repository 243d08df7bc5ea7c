//! The end of a session: because its user says so, or a relying party does on their behalf.

use crate::saml::binding::{post, redirect};
use crate::saml::{self, LogoutRequest};

use super::audit::{Event, Outcome};
use super::client::Client;
use super::identity_provider::{IdentityProvider, Transaction};
use super::problem::Problem;
use super::request::{MESSAGE_BYTES, Message, RequestError, signing_certificates};

impl IdentityProvider {
    /// Ends the session in a cookie, if it is one. The cookie should be removed in any case.
    pub fn sign_out(&self, sealed_session: Option<&str>, client: &Client) {
        let transaction = Transaction::new(self, client);
        self.end(sealed_session, None, None, &transaction);
    }

    /// Ends the session in a cookie because a relying party asks for it.
    ///
    /// The request must be signed: otherwise any page could sign people out.
    ///
    /// # Errors
    ///
    /// The request cannot be accepted.
    pub fn sign_out_by_request(
        &self,
        message: &Message,
        sealed_session: Option<&str>,
        client: &Client,
    ) -> Result<(), Problem> {
        let transaction = Transaction::new(self, client);
        match self.logout_request(message, &transaction) {
            Ok(request) => {
                self.end(sealed_session, Some(&request), Some(&request.issuer), &transaction);
                Ok(())
            }
            Err(error) => Err(self.refused_request(&error, &transaction)),
        }
    }

    fn logout_request(&self, message: &Message, transaction: &Transaction<'_>) -> Result<LogoutRequest, RequestError> {
        let checks = self.request_checks(transaction.now);
        let request = match message {
            Message::Redirect { raw_query } => {
                let message = redirect::parse(raw_query)?;
                if saml::authn_request::holds_signature(&message.xml)? {
                    return Err(RequestError::SignatureInside);
                }
                let request = LogoutRequest::parse(&message.xml)?;
                if !message.signed {
                    return Err(RequestError::Unsigned);
                }
                let party = &checks.trust(&request.issuer)?.relying_party;
                message.verify(signing_certificates(&party.request_certificates)?)?;
                request
            }
            Message::Post { field, .. } => {
                let xml = post::decode(field, MESSAGE_BYTES)?;
                let unverified = LogoutRequest::parse(&xml)?;
                if !saml::authn_request::has_signature(&xml)? {
                    return Err(RequestError::Unsigned);
                }
                let party = &checks.trust(&unverified.issuer)?.relying_party;
                LogoutRequest::parse_signed(&xml, signing_certificates(&party.request_certificates)?)?
            }
        };
        checks.addressed_to_us(request.destination.as_deref())?;
        checks.fresh_until(request.issue_instant)?;
        if let Some(until) = request.not_on_or_after.filter(|until| *until <= transaction.now) {
            return Err(RequestError::Stale { issued: until, now: transaction.now });
        }
        Ok(request)
    }

    fn end(
        &self,
        sealed: Option<&str>,
        request: Option<&LogoutRequest>,
        trust: Option<&str>,
        transaction: &Transaction<'_>,
    ) {
        let sessions = &self.authentication.sessions;
        let Some(session) = sealed.and_then(|sealed| sessions.open(sealed, transaction.now)) else { return };
        let indexes = request.map(|request| request.session_indexes.as_slice()).unwrap_or_default();
        if !indexes.is_empty() && !indexes.contains(&session.id) {
            return;
        }
        sessions.end(&session, transaction.now);
        let mut record = transaction.audit(Event::SignOut, Outcome::Done);
        record.user = Some(session.user);
        record.session = Some(session.id);
        record.trust = trust.map(str::to_owned);
        record.request_id = request.map(|request| request.id.clone());
        self.record(&record);
    }
}
