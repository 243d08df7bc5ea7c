//! Whatever stands in a form field, what is read of it is within the limit, and sent again it arrives the same.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::saml::binding::post;

const LIMIT_BYTES: usize = 1024;

pub fn holds(bytes: &[u8]) {
    let Ok(field) = std::str::from_utf8(bytes) else { return };
    if let Ok(xml) = post::decode(field, LIMIT_BYTES) {
        assert!(xml.len() <= LIMIT_BYTES);
        let packed: String = field.chars().filter(|character| !character.is_ascii_whitespace()).collect();
        assert_eq!(post::encode(&xml), packed, "one message is spelled in one way");
    }
    if (1..=LIMIT_BYTES).contains(&field.len()) {
        assert_eq!(post::decode(&post::encode(field), LIMIT_BYTES).as_deref(), Ok(field));
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
