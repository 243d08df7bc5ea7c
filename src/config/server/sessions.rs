//! `sessions`: how long a sign-in lasts.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::faults::Faults;
use super::secret;
use crate::idp::seal::KEY_BYTES;
use crate::idp::session::SessionLimits;
use crate::input::Spanned;

/// Minutes in a week: no sign-in lasts longer.
const MOST_MINUTES: u32 = 7 * 24 * 60;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    absolute_minutes: Option<Spanned<u32>>,
    #[serde(default)]
    idle_minutes: Option<Spanned<u32>>,
    #[serde(default)]
    key: Option<Spanned<String>>,
    #[serde(default)]
    key_file: Option<Spanned<PathBuf>>,
}

impl Section {
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> (SessionLimits, Vec<[u8; KEY_BYTES]>) {
        let default = SessionLimits::default();
        let limits = SessionLimits {
            absolute_seconds: seconds(self.absolute_minutes.as_ref(), faults).unwrap_or(default.absolute_seconds),
            idle_seconds: seconds(self.idle_minutes.as_ref(), faults).unwrap_or(default.idle_seconds),
            ..default
        };
        (limits, self.keys(faults))
    }

    /// One key a line, the newest first.
    fn keys(&self, faults: &mut Faults<'_>) -> Vec<[u8; KEY_BYTES]> {
        let Some(text) = secret::read("key", self.key.as_ref(), self.key_file.as_ref(), faults) else {
            return Vec::new();
        };
        let keys: Option<Vec<_>> =
            text.split_whitespace().map(|line| STANDARD.decode(line).ok()?.try_into().ok()).collect();
        let keys = keys.unwrap_or_default();
        if keys.is_empty() {
            let help = "`openssl rand -base64 32` makes one";
            let message = "a session key is 32 bytes in base64";
            match (&self.key, &self.key_file) {
                (Some(key), _) => faults.at(key, message, help),
                (None, Some(file)) => faults.at(file, message, help),
                (None, None) => {}
            }
        }
        keys
    }
}

fn seconds(minutes: Option<&Spanned<u32>>, faults: &mut Faults<'_>) -> Option<i64> {
    let minutes = minutes?;
    if minutes.value == 0 || minutes.value > MOST_MINUTES {
        let message = format!("{} minutes is no useful length of a session", minutes.value);
        faults.at(minutes, message, format!("write a number from 1 to {MOST_MINUTES}"));
    }
    Some(i64::from(minutes.value) * 60)
}
