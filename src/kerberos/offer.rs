//! What the token of a browser offers: a ticket, or something else that no keytab answers.

use super::der::{content, dotted, element};

/// SPNEGO [RFC 4178 3].
const SPNEGO: &str = "1.3.6.1.5.5.2";
/// Kerberos 5 [RFC 4121 4.1], and the same as Windows 2000 misspelt it [MS-SPNG 3.1.5.2].
const KERBEROS: [&str; 2] = ["1.2.840.113554.1.2.2", "1.2.840.48018.1.2.2"];
/// NTLM [MS-SPNG 1.9].
const NTLM: &str = "1.3.6.1.4.1.311.2.2.10";
/// How a message of NTLM without SPNEGO begins [MS-NLMP 2.2.1].
const NTLM_SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Most mechanisms that are looked at.
const MOST_MECHANISMS: usize = 32;

/// What a token offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A Kerberos ticket, in SPNEGO or bare. Not checked yet.
    Ticket,
    /// NTLM, as Windows sends it where it has no ticket.
    Ntlm,
    /// Something else first: the object identifiers of what is offered, in dots, the preferred one first.
    Others(Vec<String>),
    /// The second message of a negotiation whose first one is not known here.
    Continuation,
    /// No token at all.
    Garbage,
}

impl Offer {
    /// Reads the head of a token [RFC 2743 3.1, RFC 4178 4.2].
    ///
    /// Only what is preferred counts: a browser that would take Kerberos as its second choice has sent no ticket.
    #[must_use]
    pub fn of(token: &[u8]) -> Self {
        if token.starts_with(NTLM_SIGNATURE) {
            return Self::Ntlm;
        }
        match element(token).map(|element| (element.tag, element.content)) {
            // NegTokenResp
            Some((0xA1, _)) => Self::Continuation,
            // InitialContextToken
            Some((0x60, inner)) => Self::of_initial(inner).unwrap_or(Self::Garbage),
            _ => Self::Garbage,
        }
    }

    fn of_initial(inner: &[u8]) -> Option<Self> {
        let mechanism = element(inner).filter(|element| element.tag == 0x06)?;
        let name = dotted(mechanism.content)?;
        if name != SPNEGO {
            return Some(Self::of_mechanisms(vec![name]));
        }
        // NegTokenInit: SEQUENCE { mechTypes [0] SEQUENCE OF OBJECT IDENTIFIER, … }
        let fields = content(content(mechanism.rest, 0xA0)?, 0x30)?;
        let mut list = content(content(fields, 0xA0)?, 0x30)?;
        let mut mechanisms = Vec::new();
        while !list.is_empty() && mechanisms.len() < MOST_MECHANISMS {
            let next = element(list).filter(|element| element.tag == 0x06)?;
            mechanisms.push(dotted(next.content)?);
            list = next.rest;
        }
        (!mechanisms.is_empty()).then(|| Self::of_mechanisms(mechanisms))
    }

    fn of_mechanisms(mechanisms: Vec<String>) -> Self {
        match mechanisms.first().map(String::as_str) {
            Some(first) if KERBEROS.contains(&first) => Self::Ticket,
            Some(NTLM) => Self::Ntlm,
            // Where Windows has no ticket, it offers NTLM alone or after a mechanism that only wraps others.
            _ if mechanisms.iter().any(|name| name == NTLM)
                && !mechanisms.iter().any(|name| KERBEROS.contains(&name.as_str())) =>
            {
                Self::Ntlm
            }
            _ => Self::Others(mechanisms),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KRB5: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2];
    const MS_KRB5: &[u8] = &[0x2A, 0x86, 0x48, 0x82, 0xF7, 0x12, 1, 2, 2];
    const NTLM_SSP: &[u8] = &[0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0A];
    const NEGOEX: &[u8] = &[0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x1E];

    fn wrapped(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn spnego(mechanisms: &[&[u8]]) -> Vec<u8> {
        let list: Vec<u8> = mechanisms.iter().flat_map(|oid| wrapped(6, oid)).collect();
        let fields = [wrapped(0xA0, &wrapped(0x30, &list)), wrapped(0xA2, &wrapped(4, b"ticket"))].concat();
        let negotiation = wrapped(0xA0, &wrapped(0x30, &fields));
        wrapped(0x60, &[wrapped(6, &[0x2B, 6, 1, 5, 5, 2]), negotiation].concat())
    }

    #[test]
    fn a_ticket_is_known_in_spnego_and_bare() {
        assert_eq!(Offer::of(&spnego(&[KRB5])), Offer::Ticket);
        assert_eq!(Offer::of(&spnego(&[MS_KRB5, KRB5, NEGOEX, NTLM_SSP])), Offer::Ticket);
        assert_eq!(Offer::of(&wrapped(0x60, &[&wrapped(6, KRB5)[..], &[1, 0]].concat())), Offer::Ticket);
    }

    #[test]
    fn ntlm_is_known_in_spnego_and_bare() {
        assert_eq!(Offer::of(b"NTLMSSP\0\x01\0\0\0"), Offer::Ntlm);
        assert_eq!(Offer::of(&spnego(&[NTLM_SSP])), Offer::Ntlm);
        assert_eq!(Offer::of(&spnego(&[NEGOEX, NTLM_SSP])), Offer::Ntlm);
        assert_eq!(Offer::of(&spnego(&[NTLM_SSP, KRB5])), Offer::Ntlm, "the ticket would come with the next message");
    }

    #[test]
    fn whoever_prefers_something_else_has_sent_no_ticket() {
        let offered = vec!["1.3.6.1.4.1.311.2.2.30".to_owned(), "1.2.840.113554.1.2.2".to_owned()];
        assert_eq!(Offer::of(&spnego(&[NEGOEX, KRB5])), Offer::Others(offered));
    }

    #[test]
    fn everything_else_is_garbage_or_comes_too_late() {
        assert_eq!(Offer::of(&wrapped(0xA1, &wrapped(0x30, &[]))), Offer::Continuation);
        let mut cut = spnego(&[KRB5]);
        cut.truncate(20);
        for token in [&b""[..], b"hello", &[0x60, 0x84], &cut, &spnego(&[]), &[0xFF; 64]] {
            assert_eq!(Offer::of(token), Offer::Garbage, "{token:?}");
        }
    }
}
