//! MIT Kerberos, through its safe binding.

use libgssapi::context::{CtxFlags, SecurityContext as _, ServerCtx};
use libgssapi::credential::{Cred, CredUsage};
use libgssapi::error::Error;
use libgssapi::name::Name;
use libgssapi::oid::{GSS_MECH_KRB5, GSS_MECH_SPNEGO, GSS_NT_KRB5_PRINCIPAL, OidSet};

use super::acceptor::AcceptorError;
use super::principal::Principal;
use super::refusal::TicketRefusal;

/// The error codes of MIT Kerberos count from here [`krb5.h`, `ERROR_TABLE_BASE_krb5`].
const KRB5_BASE: i32 = -1_765_328_384;
/// Smaller codes are those of the system: a file that cannot be read or written.
const MOST_SYSTEM_CODES: i32 = 4096;

/// The right to accept tickets for a service.
#[derive(Debug)]
pub(super) struct Credential(Cred);

impl Credential {
    pub(super) fn acquire(service: &Principal) -> Result<Self, AcceptorError> {
        acquire(service).map(Self).map_err(|error| AcceptorError::Keys {
            service: service.clone(),
            reason: text_of(&error),
        })
    }

    /// The client's principal, and the answer for the browser.
    pub(super) fn accept(&self, token: &[u8]) -> Result<(String, Option<Vec<u8>>), TicketRefusal> {
        let mut context = ServerCtx::new(Some(self.0.clone()));
        let answer = context.step(token, None).map_err(|error| refusal(&error))?;
        if !context.is_complete() {
            return Err(TicketRefusal::Continuation);
        }
        let unreadable = |error: Error| TicketRefusal::Other(text_of(&error));
        if context.flags().map_err(unreadable)?.contains(CtxFlags::GSS_C_ANON_FLAG) {
            return Err(TicketRefusal::Anonymous);
        }
        let name = context.source_name().and_then(|name| name.display_name()).map_err(unreadable)?;
        let name = String::from_utf8(name.to_vec())
            .map_err(|error| TicketRefusal::Name(String::from_utf8_lossy(error.as_bytes()).into_owned()))?;
        Ok((name, answer.map(|answer| answer.to_vec())))
    }
}

fn acquire(service: &Principal) -> Result<Cred, Error> {
    let mut mechanisms = OidSet::new();
    mechanisms.add(GSS_MECH_KRB5)?;
    mechanisms.add(GSS_MECH_SPNEGO)?;
    // As a principal, and not as a service of a host: nothing is asked of DNS then.
    let name = Name::new(service.to_string().as_bytes(), Some(GSS_NT_KRB5_PRINCIPAL))?;
    Cred::acquire(Some(&name), None, CredUsage::Accept, Some(&mechanisms))
}

/// What the library says, on one line.
fn text_of(error: &Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn refusal(error: &Error) -> TicketRefusal {
    let text = text_of(error);
    let code = error.minor.cast_signed();
    if (1..MOST_SYSTEM_CODES).contains(&code) {
        return TicketRefusal::Fault(text);
    }
    match code.wrapping_sub(KRB5_BASE) {
        // BAD_INTEGRITY, NOT_US, MODIFIED, BADKEYVER, NOKEY; KT_NOTFOUND, KT_KVNONOTFOUND
        31 | 35 | 41 | 44 | 45 | 181 | 230 => TicketRefusal::Key(text),
        32 => TicketRefusal::Expired,
        33 => TicketRefusal::NotYetValid,
        // REPEAT; RC_REPLAY
        34 | 163 => TicketRefusal::Replay,
        37 => TicketRefusal::ClockSkew,
        // ETYPE_NOSUPP, PROG_ETYPE_NOSUPP, BAD_ENCTYPE, NOPERM_ETYPE, CONFIG_ETYPE_NOSUPP
        14 | 150 | 188 | 236 | 237 => TicketRefusal::EncryptionType(text),
        // RC_TYPE_EXISTS to RC_IO_SPACE: the replay cache; KT_IOERR, KT_FORMAT
        159..=172 | 184 | 235 => TicketRefusal::Fault(text),
        _ => TicketRefusal::Other(text),
    }
}
