//! `_PasswordExpiryStore`: tells that a password will expire soon.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Now;
use super::query::{check_fields, parts, unreadable};
use crate::engine::{AttributeStore, Query, Row, StoreError};
use crate::store::windows_time;

/// How long before its end rules are told [language reference 8.4]. No setting changes it: rules of AD FS count on it.
const WINDOW_DAYS: i64 = 14;
const DAY_SECONDS: i64 = 86_400;

/// `_PasswordExpiryStore`: of the claim `passwordexpirationtime` it gives the time, the days until then and where to
/// change the password, and nothing while that is far away or over.
pub struct PasswordExpiry {
    now: Now,
    change_url: Option<Arc<str>>,
}

impl PasswordExpiry {
    /// With a clock, and the address at which passwords are changed, if there is one.
    #[must_use]
    pub fn new(now: Now, change_url: Option<Arc<str>>) -> Self {
        Self { now, change_url }
    }

    fn answer_one(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let parts = parts(query)?;
        let time = match parts.as_slice() {
            [time] => time,
            [time, end] if end.is_empty() => time,
            _ => {
                return Err(unreadable(
                    query,
                    "it is not of the form `{0};` with the time at which the password expires",
                ));
            }
        };
        check_fields(query, 3)?;
        let Some(end) = moment(time) else {
            return Err(unreadable(
                query,
                format!("`{time}` is no time; one is written as `2026-11-21T08:30:00Z`, or as Windows counts it"),
            ));
        };
        let left = end.duration_since((self.now)());
        if left.is_negative() || left > SignedDuration::from_secs(WINDOW_DAYS * DAY_SECONDS) {
            return Ok(Vec::new());
        }
        let days = left.as_secs() / DAY_SECONDS;
        Ok(vec![vec![Some(written(end).into()), Some(days.to_string().into()), self.change_url.clone()]])
    }
}

impl AttributeStore for PasswordExpiry {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        queries.iter().map(|query| self.answer_one(query)).collect()
    }
}

/// A time as the claim has it: ISO 8601, or the ticks of Windows.
fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(ticks) = text.parse::<i64>() {
        return Some(windows_time::moment(ticks).unwrap_or(Timestamp::MAX));
    }
    text.parse().ok()
}

fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(time: &str, text: &str, columns: usize) -> Result<Vec<Row>, StoreError> {
        let now: Timestamp = "2026-11-21T08:30:00Z".parse().unwrap();
        let store = PasswordExpiry::new(Arc::new(move || now), Some("https://sts/change".into()));
        let parameters = vec![time.into()];
        let query = Query { store: "_PasswordExpiryStore".into(), text: text.into(), parameters, columns };
        Ok(store.answer(&[query])?.remove(0))
    }

    #[test]
    fn the_end_is_told_when_it_is_near() {
        for (time, days) in [
            ("2026-11-21T08:30:00Z", Some("0")),
            ("2026-11-22T08:29:59Z", Some("0")),
            ("2026-11-23T08:30:00.000Z", Some("2")),
            ("2026-11-23T10:30:00+02:00", Some("2")),
            ("134409582000000000", None),
            ("134406990000000000", Some("11")),
            ("2026-12-05T08:30:00Z", Some("14")),
            ("2026-12-05T08:30:01Z", None),
            ("2026-11-21T08:29:59Z", None),
            ("9223372036854775807", None),
        ] {
            let rows = ask(time, "{0};", 3).unwrap();
            let told: Option<&str> = rows.first().and_then(|row| row[1].as_deref());
            assert_eq!(told, days, "{time}");
        }
        let rows = ask("2026-11-23T10:30:00+02:00", "{0}", 3).unwrap();
        let row: Vec<_> = rows[0].iter().flatten().map(|cell| &**cell).collect();
        assert_eq!(row, ["2026-11-23T08:30:00Z", "2", "https://sts/change"]);
    }

    #[test]
    fn other_queries_are_refused() {
        assert!(ask("soon", "{0};", 3).unwrap_err().to_string().contains("`soon` is no time"));
        assert!(ask("1", "{0};{0}", 3).unwrap_err().to_string().contains("of the form"));
        assert!(matches!(ask("1", "{0};", 2), Err(StoreError::Columns { fields: 3, types: 2, .. })));
    }
}
