//! The `{n}` in a query [language reference 8].

/// The first placeholder, as its digits, that no parameter fills. Braces around anything but digits are plain text.
pub(in crate::engine) fn unfilled(query: &str, parameters: usize) -> Option<&str> {
    query.split('{').skip(1).find_map(|rest| {
        let (inside, _) = rest.split_once('}')?;
        let is_number = !inside.is_empty() && inside.bytes().all(|byte| byte.is_ascii_digit());
        let is_filled = inside.parse::<usize>().is_ok_and(|number| number < parameters);
        (is_number && !is_filled).then_some(inside)
    })
}

#[cfg(test)]
mod tests {
    use super::unfilled;

    #[test]
    fn every_number_needs_a_parameter() {
        assert_eq!(unfilled(";mail;{0}", 1), None);
        assert_eq!(unfilled("{1}{0}{1}", 2), None);
        assert_eq!(unfilled(";mail;{0}", 0), Some("0"));
        assert_eq!(unfilled("{0};{2}", 2), Some("2"));
        assert_eq!(unfilled("{99999999999999999999999}", 1), Some("99999999999999999999999"));
    }

    #[test]
    fn braces_do_not_escape_braces() {
        assert_eq!(unfilled("{{0}}", 0), Some("0"));
        assert_eq!(unfilled("{{0}}", 1), None);
        assert_eq!(unfilled("{00}", 1), None);
        assert_eq!(unfilled("{0:x}{0,5}", 0), None);
    }

    #[test]
    fn other_braces_are_text() {
        for query in ["", "{", "}", "{}", "{a}", "{ 0 }", "{{", "a{-1}", "{0"] {
            assert_eq!(unfilled(query, 0), None, "{query}");
        }
    }
}
