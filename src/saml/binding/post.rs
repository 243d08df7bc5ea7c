//! HTTP POST: a message in a form field [SAML-Bindings 3.5].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::saml::Error;

/// The XML in the field `SAMLRequest` or `SAMLResponse`, of at most `limit_bytes`.
///
/// White space between the characters is skipped: old senders wrap lines.
///
/// # Errors
/// If the field is too long, is not padded base64 of the standard alphabet, or does not hold UTF-8.
pub fn decode(field: &str, limit_bytes: usize) -> Result<String, Error> {
    let too_large = || Error::too_large(format!("the message has more than {limit_bytes} bytes"));
    // Each 3 bytes become 4 characters; lines are wrapped at 64 or 76 of them by 1 or 2.
    if field.len() > limit_bytes.saturating_mul(3) / 2 + 64 {
        return Err(too_large());
    }
    let packed: Vec<u8> = field.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if packed.is_empty() {
        return Err(Error::malformed("the message is empty"));
    }
    let bytes =
        BASE64.decode(packed).map_err(|error| Error::malformed(format!("the message is no base64: {error}")))?;
    if bytes.len() > limit_bytes {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|_| Error::malformed("the message is no UTF-8 text"))
}

/// The field for a message.
pub fn encode(xml: &str) -> String {
    BASE64.encode(xml)
}

#[cfg(test)]
mod tests {
    use super::{decode, encode};

    #[test]
    fn a_message_comes_back() {
        assert_eq!(decode(&encode("<é/>"), 100).unwrap(), "<é/>");
        assert_eq!(decode("PGEv\r\nPg==\n", 100).unwrap(), "<a/>");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for field in ["", " ", "PGEvPg", "PGEvPg=", "PGEvPh==", "PGEv-_==", "PGEvPg==PGEvPg==", "/w=="] {
            assert!(decode(field, 100).is_err(), "{field:?}");
        }
        assert!(decode(&encode(&"a".repeat(101)), 100).is_err());
        assert!(decode(&" ".repeat(1000), 100).is_err());
    }
}
