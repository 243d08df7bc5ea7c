//! MIT Kerberos, through its safe binding.

use libgssapi::context::{CtxFlags, SecurityContext as _, ServerCtx};
use libgssapi::credential::{Cred, CredUsage};
use libgssapi::error::Error;
use libgssapi::name::Name;
use libgssapi::oid::{GSS_MECH_KRB5, GSS_MECH_SPNEGO, GSS_NT_KRB5_PRINCIPAL, OidSet};

use super::error::AcceptorError;
use super::principal::Principal;
use super::refusal::TicketRefusal;

/// The right to accept tickets for a service.
#[derive(Debug)]
pub(super) struct Credential(Cred);

impl Credential {
    pub(super) fn acquire(service: &Principal) -> Result<Self, AcceptorError> {
        acquire(service)
            .map(Self)
            .map_err(|error| AcceptorError::Keys { service: service.clone(), reason: text_of(error) })
    }

    /// The client's principal, and the answer for the browser.
    pub(super) fn accept(&self, token: &[u8]) -> Result<(String, Option<Vec<u8>>), TicketRefusal> {
        let mut context = ServerCtx::new(Some(self.0.clone()));
        let answer = context.step(token, None).map_err(refusal)?;
        if !context.is_complete() {
            return Err(TicketRefusal::Continuation);
        }
        let unreadable = |error: Error| TicketRefusal::Other(text_of(error));
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

/// What the library says, on one line and without the part that is always the same.
pub(super) fn text_of(error: Error) -> String {
    let text = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let special =
        text.split_once("Minor code may provide more information (").and_then(|(_, rest)| rest.strip_suffix(')'));
    special.map_or_else(|| text.clone(), str::to_owned)
}

/// A part of what the library says, and what it means.
type Meaning = (&'static str, fn(String) -> TicketRefusal);

/// What stands in the library's texts, and what it means; the first that fits counts.
///
/// Its error numbers would say the same, but inside SPNEGO the library gives them others, which change from run to run.
/// The texts are those of its message catalogue in English, as no program here sets a locale [MIT Kerberos 1.20, `krb5_err.et`,
/// `rd_req_dec.c`].
const TEXTS: [Meaning; 17] = [
    ("Request is a replay", |_| TicketRefusal::Replay),
    ("Clock skew too great", |_| TicketRefusal::ClockSkew),
    ("Ticket not yet valid", |_| TicketRefusal::NotYetValid),
    ("Ticket expired", |_| TicketRefusal::Expired),
    ("replay cache", TicketRefusal::Fault),
    ("eplay cache I/O", TicketRefusal::Fault),
    ("Permission denied", TicketRefusal::Fault),
    ("No such file or directory", TicketRefusal::Fault),
    ("Key table file", TicketRefusal::Fault),
    ("No space left", TicketRefusal::Fault),
    ("Cannot decrypt ticket", TicketRefusal::Key),
    ("Cannot find key", TicketRefusal::Key),
    ("not found in keytab", TicketRefusal::Key),
    ("Decrypt integrity check failed", TicketRefusal::Key),
    ("Wrong principal in request", TicketRefusal::Key),
    ("ncryption type", TicketRefusal::EncryptionType),
    ("enctype", TicketRefusal::EncryptionType),
];

fn refusal(error: Error) -> TicketRefusal {
    let text = text_of(error);
    match TEXTS.iter().find(|(part, _)| text.contains(part)) {
        Some((_, refusal)) => refusal(text),
        None => TicketRefusal::Other(text),
    }
}
