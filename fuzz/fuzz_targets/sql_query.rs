//! A query to a database is sent as it was written, with each placeholder bound: `store::sql::laws::query`.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::store::sql::laws;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    laws::query(text);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
