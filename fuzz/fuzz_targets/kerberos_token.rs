//! A token that prefers Kerberos is a ticket whatever it offers beside, and one that is cut is none.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::kerberos::offer::Offer;

/// Kerberos 5 and SPNEGO, as object identifiers with their tags.
const KERBEROS: &[u8] = &[6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2];
const SPNEGO: &[u8] = &[6, 6, 0x2B, 6, 1, 5, 5, 2];

pub fn holds(bytes: &[u8]) {
    match Offer::of(bytes) {
        Offer::Ticket => assert_eq!(bytes.first(), Some(&0x60)),
        Offer::Ntlm => assert!(bytes.starts_with(b"NTLMSSP\0") || bytes.first() == Some(&0x60)),
        Offer::Others(names) => {
            assert!(!names.is_empty() && names.len() <= 32);
            assert!(names.iter().all(|name| name.chars().all(|c| c == '.' || c.is_ascii_digit())));
        }
        Offer::Continuation => assert_eq!(bytes.first(), Some(&0xA1)),
        Offer::Garbage => {}
    }
    let Some(mechanism) = element(6, bytes) else { return };
    let list = [KERBEROS, &mechanism].concat();
    let Some(token) = spnego(&list) else { return };
    // What follows the first mechanism must be one, or the token is broken.
    assert!(matches!(Offer::of(&token), Offer::Ticket | Offer::Garbage));
    for end in 1..token.len() {
        assert_eq!(Offer::of(&token[..end]), Offer::Garbage, "{end}");
    }
}

fn spnego(list: &[u8]) -> Option<Vec<u8>> {
    let negotiation = element(0xA0, &element(0x30, &element(0xA0, &element(0x30, list)?)?)?)?;
    element(0x60, &[SPNEGO, &negotiation].concat())
}

/// An element of fewer than 128 bytes.
fn element(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(content.len()).ok().filter(|length| *length < 128)?;
    Some([&[tag, length], content].concat())
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
