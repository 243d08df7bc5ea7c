//! Sign-on with a Kerberos ticket.

use crate::idp::audit::{Event, Outcome};
use crate::idp::authentication::{AuthenticatedUser, Cause, NotSignedIn};
use crate::idp::client::Client;
use crate::idp::folding::refusals;
use crate::idp::identity_provider::{IdentityProvider, Transaction};
use crate::idp::method::Method;
use crate::idp::request::ValidatedRequest;
use crate::idp::ticket::{TicketOffer, TicketSignOn};
use crate::kerberos::{AcceptedTicket, TicketRefusal};

use super::next::{Asked, CookieChange, Next, SignInPage, SignOn};
use super::problems::not_recorded;
use super::{DIRECTORY_DOWN, keep};

const NTLM: &str = "Your browser offered NTLM in place of a Kerberos ticket, and NTLM is not taken here. Please sign in with \
                    your user name and password. To sign in without: use a computer of the domain, on its network, with a \
                    browser that is set up for it.";
const NOT_THIS_TICKET: &str = "Signing in with your Windows account did not work. Please sign in with your user name and \
                               password.";

/// The answer to a request that brought a ticket.
#[derive(Debug)]
pub struct TicketSignOnStep {
    /// What happens next.
    pub sign_on: SignOn,
    /// The message that proves to the browser who we are: a ticket was accepted.
    pub answer: Option<Vec<u8>>,
}

impl IdentityProvider {
    /// Takes one step of a sign-on with `token`, as the browser sent it. Where tickets are not taken from this client or
    /// for this request, it is a step without one. Blocks while Kerberos and the directory are asked.
    #[must_use]
    pub fn sign_on_by_ticket(
        &self,
        asked: &Asked,
        token: &[u8],
        sealed_session: Option<&str>,
        client: &Client,
    ) -> TicketSignOnStep {
        let transaction = Transaction::new(self, client);
        let request = match self.validate(asked, &transaction) {
            Ok(request) => request,
            Err(problem) => return TicketSignOnStep { sign_on: keep(Next::Problem(problem)), answer: None },
        };
        let request = request.as_ref();
        let tickets = self.tickets.as_ref().filter(|tickets| tickets.offer(client, request) != TicketOffer::No);
        let Some(tickets) = tickets else {
            let user = self.user_by_session(sealed_session, request, &transaction);
            return TicketSignOnStep { sign_on: self.goes_on(user, request, &transaction), answer: None };
        };
        match tickets.acceptor.accept(token) {
            Ok(ticket) => {
                let user = self.user_by_ticket(&ticket, tickets, request, &transaction);
                let answer = ticket.answer().map(<[u8]>::to_vec);
                TicketSignOnStep { sign_on: self.goes_on(user, request, &transaction), answer }
            }
            Err(refusal) => {
                let sign_on = *self.not_by_ticket(&Cause::Ticket(refusal).into(), None, request, &transaction);
                TicketSignOnStep { sign_on, answer: None }
            }
        }
    }

    fn user_by_ticket(
        &self,
        ticket: &AcceptedTicket,
        tickets: &TicketSignOn,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Result<(AuthenticatedUser, CookieChange), Box<SignOn>> {
        let now = transaction.now;
        let authentication = &self.authentication;
        let name = Some(ticket.client().to_string());
        let checked = authentication.check_ticket(ticket, &tickets.realms, now, &*self.rng).and_then(|user| {
            let sealed = authentication.sessions.seal(user.session(), now, &*self.rng)?;
            Ok((user, sealed))
        });
        let (user, sealed) = checked.map_err(|error| self.not_by_ticket(&error, name, request, transaction))?;
        let mut record = transaction.audit(Event::SignIn, Outcome::Done);
        record.method = Some(Method::Kerberos);
        record.user = Some(user.account().name.to_string());
        record.trust = request.map(|request| request.trust().relying_party.identifier.to_string());
        record.session = Some(user.session().id.clone());
        if !self.record(&record) {
            return Err(Box::new(keep(Next::Problem(not_recorded(&transaction.reference)))));
        }
        Ok((user, CookieChange::Set(sealed)))
    }

    /// Shows the form, with one sentence. It offers no ticket again: the next one would be refused as well.
    fn not_by_ticket(
        &self,
        error: &NotSignedIn,
        name: Option<String>,
        request: Option<&ValidatedRequest>,
        transaction: &Transaction<'_>,
    ) -> Box<SignOn> {
        let (outcome, text) = match error {
            NotSignedIn::Refused(Cause::Ticket(TicketRefusal::Ntlm)) => (Outcome::Refused, NTLM),
            NotSignedIn::Refused(Cause::Ticket(refusal)) if refusal.is_our_fault() => {
                (Outcome::Failed, NOT_THIS_TICKET)
            }
            NotSignedIn::Refused(_) => (Outcome::Refused, NOT_THIS_TICKET),
            _ => (Outcome::Failed, DIRECTORY_DOWN),
        };
        let mut record = transaction.audit(Event::SignIn, outcome);
        record.method = Some(Method::Kerberos);
        record.user = name.map(|name| name.chars().take(256).collect());
        record.trust = request.map(|request| request.trust().relying_party.identifier.to_string());
        record.cause = Some(error.to_string());
        let reference = self.record_refusal(record, refusals::of_ticket(error), transaction);
        Box::new(keep(Next::SignIn(SignInPage {
            message: Some(format!("{text} Reference: {reference}.")),
            application: request.map(|request| request.trust().relying_party.name.clone()),
            ..SignInPage::default()
        })))
    }
}
