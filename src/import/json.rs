//! What `ConvertTo-Json` wrote.

use serde_json::Value as Json;

use super::value::{Object, Value};
use crate::input::InputError;
use crate::lang::{Diagnostic, Source, Span};

/// A text that is no JSON, though it begins like one.
const INVALID_JSON: &str = "I002";

/// Properties that Windows PowerShell adds to plain values, beside `value`.
const ADDED: [&str; 8] =
    ["Count", "PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider", "ReadCount", "Length"];

/// Reads one JSON document.
///
/// # Errors
///
/// It is none, or nested more than 128 levels deep; the error tells the place.
pub(super) fn read(source: &Source) -> Result<Value, InputError> {
    let json: Json =
        serde_json::from_str(&source.text).map_err(|error| InputError::at(source, fault(source, &error)))?;
    Ok(value(json))
}

fn fault(source: &Source, error: &serde_json::Error) -> Diagnostic {
    let before = source.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = (before + error.column().saturating_sub(1)).min(source.text.len());
    let start = source.text.floor_char_boundary(at);
    let end = source.text.get(start..).and_then(|rest| rest.chars().next()).map_or(start, |c| start + c.len_utf8());
    let told = error.to_string();
    let message = told.rfind(" at line ").and_then(|at| told.get(..at)).unwrap_or(&told).to_lowercase();
    let help = if error.is_eof() {
        "the file ends too early, so it was not written to its end: export it again"
    } else {
        "export it again with `ConvertTo-Json -Depth 5`, and do not edit it"
    };
    Diagnostic::error(INVALID_JSON, Span::new(start, end), format!("this is no valid JSON: {message}")).with_help(help)
}

fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::Nothing,
        Json::Bool(truth) => Value::Text(truth.to_string()),
        Json::Number(number) => Value::Text(number.to_string()),
        Json::String(text) => Value::Text(text),
        Json::Array(items) => {
            bytes(&items).map_or_else(|| Value::List(items.into_iter().map(value).collect()), Value::Bytes)
        }
        Json::Object(mut map) if is_wrapper(&map) => map.remove("value").map_or(Value::Nothing, value),
        Json::Object(map) => {
            Value::Object(Object { properties: map.into_iter().map(|(name, json)| (name, value(json))).collect() })
        }
    }
}

/// An array of numbers below 256 is a `byte[]`. Nothing else of an export is an array of many numbers.
fn bytes(items: &[Json]) -> Option<Vec<u8>> {
    (items.len() > 16).then(|| items.iter().map(|item| u8::try_from(item.as_u64()?).ok()).collect())?
}

/// Windows PowerShell writes `{"value": …, "Count": …}` for an array, and `{"value": …, "PSPath": …}` for a text, that it
/// got with properties of its own.
fn is_wrapper(map: &serde_json::Map<String, Json>) -> bool {
    map.len() > 1 && map.contains_key("value") && map.keys().all(|key| key == "value" || ADDED.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Value {
        read(&Source::new("x", text)).unwrap()
    }

    #[test]
    fn what_windows_powershell_wraps_is_unwrapped() {
        assert_eq!(read_text(r#"{"value": [1, "a"], "Count": 2}"#), read_text(r#"[1, "a"]"#));
        assert_eq!(read_text(r#"{"value": "a", "PSPath": "C:\\x", "ReadCount": 1}"#), Value::Text("a".to_owned()));
        assert_ne!(read_text(r#"{"value": "a"}"#), Value::Text("a".to_owned()), "an object of its own");
    }

    #[test]
    fn many_numbers_are_bytes() {
        let numbers: Vec<u8> = (0..40).collect();
        assert_eq!(read_text(&format!("{numbers:?}")), Value::Bytes(numbers));
        assert!(matches!(read_text("[1, 2, 3]"), Value::List(_)));
    }
}
