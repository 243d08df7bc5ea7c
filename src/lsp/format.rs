//! The text as AD FS prints it.

use crate::lang::{self, Edit, Span};

/// What must change in a text to have it as AD FS prints it: nothing, or one piece. A text that does not parse stays as
/// it is, and so does one that would mean something else.
#[must_use]
pub fn format(text: &str) -> Option<Edit> {
    let parsed = lang::parse(text);
    if !parsed.is_ok() {
        return None;
    }
    let printed = lang::print(&parsed.rule_set);
    if printed == text || lang::parse(&printed).rule_set.without_places() != parsed.rule_set.without_places() {
        return None;
    }
    Some(difference(text, &printed))
}

/// The one piece in which two texts differ.
fn difference(before: &str, after: &str) -> Edit {
    let same = |(left, right): &(char, char)| left == right;
    let start: usize = before.chars().zip(after.chars()).take_while(same).map(|(left, _)| left.len_utf8()).sum();
    let (old, new) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end: usize = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(left, _)| left.len_utf8()).sum();
    Edit { span: Span::new(start, before.len() - end), text: new.get(..new.len() - end).unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> Option<String> {
        let Edit { span, text: new } = format(text)?;
        Some(format!("{}{new}{}", text.get(..span.start)?, text.get(span.end..)?))
    }

    #[test]
    fn the_text_is_as_ad_fs_prints_it_afterwards() {
        let text = "c:[Type==\"é\"]=>ISSUE(claim=c);";
        assert_eq!(formatted(text).unwrap(), "c:[Type == \"é\"]\n => issue(claim = c);\n");
        assert_eq!(formatted(&formatted(text).unwrap()), None);
    }

    #[test]
    fn a_text_that_does_not_parse_stays_as_it_is() {
        assert_eq!(format("c:[Type==\"a\"]=>issue(claim=c)"), None);
        assert_eq!(format(""), None);
    }
}
