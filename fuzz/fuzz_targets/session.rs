//! No value opens a session but the one that was sealed, to the letter.
#![cfg_attr(fuzzing, no_main)]

use std::sync::LazyLock;

use claimsmith::idp::random::{NoRandomness, Rng};
use claimsmith::idp::seal::Sealer;
use claimsmith::idp::session::{SessionLimits, Sessions};
use jiff::Timestamp;

const KEY: [u8; 32] = [7; 32];
const PURPOSE: &str = "claimsmith session";
const SESSION: &str = include_str!("../seeds/session/session.json");

/// Sealed in the same way each time, so that a fuzzer can come near it.
static SEALED: LazyLock<String> =
    LazyLock::new(|| Sealer::new(PURPOSE, &[KEY]).seal(SESSION.trim().as_bytes(), &Fixed).expect("there is a key"));

pub fn holds(bytes: &[u8]) {
    let sessions = Sessions::new(SessionLimits::default(), &[KEY]);
    let now: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
    assert!(sessions.open(&SEALED, now).is_some());
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(sessions.open(text, now).is_some(), text == *SEALED);
        assert_eq!(Sealer::new("something else", &[KEY]).open(text), None);
    }
    // The same, with what a fuzzer cannot guess done for it: whatever is sealed comes back, and is a session if it is one.
    let sealed = Sealer::new(PURPOSE, &[KEY]).seal(bytes, &Fixed).expect("there is a key");
    assert_eq!(Sealer::new(PURPOSE, &[KEY]).open(&sealed).as_deref(), Some(bytes));
    if let Some(session) = sessions.open(&sealed, now) {
        assert!(sessions.ends(&session) > now);
    }
}

struct Fixed;

impl Rng for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        bytes.fill(3);
        Ok(())
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
