//! What a request brings, cookie, ticket, way and form, is taken as strictly as it is given: `web::laws::request`.
//!
//! A line for each header value, an empty line, and the body.
#![cfg_attr(fuzzing, no_main)]

pub use claimsmith::web::laws::request as holds;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
