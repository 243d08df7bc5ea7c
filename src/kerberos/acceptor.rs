//! The one that checks tickets, and the proof that it did.

use super::error::AcceptorError;
use super::offer::Offer;
use super::principal::Principal;
use super::refusal::TicketRefusal;

#[cfg(feature = "kerberos")]
use super::gssapi::Credential;
#[cfg(not(feature = "kerberos"))]
use absent::Credential;

/// Longest token that is looked at, in bytes. The ticket of a user in 1,000 groups has 9,445 bytes; Windows sends at most
/// 48,000 [MS-KB 327825, `MaxTokenSize`].
pub const MOST_TOKEN_BYTES: usize = 49_152;

/// Checks tickets for one service, with the keys of the keytab that the process was started with.
#[derive(Debug)]
pub struct Acceptor {
    credential: Credential,
}

/// Proof that a ticket was checked: it was made for our key, by the KDC that has it too, is in its time and new.
#[derive(Debug)]
pub struct AcceptedTicket {
    client: Principal,
    answer: Option<Vec<u8>>,
}

impl Acceptor {
    /// Takes the keys of a service from the keytab of [`super::environment::ACCEPTOR_KEYTAB`]. Keys that are added to that
    /// file later are found too.
    ///
    /// # Errors
    ///
    /// There are none, or this build knows no Kerberos.
    pub fn new(service: &Principal) -> Result<Self, AcceptorError> {
        Ok(Self { credential: Credential::acquire(service)? })
    }

    /// Checks a token as it came from a browser. One message must do: nothing is kept between two.
    ///
    /// Reads the keytab and writes the replay cache, so it blocks for as long as the disk takes.
    ///
    /// # Errors
    ///
    /// The token lets nobody in.
    pub fn accept(&self, token: &[u8]) -> Result<AcceptedTicket, TicketRefusal> {
        if token.len() > MOST_TOKEN_BYTES {
            return Err(TicketRefusal::TooLarge(token.len()));
        }
        match Offer::of(token) {
            Offer::Ticket => {}
            Offer::Ntlm => return Err(TicketRefusal::Ntlm),
            Offer::Others(mechanisms) => return Err(TicketRefusal::Mechanism(mechanisms)),
            Offer::Continuation => return Err(TicketRefusal::Continuation),
            Offer::Garbage => return Err(TicketRefusal::Garbage),
        }
        let (client, answer) = self.credential.accept(token)?;
        let client = Principal::parse(&client).ok_or(TicketRefusal::Name(client))?;
        Ok(AcceptedTicket { client, answer })
    }
}

impl AcceptedTicket {
    /// Whose ticket it is.
    #[must_use]
    pub fn client(&self) -> &Principal {
        &self.client
    }

    /// The message that proves to the browser who we are, if it asked for one.
    #[must_use]
    pub fn answer(&self) -> Option<&[u8]> {
        self.answer.as_deref()
    }
}

#[cfg(not(feature = "kerberos"))]
mod absent {
    use super::{AcceptorError, Principal, TicketRefusal};

    /// There is none in this build.
    #[derive(Debug)]
    pub(super) enum Credential {}

    impl Credential {
        pub(super) fn acquire(_: &Principal) -> Result<Self, AcceptorError> {
            Err(AcceptorError::NotBuiltIn)
        }

        pub(super) fn accept(&self, _: &[u8]) -> Result<(String, Option<Vec<u8>>), TicketRefusal> {
            match *self {}
        }
    }
}
