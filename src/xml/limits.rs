//! How large XML may be before it is parsed.

use super::Error;

/// What is refused before or while parsing, whoever sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Length of the XML text in bytes.
    pub bytes: usize,
    /// Nesting of elements.
    pub depth: u32,
    /// Number of tags, comments and other `<`.
    pub markup: usize,
    /// Number of attributes and namespace declarations of one element.
    pub attributes: usize,
}

impl Limits {
    /// For SAML requests: 64 KB, 32 levels.
    pub const REQUEST: Self = Self { bytes: 64 * 1024, depth: 32, markup: 2_000, attributes: 64 };

    /// For SAML responses with many attribute values: 256 KB, 32 levels.
    pub const RESPONSE: Self = Self { bytes: 256 * 1024, depth: 32, markup: 8_000, attributes: 64 };

    /// For exports of AD FS: 32 MB, 100 levels.
    pub const EXPORT: Self = Self { bytes: 32 * 1024 * 1024, depth: 100, markup: 2_000_000, attributes: 64 };

    /// Refuses what the parser should not even see.
    ///
    /// # Errors
    /// If the text is too long, has too many tags or attributes, or has a DOCTYPE or an entity declaration.
    pub(super) fn check(&self, xml: &str) -> Result<(), Error> {
        if xml.len() > self.bytes {
            let (is, limit) = (xml.len(), self.bytes);
            return Err(Error::too_large(format!("the XML has {is} bytes; at most {limit} are accepted")));
        }
        if xml.contains("<!DOCTYPE") || xml.contains("<!ENTITY") {
            return Err(Error::malformed("the XML has a document type declaration, which is refused"));
        }
        if xml.bytes().filter(|byte| *byte == b'<').count() > self.markup {
            let limit = self.markup;
            return Err(Error::too_large(format!("the XML has too many elements; at most {limit} tags are accepted")));
        }
        self.check_attributes(xml)
    }

    /// Counts `=` outside quotes in each tag: as many as it has attributes.
    fn check_attributes(&self, xml: &str) -> Result<(), Error> {
        let (mut in_tag, mut quote, mut count) = (false, None, 0_usize);
        for byte in xml.bytes() {
            match (in_tag, quote, byte) {
                (false, _, b'<') => (in_tag, count) = (true, 0),
                (true, Some(open), _) if open == byte => quote = None,
                (true, None, b'"' | b'\'') => quote = Some(byte),
                (true, None, b'>') => in_tag = false,
                (true, None, b'=') => count += 1,
                _ => {}
            }
            if count > self.attributes {
                let limit = self.attributes;
                return Err(Error::too_large(format!("an element has more than {limit} attributes")));
            }
        }
        Ok(())
    }
}
