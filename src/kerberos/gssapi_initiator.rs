//! A ticket of our own, by MIT Kerberos.

use libgssapi::context::{ClientCtx, CtxFlags, SecurityContext as _};
use libgssapi::credential::{Cred, CredUsage};
use libgssapi::error::Error;
use libgssapi::name::Name;
use libgssapi::oid::{GSS_MECH_KRB5, GSS_NT_KRB5_PRINCIPAL, OidSet};

use super::error::InitiatorError;
use super::gssapi::text_of;
use super::principal::Principal;

/// A negotiation with one service.
#[derive(Debug)]
pub(super) struct Context {
    context: ClientCtx,
    binding: Option<Vec<u8>>,
}

impl Context {
    pub(super) fn new(
        client: &Principal,
        service: &Principal,
        binding: Option<Vec<u8>>,
    ) -> Result<Self, InitiatorError> {
        let context = negotiation(client, service).map_err(told)?;
        Ok(Self { context, binding })
    }

    pub(super) fn step(&mut self, from_service: Option<&[u8]>) -> Result<Option<Vec<u8>>, InitiatorError> {
        let next = self.context.step(from_service, self.binding.as_deref()).map_err(told)?;
        Ok(next.map(|token| token.to_vec()))
    }

    pub(super) fn is_complete(&self) -> bool {
        self.context.is_complete()
    }

    pub(super) fn open(&mut self, sealed: &[u8]) -> Result<Vec<u8>, InitiatorError> {
        self.context.unwrap(sealed).map(|message| message.to_vec()).map_err(told)
    }

    pub(super) fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, InitiatorError> {
        self.context.wrap(false, message).map(|sealed| sealed.to_vec()).map_err(told)
    }
}

fn negotiation(client: &Principal, service: &Principal) -> Result<ClientCtx, Error> {
    let named = |principal: &Principal| Name::new(principal.to_string().as_bytes(), Some(GSS_NT_KRB5_PRINCIPAL));
    let mechanisms = OidSet::singleton(GSS_MECH_KRB5)?;
    // Taken anew for each negotiation: the library looks whether the ticket it keeps must be renewed.
    let credential = Cred::acquire(Some(&named(client)?), None, CredUsage::Initiate, Some(&mechanisms))?;
    let flags = CtxFlags::GSS_C_MUTUAL_FLAG | CtxFlags::GSS_C_INTEG_FLAG;
    Ok(ClientCtx::new(Some(credential), named(service)?, flags, Some(GSS_MECH_KRB5)))
}

fn told(error: Error) -> InitiatorError {
    InitiatorError(text_of(error))
}
