//! A value in a query to a directory stays a value: `store::laws::directory_query`.
//!
//! The text of a query or a filter, a line end, and the value.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::store::laws;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, value) = text.split_once('\n').unwrap_or((text, text));
    laws::directory_query(text, value);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
