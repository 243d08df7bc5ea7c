//! A signed text that is handed out for some minutes: anybody may ask for it, and signing is work.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::clock::add_seconds;

/// How long it is handed out before it is signed anew.
const KEPT_SECONDS: i64 = 10 * 60;

/// The text that was signed last, and when.
#[derive(Default)]
pub(super) struct LastSigned(Mutex<Option<(Timestamp, String)>>);

impl LastSigned {
    /// The text, signed now if there is none or it is old. One thread signs, and the others wait for it.
    pub(super) fn or_sign<E>(&self, now: Timestamp, sign: impl FnOnce() -> Result<String, E>) -> Result<String, E> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((signed, text)) = &*last
            && (*signed..add_seconds(*signed, KEPT_SECONDS)).contains(&now)
        {
            return Ok(text.clone());
        }
        let text = sign()?;
        *last = Some((now, text.clone()));
        Ok(text)
    }
}
