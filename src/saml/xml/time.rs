//! `xs:dateTime` in UTC [SAML-Core 1.3.3].

use jiff::Timestamp;

/// `2026-11-21T10:00:00.000Z`.
pub(crate) fn write(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// The time that `text` says, or `None` if it is no `xs:dateTime` in UTC.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    if text.as_bytes().get(10) != Some(&b'T') || !text.ends_with('Z') || text.len() > 32 {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{read, write};

    #[test]
    fn times_are_utc_with_milliseconds() {
        let time = read("2026-11-21T10:00:00.1239Z").unwrap();
        assert_eq!(write(time), "2026-11-21T10:00:00.123Z");
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "2026-11-21T10:00:00+01:00", "Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
