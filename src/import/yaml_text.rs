//! Texts as YAML carries them, whatever they hold.

use std::fmt::Write as _;

/// The text as a YAML scalar: plain where nothing can be taken for anything else, else in double quotes [YAML 5.7].
pub(super) fn yaml_text(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        // INVARIANT: writing to a `String` cannot fail.
        let _ = match character {
            '"' | '\\' => write!(quoted, "\\{character}"),
            '\n' => write!(quoted, "\\n"),
            '\r' => write!(quoted, "\\r"),
            '\t' => write!(quoted, "\\t"),
            _ if is_printable(character) => write!(quoted, "{character}"),
            _ => write!(quoted, "\\U{:08X}", u32::from(character)),
        };
    }
    quoted.push('"');
    quoted
}

/// Such as `Amazon Web Services` and `urn:amazon:webservices`.
fn is_plain(text: &str) -> bool {
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '/')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ":/._- ".contains(c))
        && !text.contains(": ")
        && !words.contains(&text.to_ascii_lowercase().as_str())
}

/// What YAML lets stand as it is, and no editor changes.
fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{7f}'..='\u{a0}' => false,
        _ => !character.is_control(),
    }
}
