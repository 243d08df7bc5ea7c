//! Why a ticket lets nobody in.

/// Why a token lets nobody in. For the audit log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketRefusal {
    /// No token is so long.
    #[error("the token has {0} bytes, more than any ticket")]
    TooLarge(usize),
    /// Not even the head of it can be read.
    #[error("the token cannot be read")]
    Garbage,
    /// NTLM.
    #[error("the browser sent NTLM and no Kerberos ticket")]
    Ntlm,
    /// Another mechanism first.
    #[error("the browser offered no Kerberos ticket but {}", .0.join(", "))]
    Mechanism(Vec<String>),
    /// A negotiation that takes more than one message.
    #[error("the browser wants to negotiate in more than one message")]
    Continuation,
    /// The ticket was made for a key that the keytab does not hold.
    #[error("no key in the keytab opens the ticket: {0}")]
    Key(String),
    /// The clocks are too far apart.
    #[error("the clocks of the browser's machine and of this server are too far apart")]
    ClockSkew,
    /// Its time has not come.
    #[error("the ticket is not valid yet")]
    NotYetValid,
    /// Its time is over.
    #[error("the ticket has expired")]
    Expired,
    /// It was shown before.
    #[error("the ticket was shown before (replay)")]
    Replay,
    /// Its encryption type is not allowed or not known here.
    #[error("the encryption type of the ticket is not allowed here: {0}")]
    EncryptionType(String),
    /// Nobody's ticket.
    #[error("the ticket is anonymous")]
    Anonymous,
    /// A name that cannot be read.
    #[error("the ticket names nobody that can be read: `{0}`")]
    Name(String),
    /// Kerberos itself does not work here.
    #[error("Kerberos does not work on this server: {0}")]
    Fault(String),
    /// Something else.
    #[error("the ticket is not good: {0}")]
    Other(String),
}

impl TicketRefusal {
    /// Whether something on our side is wrong, and not the ticket.
    #[must_use]
    pub const fn is_our_fault(&self) -> bool {
        matches!(self, Self::Fault(_))
    }
}
