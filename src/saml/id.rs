//! Identifiers of messages and assertions [SAML-Core 1.3.4].

use std::fmt::Write;

/// A fresh identifier: `_` and 32 hexadecimal digits, 128 bits from `rng`.
///
/// `rng` fills the buffer it is given with bytes that nobody can guess.
pub fn random(rng: &mut dyn FnMut(&mut [u8])) -> String {
    let mut bytes = [0; 16];
    rng(&mut bytes);
    let mut id = String::with_capacity(33);
    id.push('_');
    for byte in bytes {
        // INVARIANT: writing to a `String` does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// Whether `text` may stand in an `xs:ID` attribute: an `NCName` of [Namespaces in XML 1.0].
pub fn is_ncname(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(|c| is_name_start(c) || is_name_part(c))
}

fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
        | '\u{10000}'..='\u{EFFFF}')
}

fn is_name_part(c: char) -> bool {
    matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::{is_ncname, random};

    #[test]
    fn an_identifier_is_an_underscore_and_all_the_randomness() {
        let id = random(&mut |bytes| bytes.copy_from_slice(&[0xA7; 16]));
        assert_eq!(id, format!("_{}", "a7".repeat(16)));
        assert!(is_ncname(&id));
    }

    #[test]
    fn what_is_no_ncname() {
        for text in ["", "1a", "-a", "a b", "a:b", "a\"", "a<", "ä\u{D7}"] {
            assert!(!is_ncname(text), "{text:?}");
        }
        for text in ["a", "_1", "id-1.2", "ä", "ID·"] {
            assert!(is_ncname(text), "{text:?}");
        }
    }
}
