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

/// Comments, character data and processing instructions: how they begin after `<`, and how they end.
const NO_TAGS: [(&str, &str); 3] = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];

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

    /// Counts `=` outside quotes in each tag: as many as it has attributes. What the parser reads as no tag is passed over
    /// as a whole: a quote in it is none.
    fn check_attributes(&self, xml: &str) -> Result<(), Error> {
        let mut rest = xml;
        while let Some((_, markup)) = rest.split_once('<') {
            let silent = NO_TAGS.iter().find_map(|(open, close)| Some((markup.strip_prefix(open)?, close)));
            rest = match silent {
                // What does not end, the parser refuses.
                Some((inside, close)) => inside.split_once(close).map_or("", |(_, after)| after),
                None => self.check_tag(markup)?,
            };
        }
        Ok(())
    }

    /// What follows the tag.
    fn check_tag<'a>(&self, markup: &'a str) -> Result<&'a str, Error> {
        let (mut quote, mut count) = (None, 0_usize);
        for (at, byte) in markup.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if open == byte => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'>') => return Ok(markup.get(at..).unwrap_or_default()),
                (None, b'=') => count += 1,
                _ => {}
            }
            if count > self.attributes {
                let limit = self.attributes;
                return Err(Error::too_large(format!("an element has more than {limit} attributes")));
            }
        }
        Ok("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides_attributes_from_being_counted() {
        let tag = |count: usize| (0..count).map(|number| format!(" a{number}='1'")).collect::<Vec<_>>().concat();
        for before in
            ["", "<!--'-->", "<!-- \" -->", "<a>'</a>", "<a><![CDATA[<b c=']]></a>", "<?pi '?>", "<a b='<' c=\"'\"/>"]
        {
            let many = format!("{before}<a{}/>", tag(65));
            assert!(Limits::REQUEST.check(&many).is_err(), "{before}");
            let few = format!("{before}<a{}/>", tag(64));
            assert_eq!(Limits::REQUEST.check(&few), Ok(()), "{before}");
        }
        let quiet = format!("<a><!-- {0} --><![CDATA[{0}]]>{0}</a>", "= ".repeat(100));
        assert_eq!(Limits::REQUEST.check(&quiet), Ok(()));
    }
}
