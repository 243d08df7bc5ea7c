//! Times as Windows counts them: tenths of a microsecond since 1601 [MS-DTYP 2.3.3].

use jiff::{SignedDuration, Timestamp};

const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds from 1601 to 1970.
const EPOCH_SECONDS: i64 = 11_644_473_600;

/// The moment of so many ticks, in whole seconds. `None` beyond all calendars, as the largest number is, which means
/// never.
pub(super) fn moment(ticks: i64) -> Option<Timestamp> {
    Timestamp::from_second((ticks / TICKS_PER_SECOND).checked_sub(EPOCH_SECONDS)?).ok()
}

/// A length of time, which Windows writes as a negative number. Others are none.
pub(super) fn duration(ticks: i64) -> SignedDuration {
    SignedDuration::from_secs((ticks / TICKS_PER_SECOND).checked_neg().unwrap_or(0).max(0))
}

/// The ticks of a moment given in seconds since 1970.
#[cfg(test)]
pub(super) const fn ticks(second: i64) -> i64 {
    (second + EPOCH_SECONDS) * TICKS_PER_SECOND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_windows() {
        assert_eq!(moment(116_444_736_000_000_000), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(moment(ticks(1_795_255_200)).map(Timestamp::as_second), Some(1_795_255_200));
        assert_eq!((moment(i64::MAX), moment(i64::MIN)), (None, None));
        assert_eq!(duration(-8_640_000_000_000), SignedDuration::from_hours(240));
        assert_eq!((duration(5), duration(i64::MIN)), (SignedDuration::ZERO, duration(i64::MIN + 1)));
    }
}
