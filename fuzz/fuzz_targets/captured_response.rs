//! A captured response is the same XML in every wrapping, and what is read of it came from it.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::harness::parity::{Token, capture};
use claimsmith::input::decode;
use claimsmith::lang::Source;
use claimsmith::saml::binding::post;

pub fn holds(bytes: &[u8]) {
    let Ok(captured) = decode(bytes, "captured") else { return };
    let Ok(xml) = capture::xml(&captured) else { return };
    assert!(xml.text.starts_with('<'));
    let packed = post::encode(&xml.text);
    for wrapped in [packed.clone(), format!("RelayState=x&SAMLResponse={}", packed.replace('+', "%2B"))] {
        assert_eq!(capture::xml(&Source::new("captured", wrapped)).expect("it is wrapped").text, xml.text);
    }
    let Ok(token) = Token::read(&xml) else { return };
    // Whatever a text is made of, references are no shorter than what they stand for.
    let said = token.attributes.iter().flat_map(|attribute| &attribute.values).map(String::len).sum::<usize>();
    assert!(said <= xml.text.len());
    assert_eq!(Token::read(&xml), Ok(token));
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
