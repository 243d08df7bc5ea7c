//! Escapes of canonical XML [C14N 2.3], and the characters that XML 1.0 cannot carry.

/// Appends `text` as character data.
///
/// # Errors
/// The first character that XML 1.0 cannot carry; then `out` holds a part of the text.
pub(super) fn push_text(out: &mut String, text: &str) -> Result<(), char> {
    push(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Appends `text` as an attribute value, without the quotes.
///
/// # Errors
/// The first character that XML 1.0 cannot carry; then `out` holds a part of the text.
pub(super) fn push_attribute(out: &mut String, text: &str) -> Result<(), char> {
    push(out, text, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Copies runs of plain characters, and the escape of each other one between them.
fn push(out: &mut String, text: &str, escape: impl Fn(u8) -> Option<&'static str>) -> Result<(), char> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_suspect) {
        // INVARIANT: `at` is in range, and the bytes before it hold whole characters, since `0xEF` only leads.
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        let Some(found) = chars.next() else { break };
        match u8::try_from(found).ok().filter(u8::is_ascii).and_then(&escape) {
            Some(escaped) => out.push_str(escaped),
            None if is_xml_char(found) => out.push(found),
            None => return Err(found),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Ok(())
}

/// Whether this byte may begin a character that needs a look: ASCII controls, markup, or U+F000 to U+FFFF.
fn is_suspect(byte: u8) -> bool {
    byte < 0x20 || matches!(byte, b'&' | b'<' | b'>' | b'"' | 0xEF)
}

/// `Char` of [XML 1.0, production 2].
pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::{push_attribute, push_text};

    fn text(text: &str) -> Result<String, char> {
        let mut out = String::new();
        push_text(&mut out, text).map(|()| out)
    }

    fn attribute(text: &str) -> Result<String, char> {
        let mut out = String::new();
        push_attribute(&mut out, text).map(|()| out)
    }

    #[test]
    fn text_escapes_what_canonical_xml_escapes() {
        assert_eq!(text("a<b>&\"'\t\n\r]]>é\u{FF01}").unwrap(), "a&lt;b&gt;&amp;\"'\t\n&#xD;]]&gt;é\u{FF01}");
    }

    #[test]
    fn attributes_escape_what_canonical_xml_escapes() {
        assert_eq!(attribute("a<b>&\"'\t\n\r").unwrap(), "a&lt;b>&amp;&quot;'&#x9;&#xA;&#xD;");
    }

    #[test]
    fn characters_outside_xml_are_refused() {
        for c in ['\0', '\u{8}', '\u{B}', '\u{C}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
            assert_eq!(text(&format!("ok{c}")), Err(c));
            assert_eq!(attribute(&format!("ok{c}")), Err(c));
        }
        assert!(text("\u{7F}\u{85}\u{FFFD}\u{10FFFF}").is_ok());
    }
}
