//! A captured response as people have it: XML, or what a browser sent.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::input::{self, InputError};
use crate::lang::Source;

/// The field that holds a response [SAML-Bindings 3.5.4].
const FIELD: &str = "SAMLResponse";

/// Padding is easily lost when a field is copied.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The XML of a captured response: as it is, in base64, or in the body of a form.
///
/// # Errors
///
/// It is none of these.
pub fn xml(source: &Source) -> Result<Source, InputError> {
    let text = source.text.trim();
    if text.starts_with('<') {
        return Ok(Source::new(&source.name, text));
    }
    if text.starts_with('{') || text.starts_with('[') {
        return Err(refused(source, "this is JSON, such as a recording of a browser's requests"));
    }
    let field = field(text);
    let packed: String = field.chars().filter(|c| !c.is_whitespace() && *c != '"').collect();
    let bytes = BASE64.decode(packed).map_err(|_| refused(source, "this is neither XML nor base64"))?;
    if bytes.is_empty() {
        return Err(refused(source, "there is no response in it"));
    }
    let xml = input::decode(bytes, &source.name)
        .map_err(|_| refused(source, "the base64 holds no text: it is compressed, or something else"))?;
    if !xml.text.trim_start().starts_with('<') {
        return Err(refused(source, "the base64 holds a text that is no XML"));
    }
    Ok(Source::new(&source.name, xml.text.trim()))
}

/// The value of the field in a form's body, or all of the text; without percent signs.
fn field(text: &str) -> Cow<'_, str> {
    let fields = url::form_urlencoded::parse(text.as_bytes());
    if text.contains('=')
        && let Some((_, value)) = fields.into_iter().find(|(name, _)| name.ends_with(FIELD))
    {
        // A plus that was not encoded is a blank now, and base64 has no blanks.
        return Cow::Owned(value.replace(' ', "+"));
    }
    if text.contains('%') {
        let named = format!("{FIELD}={}", text.replace('+', "%2B"));
        return url::form_urlencoded::parse(named.as_bytes())
            .next()
            .map_or(Cow::Borrowed(text), |(_, value)| Cow::Owned(value.into_owned()));
    }
    Cow::Borrowed(text)
}

fn refused(source: &Source, message: &str) -> InputError {
    let help = "give the XML of the response, or the value of the field `SAMLResponse` as the browser posted it";
    InputError::whole(&source.name, message).with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        xml(&Source::new("x", text)).map(|source| source.text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_response_is_found_in_every_wrapping() {
        let wanted = Ok("<é>???>>></é>".to_owned());
        for wrapped in [
            "\n<é>???>>></é>\n",
            "PMOpPj8/Pz4+Pjwvw6k+",
            "PMOpPj8/Pz4+\r\nPjwvw6k+\r\n",
            "\"PMOpPj8/Pz4+Pjwvw6k+\"",
            "PMOpPj8%2FPz4%2BPjwvw6k%2B",
            "SAMLResponse=PMOpPj8%2FPz4%2BPjwvw6k%2B&RelayState=x%3Dy",
            "RelayState=x&SAMLResponse=PMOpPj8%2FPz4%2BPjwvw6k%2B",
            "SAMLResponse=PMOpPj8/Pz4+Pjwvw6k+",
        ] {
            assert_eq!(read(wrapped), wanted, "{wrapped}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, told) in [
            ("", "no response"),
            ("{\"log\": {}}", "JSON"),
            ("not base64!", "neither XML nor base64"),
            ("////", "no text"),
            ("aGVsbG8=", "no XML"),
        ] {
            assert!(read(text).unwrap_err().contains(told), "{text}");
        }
    }
}
