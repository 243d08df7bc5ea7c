//! Values of the `RoleSessionName` attribute.

use super::limits::SESSION_NAME_CHARS;

/// What is wrong with a session name, or nothing.
#[must_use]
pub fn fault(name: &str) -> Option<String> {
    let length = name.chars().count();
    if let Some(strange) = name.chars().find(|&character| !is_legal(character)) {
        return Some(format!("it contains {}", describe(strange)));
    }
    (!SESSION_NAME_CHARS.contains(&length)).then(|| format!("it has {length} characters"))
}

/// Whether AWS takes the session name [STS `roleSessionNameType`].
#[must_use]
pub fn is_legal_name(name: &str) -> bool {
    fault(name).is_none()
}

fn is_legal(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

/// Names a character in an error message, so that an invisible one is seen.
pub(super) fn describe(character: char) -> String {
    if character == ' ' {
        "a space".to_owned()
    } else if character.is_control() || character.is_whitespace() {
        format!("the character U+{:04X}", u32::from(character))
    } else {
        format!("the character `{character}`")
    }
}
