//! One text as YAML.

use std::fmt::Write as _;

/// The text, without quotes where YAML cannot take it for anything else.
pub(super) fn scalar(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(character);
            }
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{85}' | '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => {
                // INVARIANT: writing to a `String` cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a text means itself without quotes, between brackets too: a role, an address, a word.
fn is_plain(text: &str) -> bool {
    let is_harmless = |character: char| character.is_ascii_alphanumeric() || "_./:@+=-".contains(character);
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    // Numbers, dates, truth values and nothing are written without these.
    let is_word = text.contains(['/', '@']);
    starts_well && is_word && !text.ends_with(':') && text.chars().all(is_harmless)
}

#[cfg(test)]
mod tests {
    use super::scalar;
    use crate::input;
    use crate::lang::Source;

    #[test]
    fn every_text_is_read_back_as_itself() {
        let texts = [
            "123456789012/ReadOnly",
            "https://aws.amazon.com/SAML/Attributes/Role",
            "alice@corp.example.com",
            "true",
            "~",
            "",
            " ",
            "1",
            "0x1f",
            "a: b",
            "a #b",
            "- x",
            "x\ny\r\n\tz",
            "\"quoted\" \\ back",
            "it's",
            "é\u{a0}\u{2028}",
            "{a}",
            "[a]",
            "a/b,c",
            "a/:",
            "@a/b",
            "\0",
            "\u{7f}",
            "\u{1f600}",
            "2026-01-02",
            "null/",
            "/x",
            "%a/b",
        ];
        for text in texts {
            for yaml in [format!("[{}, x]", scalar(text)), format!("- {}\n- x\n", scalar(text))] {
                let read: Vec<String> = input::yaml(&Source::new("t", yaml.as_str())).unwrap();
                assert_eq!(read, [text, "x"], "{yaml}");
            }
        }
    }
}
