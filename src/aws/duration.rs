//! Values of the `SessionDuration` attribute.

use super::limits::SESSION_SECONDS;

/// Seconds of a console session; `None` unless it is a whole number from 900 to 43200, in ASCII digits alone.
#[must_use]
pub fn parse(value: &str) -> Option<u32> {
    if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    value.parse().ok().filter(|seconds| SESSION_SECONDS.contains(seconds))
}
