//! The end of a session: because its user says so, or a relying party does on their behalf.

use crate::saml::binding::{post, redirect};
use crate::saml::model::NameId;
use crate::saml::{self, LogoutRequest};

use super::audit::{Event, Outcome};
use super::client::Client;
use super::identity_provider::{IdentityProvider, Transaction};
use super::issuance::IssuanceContext;
use super::problem::Problem;
use super::replay::NotNoted;
use super::request::{MESSAGE_BYTES, Message, RequestError, is_same, signing_certificates};
use super::response::name_of;
use super::session::Session;

impl IdentityProvider {
    /// Ends the session in a cookie, if it is one. The cookie should be removed in any case.
    pub fn sign_out(&self, sealed_session: Option<&str>, client: &Client) {
        let transaction = Transaction::new(self, client);
        let sessions = &self.authentication.sessions;
        if let Some(session) = sealed_session.and_then(|sealed| sessions.open(sealed, transaction.now)) {
            self.end(session, None, &transaction);
        }
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
        let request =
            self.logout_request(message, &transaction).map_err(|error| self.refused_request(&error, &transaction))?;
        self.end_by_request(&request, sealed_session, &transaction)
            .map_err(|error| self.refused_to_user(&error, &transaction))
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

    /// Ends the session that the request names. Nothing is to be done where there is none.
    fn end_by_request(
        &self,
        request: &LogoutRequest,
        sealed: Option<&str>,
        transaction: &Transaction<'_>,
    ) -> Result<(), RequestError> {
        let sessions = &self.authentication.sessions;
        let Some(sealed) = sealed else { return Ok(()) };
        let Some(session) = sessions.open(sealed, transaction.now) else { return Ok(()) };
        let foreign = || RequestError::ForeignSession(request.id.clone());
        if !request.session_indexes.is_empty() && !request.session_indexes.contains(&session.id) {
            return Err(foreign());
        }
        let told = self.name_told(sealed, &request.issuer, transaction).ok_or_else(foreign)?;
        if !is_same(&request.name_id, &told) {
            return Err(foreign());
        }
        let until = self.request_checks(transaction.now).fresh_until(request.issue_instant)?;
        self.answered.note(&request.issuer, &request.id, &session.user, until, transaction.now).map_err(|error| {
            match error {
                NotNoted::Before => RequestError::Replayed(request.id.clone()),
                NotNoted::TooMany => RequestError::TooMany(request.id.clone()),
            }
        })?;
        self.end(session, Some(request), transaction);
        Ok(())
    }

    /// The name that the rules give a relying party for the user of a session. They are asked again: so nothing has to be
    /// remembered for every sign-on.
    fn name_told(&self, sealed: &str, relying_party: &str, transaction: &Transaction<'_>) -> Option<NameId> {
        let user = self.authentication.check_session(sealed, transaction.now).ok()??;
        let request = self.request_checks(transaction.now).unsolicited(relying_party, None).ok()?;
        let context = IssuanceContext { stores: &self.stores, limits: self.rule_limits, inside: &self.inside };
        let issuance = context.authorize(&user, &request, transaction.client).ok()?;
        name_of(&issuance).ok()?
    }

    fn end(&self, session: Session, request: Option<&LogoutRequest>, transaction: &Transaction<'_>) {
        self.authentication.sessions.end(&session, transaction.now);
        let mut record = transaction.audit(Event::SignOut, Outcome::Done);
        record.user = Some(session.user);
        record.session = Some(session.id);
        record.trust = request.map(|request| request.issuer.clone());
        record.request_id = request.map(|request| request.id.clone());
        self.record(&record);
    }
}
