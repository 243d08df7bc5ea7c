//! The sign-on as a state machine: what was asked, who asks, what happens next.

mod by_ticket;
mod next;
mod password;
mod problems;

pub use by_ticket::TicketSignOnStep;
pub use next::{ApplicationsPage, Asked, ChangeField, ChangePage, CookieChange, Next, Posting, SignInPage, SignOn};
pub use password::{ChangeStep, NewPassword};
use problems::{not_issued, not_recorded, not_signed};

use jiff::Timestamp;

use crate::idp::audit::{Event, Outcome};
use crate::idp::authentication::{AuthenticatedUser, Cause, Credentials, NotSignedIn};
use crate::idp::client::Client;
use crate::idp::folding::refusals::{self, Reason};
use crate::idp::identity_provider::{IdentityProvider, Transaction};
use crate::idp::issuance::{IssuanceContext, IssuanceError};
use crate::idp::method::Method;
use crate::idp::problem::Problem;
use crate::idp::request::{RequestError, Unmet, ValidatedRequest};
use crate::idp::response::{SignedResponse, unmet};
use crate::idp::ticket::{TicketOffer, TicketSignOn};
use crate::idp::trust::Trust;

/// One text for every refusal: what is wrong with an account is nobody's business but its owner's and the audit log's.
const REFUSED: &str = "The user name or the password is not right, or the account cannot be used now. \
                       Check both and try again; after several failures wait 15 minutes.";
const DIRECTORY_DOWN: &str = "Sign-in is not available right now: the user directory does not answer. \
                              Please try again in a few minutes.";

impl IdentityProvider {
    /// Takes one step of a sign-on. `sealed_session` is what the cookie holds. Blocks while directory and stores are asked.
    #[must_use]
    pub fn sign_on(
        &self,
        asked: &Asked,
        credentials: Option<&Credentials>,
        sealed_session: Option<&str>,
        client: &Client,
    ) -> SignOn {
        let transaction = Transaction::new(self, client);
        let request = match self.validate(asked, &transaction) {
            Ok(request) => request,
            Err(problem) => return keep(Next::Problem(problem)),
        };
        let user = match credentials {
            Some(credentials) => self.user_by_password(credentials, request.as_ref(), &transaction),
            None => self.user_by_session(sealed_session, request.as_ref(), &transaction),
        };
        self.goes_on(user, request.as_ref(), &transaction)
    }

