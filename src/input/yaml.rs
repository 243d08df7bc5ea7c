//! YAML to values, with the place of what is wrong.

use serde::de::DeserializeOwned;

use super::{InputError, without_secrets};
use crate::lang::{Diagnostic, Position, Source, Span};

/// A YAML file that does not say what is expected of it.
pub const INVALID_YAML: &str = "Y001";

const A_LIST: &str = "a list is expected here";
const KEYS: &str = "keys and values are expected here";
const EMPTY: &str = "the file is empty";
const TRUTH: &str = "`true` or `false` is expected here";
/// How messages about a number begin.
const NUMBER: &str = "a whole number from ";

/// Reads the one YAML document of `source` into a value. Duplicate keys are refused, always; unknown ones where the
/// type says so.
///
/// # Errors
///
/// What is wrong with the document, at its line and column.
pub fn yaml<T: DeserializeOwned>(source: &Source) -> Result<T, InputError> {
    // The length of the text limits the work; what aliases repeat has limits of its own.
    let size = source.text.len().saturating_mul(4).max(1_000_000);
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_events: size, max_nodes: size, max_total_scalar_bytes: size },
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        strict_booleans: true,
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(&source.text, options).map_err(|error| {
        let message = plain(without_place(&error.without_snippet().to_string()), &source.text);
        match error.location() {
            Some(place) => {
                InputError::at(&without_secrets(source), finding(source, place.line(), place.column(), message))
            }
            None => InputError::whole(&source.name, message),
        }
    })
}

fn finding(source: &Source, line: u64, column: u64, message: String) -> Diagnostic {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let start = source.offset(Position { line: number(line), column: number(column) });
    let rest = source.text.get(start..).unwrap_or_default();
    let length = rest.find(|next: char| next.is_whitespace() || next == ':').unwrap_or(rest.len());
    let help = advice(&message);
    Diagnostic::error(INVALID_YAML, Span::new(start, start + length), message).with_help(help)
}

/// The parser's words in the words of those who write YAML.
fn plain(message: String, text: &str) -> String {
    if let Some(key) = message.strip_prefix("duplicate mapping key: ") {
        let key = key.split_once(", set DuplicateKeyPolicy").map_or(key, |(key, _)| key);
        return format!("the key `{key}` is given twice");
    }
    match message.as_str() {
        "expected sequence start" => A_LIST.to_owned(),
        "expected mapping start" => KEYS.to_owned(),
        "unexpected end of input" if says_nothing(text) => EMPTY.to_owned(),
        invalid if invalid.starts_with("invalid boolean") => TRUTH.to_owned(),
        _ => whole_number(&message).unwrap_or(message),
    }
}

fn says_nothing(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// What is expected in place of what does not fit into a number of so many bits.
fn whole_number(message: &str) -> Option<String> {
    let (least, kind) = match message.strip_prefix("invalid ") {
        Some(kind) if !kind.contains(' ') => (0, kind),
        _ => (1, message.split_once("expected a nonzero ")?.1),
    };
    let most = match kind {
        "u8" => u64::from(u8::MAX),
        "u16" => u64::from(u16::MAX),
        "u32" => u64::from(u32::MAX),
        "u64" | "usize" => u64::MAX,
        _ => return None,
    };
    Some(format!("{NUMBER}{least} to {most} is expected here"))
}

/// What to do: the known key or word that was probably meant, or how YAML is written.
fn advice(message: &str) -> String {
    if message.starts_with("missing field") {
        return "add this key and its value".to_owned();
    }
    if message.ends_with("is given twice") {
        return "remove one of the two".to_owned();
    }
    if message == EMPTY {
        return "write what it should say, or name another file".to_owned();
    }
    if message.starts_with(NUMBER) {
        return "write digits only".to_owned();
    }
    if message == TRUTH {
        return "write one of these two".to_owned();
    }
    let names_a_tab = message.split(|sign: char| !sign.is_alphabetic()).any(|word| word == "tab" || word == "tabs");
    if message.starts_with("unknown field `\\t") || names_a_tab && !message.starts_with("unknown") {
        return "indent by spaces: in YAML no tab may stand there".to_owned();
    }
    let unknown = message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("unknown variant `"));
    let meant = unknown.and_then(|rest| {
        let (written, known) = rest.split_once("`, expected ")?;
        let known = known.strip_prefix("one of ").unwrap_or(known).split([',', ' ', '`']).filter(|key| !key.is_empty());
        let near = known.map(|key| (distance(&written.to_lowercase(), key), key)).min()?;
        (near.0 <= 1 + written.len() / 4).then_some(near.1)
    });
    match meant {
        Some(key) => format!("did you mean `{key}`?"),
        None if unknown.is_some() => "write one of these".to_owned(),
        None => {
            "write `key: value` lines and `- ` for the items of a list, indented by spaces; a value that holds `: ` \
                 or ` #` needs quotes"
                .to_owned()
        }
    }
}

/// How many letters must be added, removed or changed to make one word the other.
fn distance(left: &str, right: &str) -> usize {
    let mut costs: Vec<usize> = (0..=right.chars().count()).collect();
    for (row, one) in left.chars().enumerate() {
        let mut diagonal = row;
        let mut before = row + 1;
        if let Some(first) = costs.first_mut() {
            *first = before;
        }
        for (cost, other) in costs.iter_mut().skip(1).zip(right.chars()) {
            let cheapest = (diagonal + usize::from(one != other)).min(before + 1).min(*cost + 1);
            diagonal = std::mem::replace(cost, cheapest);
            before = cheapest;
        }
    }
    costs.last().copied().unwrap_or_default()
}

/// The message without the place that the parser adds at its end: it is shown in front.
fn without_place(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let message = first.rfind(" at line ").and_then(|at| first.get(..at)).unwrap_or(first);
    message.trim_end_matches([',', ':', '.']).to_owned()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only errors are looked at")]
    struct Settings {
        minutes: u32,
        #[serde(default)]
        most: Option<std::num::NonZeroU16>,
        #[serde(default)]
        on: bool,
        #[serde(default)]
        schema: Option<Schema>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Schema {
        GroupOfNames,
        MemberOf,
    }

    #[test]
    fn messages_are_for_those_who_write_yaml() {
        for (text, message, help) in [
            ("", "the file is empty", "another file"),
            ("# nothing\n", "the file is empty", "another file"),
            ("minutes: 1\nminutes: 2", "the key `minutes` is given twice", "remove one"),
            ("minutes: -1", "a whole number from 0 to 4294967295 is expected here", "digits"),
            ("minutes: ten", "a whole number from 0 to 4294967295 is expected here", "digits"),
            ("minutes: 1\nmost: 0", "a whole number from 1 to 65535 is expected here", "digits"),
            ("minutes: 1\non: yes", "`true` or `false` is expected here", "one of these two"),
            ("minutes: 1\n\tmost: 1", "found a tab", "indent by spaces: in YAML no tab"),
            ("minuts: 1", "unknown field `minuts`", "did you mean `minutes`?"),
            ("minutes: 1\nanything: 1", "unknown field `anything`", "write one of these"),
            ("minutes: 1\nschema: groupOfNames", "unknown variant `groupOfNames`", "did you mean `group_of_names`?"),
        ] {
            let told = yaml::<Settings>(&Source::new("x.yaml", text)).unwrap_err().to_string();
            assert!(told.contains(message) && told.contains(help), "{text:?} {told}");
            assert!(!told.contains("u32") && !told.contains("DuplicateKeyPolicy"), "{told}");
        }
    }
}
