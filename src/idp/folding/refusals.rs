//! Which refusals may be counted together: those that cost nothing but their record, so that anybody could have any number
//! of them. What reached a password, a session or a rule is never among them.

use crate::idp::audit::{AuditRecord, Event, Outcome};
use crate::idp::authentication::{Cause, NotChanged, NotSignedIn};
use crate::idp::lockout::Locked;
use crate::idp::method::Method;
use crate::idp::request::RequestError;
use crate::kerberos::TicketRefusal;
use crate::saml::{Error, PeerFault};
use crate::store::password_change::ChangeError;

use super::FoldingLimits;

/// For the audit log: 22,500 records in a quarter of an hour, sums included, however many addresses a stranger has. Twice as
/// many where a window that ends meets one that begins.
pub(in crate::idp) const LIMITS: FoldingLimits =
    FoldingLimits { singles: 10, window_seconds: 15 * 60, remembered: 2_000 };

/// Why something was refused, without what its sender wrote into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::idp) struct Reason(pub(in crate::idp) &'static str);

/// A kind of refusal; there are some dozens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::idp) struct Refused {
    pub(in crate::idp) event: Event,
    pub(in crate::idp) outcome: Outcome,
    pub(in crate::idp) method: Option<Method>,
    pub(in crate::idp) reason: Reason,
}

impl Refused {
    pub(in crate::idp) fn of(record: &AuditRecord, reason: Reason) -> Self {
        Self { event: record.event, outcome: record.outcome, method: record.method, reason }
    }
}

/// The directory is not asked for longer than it takes to notice, and nothing is charged for the attempt.
const NO_DIRECTORY: Reason = Reason("the directory did not answer");

/// A request that was looked at before its user.
pub(in crate::idp) const fn of_request(error: &RequestError) -> Reason {
    Reason(match error {
        RequestError::UnknownRelyingParty(_) => "unknown relying party",
        RequestError::RelayState(_) | RequestError::LongRelayState(_) | RequestError::NulInRelayState => {
            "a RelayState that is not allowed"
        }
        RequestError::Message(error) => match error {
            Error::Peer { fault: PeerFault::Signature, .. } => "a signature that does not hold",
            Error::Peer { fault: PeerFault::TooLarge, .. } => "a message that is too large",
            _ => "a message that cannot be read",
        },
        RequestError::NotARequest => "no request",
        RequestError::Unsigned => "a request that must be signed and is not",
        RequestError::SignatureInside => "a signature in the wrong place",
        RequestError::NoCertificate => "a signature that no certificate verifies",
        RequestError::Destination(_) => "a request for another server",
        RequestError::Stale { .. } => "a request that is too old, or not valid yet",
        RequestError::ForeignEndpoint(_) | RequestError::TwoEndpoints | RequestError::NoEndpoint => {
            "an endpoint that the trust does not have"
        }
        RequestError::Binding(_) => "a binding that is not spoken here",
        RequestError::Replayed(_) => "a request that was answered before",
        RequestError::ForeignSession(_) => "a sign-out of somebody else",
        RequestError::TooMany(_) => "too many requests",
    })
}

/// A request that forbids to ask for a password, by somebody without a session.
pub(in crate::idp) const PASSIVE: Reason = Reason("the request forbids to ask the user");
/// The same, where the server cannot sign that it says so.
pub(in crate::idp) const PASSIVE_UNSIGNED: Reason = Reason("the response could not be signed");

/// A password that was not looked at.
pub(in crate::idp) const fn of_password(error: &NotSignedIn) -> Option<Reason> {
    match error {
        NotSignedIn::Refused(cause) => of_cause(cause),
        NotSignedIn::Unavailable(_) => Some(NO_DIRECTORY),
        NotSignedIn::Unfinished(_) | NotSignedIn::NoRandomness(_) | NotSignedIn::Seal(_) => None,
    }
}

/// An old password that was not looked at.
pub(in crate::idp) const fn of_change(error: &NotChanged) -> Option<Reason> {
    match error {
        NotChanged::Refused(cause) => of_cause(cause),
        NotChanged::Directory(ChangeError::Unavailable(_)) => Some(NO_DIRECTORY),
        NotChanged::Directory(_) => None,
    }
}

