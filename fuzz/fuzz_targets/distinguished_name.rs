//! Distinguished names are compared by what they say: `store::laws::distinguished_name`.
//!
//! A name, a line end, and the name of a base.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::store::laws;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (name, base) = text.split_once('\n').unwrap_or((text, "DC=corp,DC=example"));
    laws::distinguished_name(name, base);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
