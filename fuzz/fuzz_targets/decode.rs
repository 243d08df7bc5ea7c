//! What bytes are decoded to becomes the same bytes again.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::input::{Encoding, decode};

pub fn holds(bytes: &[u8]) {
    match decode(bytes, "file") {
        Ok(source) => {
            assert!(!source.text.contains('\0'));
            assert_eq!(Encoding::of(bytes).encode(&source.text), bytes);
        }
        Err(error) => {
            if let Some((source, finding)) = error.diagnostic() {
                assert!(source.text.get(finding.span.start..finding.span.end).is_some(), "{error}");
            }
        }
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
