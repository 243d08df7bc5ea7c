//! The clock of this machine. Dry runs take the time from nowhere else.

use jiff::Timestamp;

/// The time of day, for accounts that end.
#[expect(clippy::disallowed_methods, reason = "`idp::clock` is not there without the server")]
pub(super) fn now() -> Timestamp {
    Timestamp::now()
}
