//! Binds in steps: a mechanism such as Kerberos gives tokens, and gets the server's [RFC 4513 5.2].

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// A way to prove who the service account is. Made once; each connection begins an exchange of its own.
pub trait SaslMechanism: Debug + Send + Sync {
    /// The name of the mechanism, such as `GSS-SPNEGO` or `GSSAPI`.
    fn name(&self) -> &'static str;

    /// Who binds, for messages.
    fn account(&self) -> &str;

    /// Begins an exchange with a server. May ask others, such as a Kerberos server.
    ///
    /// # Errors
    ///
    /// Why there can be no exchange.
    fn begin(&self, server: &SaslServer<'_>, time: SaslTime) -> Result<Box<dyn SaslExchange>, SaslError>;
}

/// Why there can be no exchange with a server, as a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SaslError {
    /// The account is not let in, whichever server is asked.
    #[error("{0}")]
    Refused(String),
    /// Nobody has said so: an exchange with another server may begin, or one with this server later.
    #[error("{0}")]
    Unanswered(String),
}

/// With whom an exchange is.
#[derive(Clone, Copy, Debug)]
pub struct SaslServer<'a> {
    /// The name of the server, as its certificate has it: the host in `ldap/HOST`.
    pub host: &'a str,
    /// The server's certificate, DER, for a channel binding of the kind `tls-server-end-point` [RFC 5929 4].
    pub certificate: Option<&'a [u8]>,
}

/// How long an exchange may take to begin.
#[derive(Clone, Copy, Debug)]
pub struct SaslTime {
    /// Nobody waits longer.
    pub until: Instant,
    /// How long others take to answer at most, if nothing is wrong with them: whoever comes late waits less.
    pub usual: Duration,
}

/// One bind.
pub trait SaslExchange: Send {
    /// The next token for the server; `challenge` is what it sent, empty at first. Also called with what comes beside
    /// the server's success, if that is anything: then the token is not sent.
    ///
    /// # Errors
    ///
    /// Why the server is not believed, or cannot be answered.
    fn step(&mut self, challenge: &[u8]) -> Result<Vec<u8>, String>;
}
