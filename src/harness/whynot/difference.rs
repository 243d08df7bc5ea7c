//! The exact difference between what a claim says and what a condition wants.

use crate::engine::regex::{DotNetRegex, Expected, Reach, Steps};
use crate::harness::whynot::found::Difference;
use crate::lang::ast::Comparison;

/// How many steps a pattern may take here.
const STEPS: usize = 1_000_000;
/// More ranges of characters than this are not listed.
const MOST_RANGES: usize = 6;
/// Values longer than this are not followed through a pattern, in bytes.
const LONGEST: usize = 4096;

/// Why a text does not satisfy a comparison.
pub(super) fn difference(left: &str, comparison: Comparison, right: &str) -> Difference {
    match comparison {
        Comparison::Equal => unequal(left, right),
        Comparison::NotEqual => plain("it is equal, and must not be".to_owned()),
        Comparison::Matches => no_match(left, right),
        Comparison::DoesNotMatch => {
            let found = DotNetRegex::new(right).ok().and_then(|regex| regex.find(left, &Steps::new(STEPS)).ok()?);
            let Some(found) = found else { return plain("it matches, and must not".to_owned()) };
            let took = left.get(found.range.clone()).unwrap_or_default();
            let text = format!("`{took}` matches at byte {}, and must not", found.range.start);
            Difference { text, at: Some(found.range.start), hint: None }
        }
    }
}

const fn plain(text: String) -> Difference {
    Difference { text, at: None, hint: None }
}

fn unequal(left: &str, right: &str) -> Difference {
    let at = left.char_indices().zip(right.chars()).find(|((_, left), right)| left != right);
    let at = at.map_or(left.len().min(right.len()), |((at, _), _)| at);
    let next = |text: &str| text.get(at..).and_then(|rest| rest.chars().next());
    let text = match (next(left), next(right)) {
        _ if left.is_empty() => "it is empty".to_owned(),
        (Some(got), Some(wanted)) => format!("{} is not {} at byte {at}", quoted(got), quoted(wanted)),
        (None, Some(wanted)) => format!("it ends at byte {at}, where {} is wanted", quoted(wanted)),
        (Some(got), None) => format!("it goes on with {} at byte {at}, where its end is wanted", quoted(got)),
        (None, None) => "it is equal".to_owned(),
    };
    let without_scheme = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
    let hint = if left.to_lowercase() == right.to_lowercase() {
        Some("they differ only in upper and lower case, which `==` tells apart".to_owned())
    } else if left.trim() == right.trim() {
        Some("they differ only in the white space around them".to_owned())
    } else if without_scheme(left).is_some() && without_scheme(left) == without_scheme(right) {
        Some("they differ only in `http` and `https`".to_owned())
    } else {
        None
    };
    Difference { text, at: Some(at), hint }
}

fn no_match(left: &str, pattern: &str) -> Difference {
    let Ok(regex) = DotNetRegex::new(pattern) else { return plain("it does not match".to_owned()) };
    let relaxed = ignoring_case(pattern);
    let accepts = DotNetRegex::new(&relaxed).is_ok_and(|regex| regex.is_match(left, &Steps::new(STEPS)) == Ok(true));
    let hint = accepts.then(|| format!("a case-insensitive match would accept it: =~ \"{relaxed}\""));
    let reach = (left.len() <= LONGEST).then(|| regex.reach(left)).flatten();
    match reach {
        Some(reach) => Difference { text: reached(left, &reach), at: Some(reach.end), hint },
        None => Difference { hint, ..plain("it does not match; where it stops cannot be told".to_owned()) },
    }
}

/// The same pattern without regard to case.
fn ignoring_case(pattern: &str) -> String {
    match pattern.strip_prefix('^') {
        Some(rest) => format!("^(?i){rest}"),
        None => format!("(?i){pattern}"),
    }
}

