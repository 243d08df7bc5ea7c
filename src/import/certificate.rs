//! Certificates of partners: their bytes out of an export, and into PEM files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::value::Value;

/// An X.509 certificate, DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate(Vec<u8>);

impl Certificate {
    /// Takes the bytes of a certificate. `None` if they are none.
    #[must_use]
    pub fn from_der(der: Vec<u8>) -> Option<Self> {
        let whole = x509_parser::parse_x509_certificate(&der).is_ok_and(|(rest, _)| rest.is_empty());
        whole.then_some(Self(der))
    }

    /// PEM, with lines of 64 characters [RFC 7468].
    #[must_use]
    pub fn to_pem(&self) -> String {
        let encoded = BASE64.encode(&self.0);
        let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
        for line in encoded.as_bytes().chunks(64) {
            pem.extend(line.iter().map(|&byte| char::from(byte)));
            pem.push('\n');
        }
        pem + "-----END CERTIFICATE-----\n"
    }
}

/// All certificates of a property, and whether some were lost: a converter that may not go deep enough writes only what
/// a certificate says of itself.
pub(super) fn read_all(value: Option<&Value>) -> (Vec<Certificate>, bool) {
    let items = match value {
        Some(Value::Bytes(bytes)) => vec![bytes_of(&Value::Bytes(bytes.clone()))],
        Some(value) => value.items().into_iter().filter(|item| item.text() != Some("")).map(bytes_of).collect(),
        None => Vec::new(),
    };
    let wanted = items.len();
    let found: Vec<Certificate> = items.into_iter().flatten().filter_map(Certificate::from_der).collect();
    let lost = found.len() < wanted;
    (found, lost)
}

fn bytes_of(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::Bytes(bytes) => Some(bytes.clone()),
        Value::Object(object) => bytes_of(object.property("RawData")?),
        Value::Text(text) => numbers(text).or_else(|| BASE64.decode(stripped(text)).ok()),
        Value::List(items) => {
            items.iter().map(|item| item.text().and_then(|text| text.parse().ok())).collect::<Option<Vec<u8>>>()
        }
        Value::Nothing => None,
    }
}

/// `48 130 3 …`: how a byte array looks that was turned to text.
fn numbers(text: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = text.split_whitespace().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    (bytes.len() > 1).then_some(bytes)
}

/// Base64 without the lines around and between it.
fn stripped(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    lines.flat_map(|line| line.chars().filter(|c| !c.is_whitespace())).collect()
}