    fn goes_on(
        &self,
        user: Result<(AuthenticatedUser, CookieChange), Box<SignOn>>,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> SignOn {
        match user {
            Ok((user, cookie)) => SignOn { next: self.answer(&user, request, transaction), cookie },
            Err(answer) => *answer,
        }
    }

    fn validate(&self, asked: &Asked, transaction: &Transaction<'_>) -> Result<Option<ValidatedRequest>, Problem> {
        self.checked(asked, transaction.now).map_err(|error| self.refused_request(&error, transaction))
    }

    fn checked(&self, asked: &Asked, now: Timestamp) -> Result<Option<ValidatedRequest>, RequestError> {
        let checks = self.request_checks(now);
        match asked {
            Asked::Applications => Ok(None),
            Asked::Application { identifier, relay_state } => {
                checks.unsolicited(identifier, relay_state.clone()).map(Some)
            }
            Asked::Request(message) => checks.solicited(message).map(Some),
        }
    }

    fn user_by_password(
        &self,
        credentials: &Credentials,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Result<(AuthenticatedUser, CookieChange), Box<SignOn>> {
        let Transaction { reference, now, client } = transaction;
        let audit = |outcome, user: &str, cause: Option<String>| {
            let mut record = transaction.audit(Event::SignIn, outcome);
            record.method = Some(Method::Password);
            record.user = Some(user.chars().take(256).collect());
            record.trust = request.map(|request| request.trust().relying_party.identifier.to_string());
            record.cause = cause;
            record
        };
        let failed = |outcome, text: &str, error: &NotSignedIn| {
            let record = audit(outcome, &credentials.user_name, Some(error.to_string()));
            let reference = self.record_refusal(record, refusals::of_password(error), transaction);
            Box::new(keep(Next::SignIn(SignInPage {
                message: Some(format!("{text} Reference: {reference}.")),
                user_name: credentials.user_name.chars().take(256).collect(),
                application: request.map(application),
                help_url: None,
                ticket: self.ticket_offer(request, client),
            })))
        };
        let user = match self.authentication.check_password(credentials, client, *now, &*self.rng) {
            Ok(user) => user,
            Err(NotSignedIn::Refused(Cause::Directory(refusal))) if refusal.proves_the_password() => {
                let record = audit(Outcome::Refused, &credentials.user_name, Some(refusal.to_string()));
                self.record(&record);
                return Err(Box::new(keep(self.ended_password(credentials, &refusal, request, transaction))));
            }
            Err(error @ NotSignedIn::Refused(_)) => {
                return Err(failed(Outcome::Refused, REFUSED, &error));
            }
            Err(error) => return Err(failed(Outcome::Failed, DIRECTORY_DOWN, &error)),
        };
        let mut record = audit(Outcome::Done, &user.account().name, None);
        record.session = Some(user.session().id.clone());
        if !self.record(&record) {
            return Err(Box::new(keep(Next::Problem(not_recorded(reference)))));
        }
        match self.authentication.sessions.seal(user.session(), *now, &*self.rng) {
            Ok(sealed) => Ok((user, CookieChange::Set(sealed))),
            Err(error) => Err(failed(Outcome::Failed, DIRECTORY_DOWN, &error.into())),
        }
    }

    fn user_by_session(
        &self,
        sealed: Option<&str>,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Result<(AuthenticatedUser, CookieChange), Box<SignOn>> {
        let forced = request.is_some_and(ValidatedRequest::force_authn);
        let user = match sealed.filter(|_| !forced) {
            Some(sealed) => self.authentication.check_session(sealed, transaction.now),
            None => Ok(None),
        };
        match user {
            Ok(Some(user)) if self.another_way_would_do(&user, request, transaction) => {
                Err(Box::new(keep(self.ask_password(request, transaction))))
            }
            Ok(Some(user)) => {
                let cookie = self.renewed(&user, transaction);
                Ok((user, cookie))
            }
            Ok(None) => {
                let cookie = if sealed.is_some() && !forced { CookieChange::Clear } else { CookieChange::Keep };
                Err(Box::new(SignOn { next: self.ask_password(request, transaction), cookie }))
            }
            Err(NotSignedIn::Refused(cause)) => {
                let mut record = transaction.audit(Event::SignIn, Outcome::Refused);
                record.cause = Some(cause.to_string());
                self.record(&record);
                Err(Box::new(SignOn { next: self.ask_password(request, transaction), cookie: CookieChange::Clear }))
            }
            Err(error) => {
                let mut record = transaction.audit(Event::SignIn, Outcome::Failed);
                record.cause = Some(error.to_string());
                self.record(&record);
                Err(Box::new(keep(Next::Problem(Problem::unavailable(&transaction.reference)))))
            }
        }
    }

    /// Shows the form, unless the request forbids to ask the user anything.
    fn ask_password(&self, request: Option<&ValidatedRequest>, transaction: &Transaction<'_>) -> Next {
        match request {
            Some(request) if request.is_passive() => self.refuse(request, Unmet::Passive, None, transaction),
            _ => {
                let ticket = self.ticket_offer(request, transaction.client);
                Next::SignIn(SignInPage { application: request.map(application), ticket, ..SignInPage::default() })
            }
        }
    }

    fn ticket_offer(&self, request: Option<&ValidatedRequest>, client: &Client) -> TicketOffer {
        self.tickets.as_ref().map_or(TicketOffer::No, |tickets: &TicketSignOn| tickets.offer(client, request))
    }

    /// Whether a request is for another way to sign in than the session's, and one that this user could go now.
    fn another_way_would_do(
        &self,
        user: &AuthenticatedUser,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> bool {
        let Some(request) = request.filter(|request| !request.method_will_do(user.method())) else { return false };
        match user.method() {
            Method::Kerberos => request.method_will_do(Method::Password),
            Method::Password => self.ticket_offer(Some(request), transaction.client) != TicketOffer::No,
        }
    }

    fn renewed(&self, user: &AuthenticatedUser, transaction: &Transaction<'_>) -> CookieChange {
        let sessions = &self.authentication.sessions;
        if !sessions.needs_renewal(user.session(), transaction.now) {
            return CookieChange::Keep;
        }
        sessions.seal(user.session(), transaction.now, &*self.rng).map_or(CookieChange::Keep, CookieChange::Set)
    }

    /// Answers a user who is signed in.
    fn answer(
        &self,
        user: &AuthenticatedUser,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Next {
        let Some(request) = request else {
            let party = |trust: &Trust| (trust.relying_party.name.clone(), trust.relying_party.identifier.to_string());
            let applications = self.trusts.iter().map(|trust| party(trust)).collect();
            return Next::Applications(ApplicationsPage {
                user: user.account().name.to_string(),
                applications,
                change_password: self.changes_passwords(),
                notice: self.password_notice(user, transaction.now),
            });
        };
        if !request.method_will_do(user.method()) {
            return self.refuse(request, Unmet::AuthnContext, Some(user), transaction);
        }
        self.issue(user, request, transaction)
    }

    fn issue(&self, user: &AuthenticatedUser, request: &ValidatedRequest, transaction: &Transaction<'_>) -> Next {
        let context = IssuanceContext { stores: &self.stores, limits: self.rule_limits, inside: &self.inside };
        let mut record = transaction.audit(Event::Issuance, Outcome::Done);
        record.method = Some(user.method());
        record.user = Some(user.account().name.to_string());
        record.session = Some(user.session().id.clone());
        record.trust = Some(request.trust().relying_party.identifier.to_string());
        record.request_id = request.id().map(str::to_owned);
        record.rules_sha256 = Some(request.trust().rules_sha256.clone());
        let issuance = match context.authorize(user, request, transaction.client) {
            Ok(issuance) => issuance,
            Err(error) => {
                record.outcome =
                    if matches!(error, IssuanceError::Rules(_)) { Outcome::Failed } else { Outcome::Refused };
                record.cause = Some(error.to_string());
                self.record(&record);
                let (account, application) = (&user.account().name, &request.trust().relying_party.name);
                return Next::Problem(not_issued(&error, account, application, &transaction.reference));
            }
        };
        if let Ok(Some(unmet)) = unmet(&issuance) {
            return self.refuse(request, unmet, Some(user), transaction);
        }
        record.roles = issuance.roles();
        if let Err(error) = request.note_answered(&self.answered, &user.account().name, transaction.now) {
            return Next::Problem(self.refused_to_user(&error, transaction));
        }
        let ends = self.authentication.sessions.ends(user.session());
        match self.issuer(transaction.now).issue(issuance, ends) {
            Ok(response) => {
                record.assertion_id.clone_from(&response.assertion_id);
                if !self.record(&record) {
                    return Next::Problem(not_recorded(&transaction.reference));
                }
                let notice = self.password_notice(user, transaction.now);
                Next::Post(Posting { notice, ..posting(request, response) })
            }
            Err(error) => {
                record.outcome = Outcome::Failed;
                record.cause = Some(error.to_string());
                self.record(&record);
                Next::Problem(not_signed(&error, &transaction.reference))
            }
        }
    }

    /// Posts a response that says no. It holds no assertion, so that the request need not be remembered.
    fn refuse(
        &self,
        request: &ValidatedRequest,
        unmet: Unmet,
        user: Option<&AuthenticatedUser>,
        transaction: &Transaction<'_>,
    ) -> Next {
        let mut record = transaction.audit(Event::Issuance, Outcome::Refused);
        record.user = user.map(|user| user.account().name.to_string());
        record.session = user.map(|user| user.session().id.clone());
        record.trust = Some(request.trust().relying_party.identifier.to_string());
        record.request_id = request.id().map(str::to_owned);
        record.cause = Some(unmet.to_string());
        let response = self.issuer(transaction.now).refuse(request, unmet);
        let mut reason = refusals::PASSIVE;
        if let Err(error) = &response {
            record.outcome = Outcome::Failed;
            record.cause = Some(error.to_string());
            reason = refusals::PASSIVE_UNSIGNED;
        }
        // Strangers may ask for it.
        let reference = self.record_refusal(record, user.is_none().then_some(reason), transaction);
        match response {
            Ok(response) => Next::Post(posting(request, response)),
            Err(error) => Next::Problem(not_signed(&error, &reference)),
        }
    }

    /// A request that was refused before anybody asked who sends it.
    pub(in crate::idp) fn refused_request(&self, error: &RequestError, transaction: &Transaction<'_>) -> Problem {
        self.refused(error, Some(refusals::of_request(error)), transaction)
    }

    /// A request that was refused to somebody with a session.
    pub(in crate::idp) fn refused_to_user(&self, error: &RequestError, transaction: &Transaction<'_>) -> Problem {
        self.refused(error, None, transaction)
    }

    fn refused(&self, error: &RequestError, reason: Option<Reason>, transaction: &Transaction<'_>) -> Problem {
        let mut record = transaction.audit(Event::Request, Outcome::Refused);
        record.cause = Some(error.to_string());
        Problem::request(error.advice(), &self.record_refusal(record, reason, transaction))
    }
}

fn keep(next: Next) -> SignOn {
    SignOn { next, cookie: CookieChange::Keep }
}

fn posting(request: &ValidatedRequest, response: SignedResponse) -> Posting {
    Posting {
        url: request.endpoint().url.clone(),
        application: request.trust().relying_party.name.clone(),
        saml_response: response.field,
        relay_state: request.relay_state().map(str::to_owned),
        notice: None,
    }
}

/// How people call the application that is waiting.
fn application(request: &ValidatedRequest) -> String {
    request.trust().relying_party.name.clone()
}