/// A token that is nobody's.
pub(in crate::idp) const fn of_ticket(error: &NotSignedIn) -> Option<Reason> {
    let NotSignedIn::Refused(Cause::Ticket(refusal)) = error else { return None };
    Some(Reason(match refusal {
        TicketRefusal::TooLarge(_) => "a token that is too large",
        TicketRefusal::Garbage => "a token that cannot be read",
        TicketRefusal::Ntlm => "NTLM and no Kerberos ticket",
        TicketRefusal::Mechanism(_) | TicketRefusal::Continuation => "no Kerberos ticket",
        TicketRefusal::Key(_) => "no key in the keytab opens the ticket",
        TicketRefusal::ClockSkew | TicketRefusal::NotYetValid | TicketRefusal::Expired => "the time of the ticket",
        TicketRefusal::Replay => "the ticket was shown before",
        TicketRefusal::EncryptionType(_) => "the encryption type of the ticket",
        TicketRefusal::Anonymous | TicketRefusal::Name(_) => "the ticket names nobody",
        TicketRefusal::Fault(_) => "Kerberos does not work on this server",
        TicketRefusal::Other(_) => "the ticket is not good",
    }))
}

const fn of_cause(cause: &Cause) -> Option<Reason> {
    Some(Reason(match cause {
        Cause::UserName => "no usable user name",
        Cause::LongPassword => "password too long",
        Cause::Locked(Locked::User) => "too many failed sign-ins for this user",
        Cause::Locked(Locked::Address) => "too many failed sign-ins from this address",
        Cause::Opened(_)
        | Cause::Directory(_)
        | Cause::Ticket(_)
        | Cause::Realm(_)
        | Cause::NotAPerson(_)
        | Cause::AnotherName { .. }
        | Cause::Session { .. } => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::StoreError;
    use crate::store::directory::Refusal;

    fn silent() -> StoreError {
        StoreError::Unavailable { store: "AD".to_owned(), reason: "time is over".to_owned() }
    }

    #[test]
    fn what_reached_a_password_an_account_or_a_good_ticket_stands_for_itself() {
        let refusal = || Refusal::WrongPassword;
        let causes = || {
            [
                Cause::Opened(Locked::User),
                Cause::Directory(refusal()),
                Cause::Directory(Refusal::EmptyPassword),
                Cause::Directory(Refusal::UnknownUser),
                Cause::Realm(String::new()),
                Cause::NotAPerson(String::new()),
                Cause::Session { user: String::new(), refusal: refusal() },
            ]
        };
        for cause in causes() {
            assert_eq!(of_change(&NotChanged::Refused(cause.clone())), None, "{cause}");
            let error = NotSignedIn::Refused(cause);
            assert_eq!((of_password(&error), of_ticket(&error)), (None, None), "{error}");
        }
        for error in [
            ChangeError::Refused(refusal()),
            ChangeError::Policy(Vec::new()),
            ChangeError::NotAllowed,
            ChangeError::Unasked(silent()),
            ChangeError::Undecided(silent()),
        ] {
            assert_eq!(of_change(&NotChanged::Directory(error)), None);
        }
        assert_eq!(of_password(&NotSignedIn::Unfinished(silent())), None);
    }

    #[test]
    fn a_silent_directory_is_no_reason_to_fold_whoever_has_a_good_ticket() {
        assert_eq!(of_ticket(&NotSignedIn::Unavailable(silent())), None);
        assert_eq!(of_password(&NotSignedIn::Unavailable(silent())), Some(NO_DIRECTORY));
    }

    #[test]
    fn what_a_sender_writes_makes_no_other_reason() {
        let binding = |text: &str| of_request(&RequestError::Binding(text.to_owned()));
        assert_eq!(binding("urn:a"), binding("urn:b"));
        let ticket = |text: &str| of_ticket(&Cause::Ticket(TicketRefusal::Name(text.to_owned())).into());
        assert_eq!(ticket("a"), ticket("b"));
        assert!(ticket("a").is_some());
    }
}
