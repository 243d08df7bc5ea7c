//! Cells as texts: the same form whatever database they come from.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A date as ISO 8601 has it.
pub(super) fn date(year: i64, month: u32, day: u32) -> String {
    if year < 0 { format!("-{:04}-{month:02}-{day:02}", -year) } else { format!("{year:04}-{month:02}-{day:02}") }
}

/// A time of day, with as many digits of a second as it needs.
pub(super) fn time(hour: u32, minute: u32, second: u32, microseconds: u32) -> String {
    let mut text = format!("{hour:02}:{minute:02}:{second:02}");
    if microseconds > 0 {
        text.push_str(format!(".{microseconds:06}").trim_end_matches('0'));
    }
    text
}

/// Bytes that are no text.
pub(super) fn bytes(bytes: &[u8]) -> Arc<str> {
    STANDARD.encode(bytes).into()
}

/// Bytes that should be UTF-8.
pub(super) fn text(bytes: &[u8]) -> Option<Arc<str>> {
    std::str::from_utf8(bytes).ok().map(Arc::from)
}

/// The day that many days after 1970-01-01, as year, month and day [Howard Hinnant, chrono-compatible low-level date
/// algorithms].
pub(super) fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    (year, small(month), small(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates() {
        for (days, expected) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (10_957, "2000-01-01"),
            (11_016, "2000-02-29"),
            (20_778, "2026-11-21"),
            (-719_528, "0000-01-01"),
            (-719_529, "-0001-12-31"),
            (2_932_896, "9999-12-31"),
        ] {
            let (year, month, day) = civil(days);
            assert_eq!(date(year, month, day), expected);
        }
    }

    #[test]
    fn seconds_have_the_digits_they_need() {
        assert_eq!(time(1, 2, 3, 0), "01:02:03");
        assert_eq!(time(23, 59, 59, 120_000), "23:59:59.12");
        assert_eq!(time(0, 0, 0, 1), "00:00:00.000001");
    }
}
