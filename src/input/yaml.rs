//! YAML to values, with the place of what is wrong.

use serde::de::DeserializeOwned;

use super::{InputError, without_secrets};
use crate::lang::{Diagnostic, Position, Source, Span};

/// A YAML file that does not say what is expected of it.
pub const INVALID_YAML: &str = "Y001";

const A_LIST: &str = "a list is expected here";
const KEYS: &str = "keys and values are expected here";

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
        let message = plain(without_place(&error.without_snippet().to_string()));
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

/// The parser's words for a list and for keys, in the words of those who write YAML.
fn plain(message: String) -> String {
    match message.as_str() {
        "expected sequence start" => A_LIST.to_owned(),
        "expected mapping start" => KEYS.to_owned(),
        _ => message,
    }
}

/// What to do: the known key that was probably meant, or how YAML is written.
fn advice(message: &str) -> String {
    if message.starts_with("missing field") {
        return "add this key and its value".to_owned();
    }
    if message.starts_with("duplicate") {
        return "remove one of the two".to_owned();
    }
    let meant = message.strip_prefix("unknown field `").and_then(|rest| {
        let (written, known) = rest.split_once("`, expected ")?;
        let known = known.strip_prefix("one of ").unwrap_or(known).split([',', ' ', '`']).filter(|key| !key.is_empty());
        let near = known.map(|key| (distance(written, key), key)).min()?;
        (near.0 <= 1 + written.len() / 4).then_some(near.1)
    });
    meant.map_or_else(
        || {
            "write `key: value` lines and `- ` for the items of a list, indented by spaces; a value that holds `: ` \
             or ` #` needs quotes"
                .to_owned()
        },
        |key| format!("did you mean `{key}`?"),
    )
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
