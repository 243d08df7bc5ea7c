//! `lockout`: how many wrong passwords are borne.

use serde::Deserialize;

use super::faults::Faults;
use crate::idp::lockout::LockoutLimits;
use crate::input::Spanned;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    failures_per_user: Option<Spanned<u32>>,
    #[serde(default)]
    failures_per_address: Option<Spanned<u32>>,
    #[serde(default)]
    window_minutes: Option<Spanned<u32>>,
}

impl Section {
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> LockoutLimits {
        let default = LockoutLimits::default();
        let mut positive = |given: &Option<Spanned<u32>>| {
            let given = given.as_ref()?;
            if given.value == 0 {
                faults.at(given, "with 0 nobody could sign in", "write 1 or more");
            }
            Some(given.value)
        };
        LockoutLimits {
            failures_per_user: positive(&self.failures_per_user).unwrap_or(default.failures_per_user),
            failures_per_address: positive(&self.failures_per_address).unwrap_or(default.failures_per_address),
            window_seconds: positive(&self.window_minutes)
                .map_or(default.window_seconds, |minutes| i64::from(minutes) * 60),
            ..default
        }
    }
}
