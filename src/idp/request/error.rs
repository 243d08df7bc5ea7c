//! Why a request is not answered.

use jiff::Timestamp;

use super::RELAY_STATE_BYTES;
use crate::saml;

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Nobody of that identifier.
    #[error("unknown relying party `{0}`")]
    UnknownRelyingParty(String),
    /// A `RelayState` that is not on the list of the trust.
    #[error("the RelayState `{0}` begins with none of the prefixes that the trust allows")]
    RelayState(String),
    /// A `RelayState` that is longer than any.
    #[error("the RelayState has {0} bytes, more than {RELAY_STATE_BYTES}")]
    LongRelayState(usize),
    /// A `RelayState` that no page can carry.
    #[error("the RelayState holds a NUL character")]
    NulInRelayState,
    /// The message cannot be read, or its signature does not hold.
    #[error("{0}")]
    Message(#[from] saml::Error),
    /// A message that answers, where one that asks is expected.
    #[error("`SAMLResponse` holds no request")]
    NotARequest,
    /// The trust wants signed requests.
    #[error("the request is not signed, but the trust requires it")]
    Unsigned,
    /// A signature where the Redirect binding has none: nobody would check it [SAML-Bindings 3.4.4.1].
    #[error("the message in the address has a signature inside its XML; the Redirect binding signs the query")]
    SignatureInside,
    /// There is a signature, and nothing to verify it with.
    #[error("the request is signed, but the trust has no certificate to verify it with")]
    NoCertificate,
    /// The message was meant for another address.
    #[error("the request's Destination is `{0}`, not this server")]
    Destination(String),
    /// Made too long ago, or not yet.
    #[error("the request was made at {issued}, and it is {now}")]
    Stale {
        /// Its `IssueInstant`.
        issued: Timestamp,
        /// Our time.
        now: Timestamp,
    },
    /// The answer shall go where the trust has no endpoint.
    #[error("the request asks for the answer at {0}, which is no endpoint of the trust")]
    ForeignEndpoint(String),
    /// Index and URL at once [SAML-Core 3.4.1].
    #[error("the request names its endpoint by index and by URL")]
    TwoEndpoints,
    /// The answer shall come by a binding that we do not speak.
    #[error("the request asks for the binding `{0}`")]
    Binding(String),
    /// It was answered before.
    #[error("the request `{0}` was answered before")]
    Replayed(String),
    /// A sign-out of somebody else, or of another session.
    #[error("the request `{0}` names another user or session than the browser's")]
    ForeignSession(String),
    /// More requests were answered for one user, or for all, than can be remembered.
    #[error("too many requests were answered lately to remember the request `{0}`")]
    TooMany(String),
    /// The trust has nowhere to post to.
    #[error("the trust has no endpoint")]
    NoEndpoint,
}

impl RequestError {
    /// What the person reads. Says what to do, not what an attacker wants to know.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::UnknownRelyingParty(_) => {
                "The application is not known here. Check the address that you opened, or ask the person who gave it to you."
            }
            Self::Stale { .. } | Self::Replayed(_) => {
                "This sign-in request is too old or has been used already. Go back to the application and start again."
            }
            Self::TooMany(_) => "You have signed in too often in a short time. Wait 20 minutes and start again.",
            Self::RelayState(_) | Self::LongRelayState(_) | Self::NulInRelayState => {
                "The address asks to be taken to a page that is not allowed for this application."
            }
            _ => {
                "The application sent a sign-in request that does not fit what is agreed with it. Please tell its administrators."
            }
        }
    }
}
