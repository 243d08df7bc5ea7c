//! What can go wrong, split by whose fault it is.

use std::borrow::Cow;

use crate::xml;

/// Why a message was not read or not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The sender is at fault: the message is malformed, too large or not truly theirs.
    #[error("{reason}")]
    Peer {
        /// What kind of fault it is.
        fault: PeerFault,
        /// What is wrong, and where.
        reason: Cow<'static, str>,
    },
    /// The message may be legitimate, but asks for what is not offered here.
    #[error("{0}")]
    Unsupported(Cow<'static, str>),
    /// Whoever runs or calls this is at fault: a key, a setting, a value that no XML can carry.
    #[error("{0}")]
    Misuse(Cow<'static, str>),
    /// Nobody's fault but ours, or the cryptographic library failed.
    #[error("{0}; please report this")]
    Internal(Cow<'static, str>),
}

/// What a peer did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerFault {
    /// The message does not follow XML, SAML or the binding.
    Malformed,
    /// The message exceeds a limit.
    TooLarge,
    /// The signature is missing, does not verify, or does not cover what is read.
    Signature,
}

impl From<xml::Error> for Error {
    fn from(error: xml::Error) -> Self {
        match error {
            xml::Error::Malformed(reason) => Self::malformed(reason),
            xml::Error::TooLarge(reason) => Self::too_large(reason),
        }
    }
}

impl Error {
    pub(crate) fn malformed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Peer { fault: PeerFault::Malformed, reason: reason.into() }
    }

    pub(crate) fn too_large(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Peer { fault: PeerFault::TooLarge, reason: reason.into() }
    }

    pub(crate) fn signature(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Peer { fault: PeerFault::Signature, reason: reason.into() }
    }

    pub(crate) fn unsupported(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Unsupported(reason.into())
    }

    pub(crate) fn misuse(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Misuse(reason.into())
    }

    pub(crate) fn internal(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal(reason.into())
    }

    /// The peer's fault, or `None` when the peer is not to blame.
    pub fn peer_fault(&self) -> Option<PeerFault> {
        match self {
            Self::Peer { fault, .. } => Some(*fault),
            _ => None,
        }
    }
}
