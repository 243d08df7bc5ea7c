//! What a directory server sends is read as a whole or not at all: `store::ldap::laws::message`.
#![cfg_attr(fuzzing, no_main)]

pub use claimsmith::store::ldap::laws::message as holds;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
