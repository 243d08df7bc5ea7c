//! Session tags: keys and values of `PrincipalTag:` attributes.

use std::sync::LazyLock;

use regex::Regex;

use super::limits::{TAG_KEY_CHARS, TAG_VALUE_CHARS};
use super::session_name::describe;

/// What is wrong with a tag's key, or nothing [STS `tagKeyType`; IAM, session tags].
#[must_use]
pub fn key_fault(key: &str) -> Option<String> {
    let length = key.chars().count();
    if !TAG_KEY_CHARS.contains(&length) {
        return Some(format!("it has {length} characters"));
    }
    if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
        return Some("it begins with `aws:`".to_owned());
    }
    strange(key)
}

/// What is wrong with a tag's value, or nothing [STS `tagValueType`].
#[must_use]
pub fn value_fault(value: &str) -> Option<String> {
    let length = value.chars().count();
    if length > TAG_VALUE_CHARS {
        return Some(format!("it has {length} characters"));
    }
    strange(value)
}

/// Two keys that differ only by case are one key to AWS [IAM, session tags].
#[must_use]
pub fn folded_key(key: &str) -> String {
    key.to_lowercase()
}

fn strange(text: &str) -> Option<String> {
    let strange = ILLEGAL.find(text)?.as_str().chars().next()?;
    Some(format!("it contains {}", describe(strange)))
}

/// A character that is none of `[\p{L}\p{Z}\p{N}_.:/=+\-@]`.
static ILLEGAL: LazyLock<Regex> = LazyLock::new(|| {
    // INVARIANT: the pattern is constant, and a test uses it.
    #[expect(clippy::expect_used, reason = "a constant pattern that compiles")]
    Regex::new(r"[^\p{L}\p{Z}\p{N}_.:/=+\-@]").expect("a constant pattern")
});
