//! The other side: a ticket of our own, shown to a service.

use super::error::InitiatorError;
use super::principal::Principal;

#[cfg(feature = "kerberos")]
use super::gssapi_initiator::Context;
#[cfg(not(feature = "kerberos"))]
use absent::Context;

/// Shows a service who we are, with a ticket that Kerberos gets by the keytab of
/// [`super::environment::INITIATOR_KEYTAB`], keeps, and renews before it ends.
#[derive(Debug)]
pub struct Initiator {
    context: Context,
}

impl Initiator {
    /// Gets a ticket of `client` for `service`. `binding` ties it to a TLS connection [RFC 5929 4]. Blocks while the KDC is
    /// asked.
    ///
    /// # Errors
    ///
    /// There is no ticket to be had, or this build knows no Kerberos.
    pub fn new(client: &Principal, service: &Principal, binding: Option<Vec<u8>>) -> Result<Self, InitiatorError> {
        Ok(Self { context: Context::new(client, service, binding)? })
    }

    /// The next message for the service, after its last one; `None` for either where there is none. Blocks while the KDC is
    /// asked.
    ///
    /// # Errors
    ///
    /// The service is not the one it should be, or the KDC gave no ticket.
    pub fn step(&mut self, from_service: Option<&[u8]>) -> Result<Option<Vec<u8>>, InitiatorError> {
        self.context.step(from_service)
    }

    /// Whether both sides have proven who they are.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.context.is_complete()
    }

    /// Opens a sealed message of the service.
    ///
    /// # Errors
    ///
    /// It is not the service's.
    pub fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, InitiatorError> {
        self.context.open(sealed)
    }

    /// Signs a message for the service.
    ///
    /// # Errors
    ///
    /// The negotiation is not complete.
    pub fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, InitiatorError> {
        self.context.sign(message)
    }
}

#[cfg(not(feature = "kerberos"))]
mod absent {
    use super::{InitiatorError, Principal};
    use crate::kerberos::AcceptorError;

    /// There is none in this build.
    #[derive(Debug)]
    pub(super) enum Context {}

    impl Context {
        pub(super) fn new(_: &Principal, _: &Principal, _: Option<Vec<u8>>) -> Result<Self, InitiatorError> {
            Err(InitiatorError(AcceptorError::NotBuiltIn.to_string()))
        }

        pub(super) fn step(&mut self, _: Option<&[u8]>) -> Result<Option<Vec<u8>>, InitiatorError> {
            match *self {}
        }

        pub(super) fn is_complete(&self) -> bool {
            match *self {}
        }

        pub(super) fn open(&mut self, _: &[u8]) -> Result<Vec<u8>, InitiatorError> {
            match *self {}
        }

        pub(super) fn sign(&mut self, _: &[u8]) -> Result<Vec<u8>, InitiatorError> {
            match *self {}
        }
    }
}