fn reached(left: &str, reach: &Reach) -> String {
    let Reach { start, end, expected, exact } = reach;
    let wanted = wanted(expected);
    let unsure = if *exact { "" } else { ", if not before" };
    let what = match left.get(*end..).and_then(|rest| rest.chars().next()) {
        Some(got) => format!("{} is not {wanted} at byte {end}{unsure}", quoted(got)),
        None => format!("it ends at byte {end}, where {wanted} is wanted{unsure}"),
    };
    if *start > 0 { format!("it matches nowhere; it gets furthest from byte {start}: {what}") } else { what }
}

/// What could have stood there.
fn wanted(expected: &Expected) -> String {
    let single = |unit: u16| char::from_u32(u32::from(unit)).map_or_else(|| format!("U+{unit:04X}"), quoted);
    let characters = match expected.units.as_slice() {
        [] => None,
        &[(low, high)] if low == high => Some(single(low)),
        ranges if ranges.last().is_some_and(|&(_, high)| high == u16::MAX) => Some("another character".to_owned()),
        ranges if ranges.len() <= MOST_RANGES => {
            let shown = ranges.iter().map(|&(low, high)| match high - low {
                0 => single(low),
                1 => format!("{} {}", single(low), single(high)),
                _ => format!("{}-{}", single(low), single(high)),
            });
            Some(format!("one of {}", shown.collect::<Vec<_>>().join(" ")))
        }
        _ => Some("one of the characters allowed there".to_owned()),
    };
    match (characters, expected.end) {
        (Some(characters), false) => characters,
        (Some(characters), true) => format!("{characters} or the end"),
        (None, _) => "the end".to_owned(),
    }
}

fn quoted(character: char) -> String {
    if character.is_control() { format!("'{}'", character.escape_debug()) } else { format!("'{character}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(left: &str, comparison: Comparison, right: &str) -> String {
        difference(left, comparison, right).text
    }

    #[test]
    fn equal_texts_are_compared_byte_by_byte() {
        let say = |left, right| text(left, Comparison::Equal, right);
        assert_eq!(say("aws", "AWS"), "'a' is not 'A' at byte 0");
        assert_eq!(say("üb", "üa"), "'b' is not 'a' at byte 2");
        assert_eq!(say("AW", "AWS"), "it ends at byte 2, where 'S' is wanted");
        assert_eq!(say("AWS2", "AWS"), "it goes on with '2' at byte 3, where its end is wanted");
        assert_eq!(say("", "AWS"), "it is empty");
        let hint = |left, right| difference(left, Comparison::Equal, right).hint.unwrap_or_default();
        assert!(hint("aws", "AWS").contains("upper and lower case"));
        assert!(hint("https://a", "http://a").contains("`https`"));
        assert!(hint(" a", "a").contains("white space"));
        assert_eq!(hint("a", "b"), "");
    }

    #[test]
    fn a_pattern_tells_the_byte_at_which_nothing_can_go_on() {
        let say = |left, right| text(left, Comparison::Matches, right);
        assert_eq!(say("aws-1", "^AWS-[0-9]"), "'a' is not 'A' at byte 0");
        assert_eq!(say("AWS-x", "^AWS-[0-9]"), "'x' is not one of '0'-'9' at byte 4");
        assert_eq!(say("AWS-", "^AWS-[0-9]"), "it ends at byte 4, where one of '0'-'9' is wanted");
        assert_eq!(say("AWS-12", r"^AWS-[0-9]\z"), "'2' is not the end at byte 5");
        assert_eq!(
            say("the admin", "admins"),
            "it matches nowhere; it gets furthest from byte 4: it ends at byte 9, where 's' is wanted"
        );
        assert_eq!(say("x", "^(?!x)"), "it does not match; where it stops cannot be told");
        let hint = difference("aws-1", Comparison::Matches, "^AWS-[0-9]").hint;
        assert_eq!(hint.as_deref(), Some("a case-insensitive match would accept it: =~ \"^(?i)AWS-[0-9]\""));
    }

    #[test]
    fn what_must_not_be_is_shown() {
        assert_eq!(text("a", Comparison::NotEqual, "a"), "it is equal, and must not be");
        assert_eq!(text("xAdmin", Comparison::DoesNotMatch, "Admin"), "`Admin` matches at byte 1, and must not");
    }
}
