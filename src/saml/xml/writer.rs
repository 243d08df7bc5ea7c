//! Text that is its own exclusive canonical form [Exclusive XML Canonicalization 1.0].
//!
//! A namespace is declared where its prefix is first used and not again below; attributes stand in order of their
//! names; nothing is self-closing; characters are escaped as canonical XML escapes them.

use crate::saml::Error;
use crate::xml::Name;

use super::escape;

/// Writes elements into one text.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    out: String,
    open: Vec<Open>,
}

/// An element whose end tag is still to come.
#[derive(Debug)]
struct Open {
    name: Name,
    declares: bool,
}

/// Text that is its own exclusive canonical form, whatever stands around it: it declares all prefixes it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Canonical(String);

impl Writer {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A writer with room for `bytes` of text.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes), open: Vec::with_capacity(8) }
    }

    /// Opens an element. Attributes without a value are left out.
    ///
    /// # Errors
    /// If a value has a character that XML cannot carry.
    pub(crate) fn start<const N: usize>(
        &mut self,
        name: Name,
        mut attributes: [(&'static str, Option<&str>); N],
    ) -> Result<(), Error> {
        let prefix = name.namespace.prefix;
        let declares = !self.open.iter().any(|open| open.declares && open.name.namespace.prefix == prefix);
        self.out.push('<');
        self.push_name(name);
        if declares {
            for part in [" xmlns:", prefix, "=\"", name.namespace.uri, "\""] {
                self.out.push_str(part);
            }
        }
        attributes.sort_unstable_by_key(|(attribute, _)| *attribute);
        for (attribute, value) in attributes {
            let Some(value) = value else { continue };
            for part in [" ", attribute, "=\""] {
                self.out.push_str(part);
            }
            escape::push_attribute(&mut self.out, value)
                .map_err(|c| unwritable(&format!("attribute `{attribute}` of `{name}`"), c))?;
            self.out.push('"');
        }
        self.out.push('>');
        self.open.push(Open { name, declares });
        Ok(())
    }

    /// Writes character data.
    ///
    /// # Errors
    /// If it has a character that XML cannot carry.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Error> {
        escape::push_text(&mut self.out, text).map_err(|c| {
            let place = self.open.last().map_or_else(|| "the document".to_owned(), |open| format!("`{}`", open.name));
            unwritable(&place, c)
        })
    }

    /// Closes the element that was opened last.
    pub(crate) fn end(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.out.push_str("</");
        self.push_name(open.name);
        self.out.push('>');
    }

    /// An element with attributes and nothing inside.
    ///
    /// # Errors
    /// If a value has a character that XML cannot carry.
    pub(crate) fn empty<const N: usize>(
        &mut self,
        name: Name,
        attributes: [(&'static str, Option<&str>); N],
    ) -> Result<(), Error> {
        self.start(name, attributes)?;
        self.end();
        Ok(())
    }

    /// An element with only text inside.
    ///
    /// # Errors
    /// If the text has a character that XML cannot carry.
    pub(crate) fn leaf(&mut self, name: Name, text: &str) -> Result<(), Error> {
        self.start(name, [])?;
        self.text(text)?;
        self.end();
        Ok(())
    }

    /// Writes an element that is already canonical.
    pub(crate) fn embed(&mut self, element: &Canonical) {
        self.out.push_str(&element.0);
    }

    /// Where the next piece of text will stand, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.out.len()
    }

    /// The text. All elements must have been closed.
    pub(crate) fn finish(mut self) -> Canonical {
        while !self.open.is_empty() {
            self.end();
        }
        Canonical(self.out)
    }

    fn push_name(&mut self, name: Name) {
        for part in [name.namespace.prefix, ":", name.local] {
            self.out.push_str(part);
        }
    }
}

impl Canonical {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// Puts `element` at the byte `at`, which must lie between two elements inside the root.
    pub(crate) fn insert(&mut self, at: usize, element: &str) {
        self.0.insert_str(at, element);
    }
}

fn unwritable(place: &str, c: char) -> Error {
    Error::misuse(format!(
        "{place} holds the character U+{:04X}, which XML cannot carry; remove it at its source",
        u32::from(c)
    ))
}

#[cfg(test)]
mod tests {
    use super::Writer;
    use crate::xml::name::{DS, SAML, SAMLP};

    #[test]
    fn a_prefix_is_declared_where_it_is_first_used() {
        let mut writer = Writer::new();
        writer.start(SAMLP.name("Response"), [("Version", Some("2.0")), ("ID", Some("a")), ("Consent", None)]).unwrap();
        writer.leaf(SAML.name("Issuer"), "x").unwrap();
        writer.start(SAML.name("Assertion"), []).unwrap();
        writer.leaf(SAML.name("Issuer"), "x").unwrap();
        writer.empty(DS.name("Signature"), []).unwrap();
        writer.end();
        writer.end();
        assert_eq!(
            writer.finish().into_string(),
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"a\" Version=\"2.0\">\
             <saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">x</saml:Issuer>\
             <saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml:Issuer>x</saml:Issuer>\
             <ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"></ds:Signature></saml:Assertion></samlp:Response>"
        );
    }

    #[test]
    fn a_character_that_xml_cannot_carry_is_named_with_its_place() {
        let mut writer = Writer::new();
        writer.start(SAML.name("NameID"), []).unwrap();
        let error = writer.text("a\u{FFFE}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`saml:NameID` holds the character U+FFFE, which XML cannot carry; remove it at its source"
        );
    }
}
