//! HTTP Redirect: a message in a query [SAML-Bindings 3.4].

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::Compression;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::saml::verify::PeerAlgorithm;
use crate::saml::{Error, Signer};

use super::query::{self, Parameter};

/// Length of a deflated message in bytes that is looked at.
const DEFLATED_LIMIT: usize = 64 * 1024;
/// Length in bytes that a message may inflate to.
const INFLATED_LIMIT: u64 = 256 * 1024;
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";
/// All but the unreserved characters of [RFC 3986].
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What a message is, by the parameter it travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// `SAMLRequest`.
    Request,
    /// `SAMLResponse`.
    Response,
}

/// A message that arrived in a query.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedirectMessage {
    /// Request or response.
    pub kind: MessageKind,
    /// The message.
    pub xml: String,
    /// What the sender wants back; empty is not the same as absent.
    pub relay_state: Option<String>,
    /// Whether there is a signature. Whether it holds, [`RedirectMessage::verify`] says.
    pub signed: bool,
    signature: Option<Signature>,
}

/// The signature and what it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    algorithm: PeerAlgorithm,
    octets: String,
    value: Vec<u8>,
}

impl MessageKind {
    fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// Reads the query of a URL, without its `?`, exactly as it arrived.
///
/// # Errors
/// If there is no message or more than one, a parameter is repeated or its name encoded, the encoding is broken, the
/// message is too large, or the signature algorithm is not accepted.
pub fn parse(raw_query: &str) -> Result<RedirectMessage, Error> {
    let parameters = query::split(raw_query)?;
    let only = |name| query::only(&parameters, name);
    let (kind, message) = match (only("SAMLRequest")?, only("SAMLResponse")?) {
        (Some(message), None) => (MessageKind::Request, message),
        (None, Some(message)) => (MessageKind::Response, message),
        (None, None) => return Err(Error::malformed("the query has neither `SAMLRequest` nor `SAMLResponse`")),
        (Some(_), Some(_)) => return Err(Error::malformed("the query has both `SAMLRequest` and `SAMLResponse`")),
    };
    if let Some(encoding) = only("SAMLEncoding")?
        && encoding.decode()? != DEFLATE
    {
        return Err(Error::unsupported("`SAMLEncoding` is not DEFLATE"));
    }
    let relay_state = only("RelayState")?;
    let signature = match (only("SigAlg")?, only("Signature")?) {
        (None, None) => None,
        (Some(algorithm), Some(value)) => Some(Signature {
            algorithm: PeerAlgorithm::from_uri(&algorithm.decode()?)?,
            octets: signed_octets(message, relay_state, algorithm),
            value: decode_base64(value)?,
        }),
        _ => return Err(Error::signature("of `SigAlg` and `Signature` one is there without the other")),
    };
    Ok(RedirectMessage {
        kind,
        xml: inflate(&decode_base64(message)?)?,
        relay_state: relay_state.map(Parameter::decode).transpose()?,
        signed: signature.is_some(),
        signature,
    })
}

impl RedirectMessage {
    /// Checks that the message, its relay state and its algorithm are signed by the key of one of these certificates
    /// (DER).
    ///
    /// # Errors
    /// If there is no signature, or it does not hold.
    pub fn verify(&self, certificates: &[Vec<u8>]) -> Result<(), Error> {
        let signature = self.signature.as_ref().ok_or_else(|| Error::signature("the query is not signed"))?;
        if signature.algorithm.verifies(certificates, signature.octets.as_bytes(), &signature.value) {
            return Ok(());
        }
        Err(Error::signature("the signature of the query does not hold: it was changed, or signed by another key"))
    }
}

/// The URL that carries a message to `endpoint`; signed if there is a signer.
///
/// # Errors
/// If the signer fails.
pub fn url(
    endpoint: &str,
    kind: MessageKind,
    xml: &str,
    relay_state: Option<&str>,
    signer: Option<&dyn Signer>,
) -> Result<String, Error> {
    let mut query = format!("{}={}", kind.parameter(), escape(&BASE64.encode(deflate(xml)?)));
    if let Some(relay_state) = relay_state {
        query.push_str("&RelayState=");
        query.push_str(&escape(relay_state));
    }
    if let Some(signer) = signer {
        query.push_str("&SigAlg=");
        query.push_str(&escape(signer.algorithm().uri()));
        let signature = BASE64.encode(signer.sign(query.as_bytes())?);
        query.push_str("&Signature=");
        query.push_str(&escape(&signature));
    }
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{separator}{query}"))
}

/// What is signed: the octets as they arrived, in this order, whatever order they arrived in.
fn signed_octets(message: Parameter<'_>, relay_state: Option<Parameter<'_>>, algorithm: Parameter<'_>) -> String {
    [Some(message), relay_state, Some(algorithm)]
        .into_iter()
        .flatten()
        .map(|parameter| format!("{}={}", parameter.name, parameter.value))
        .collect::<Vec<_>>()
        .join("&")
}

fn decode_base64(parameter: Parameter<'_>) -> Result<Vec<u8>, Error> {
    if parameter.value.len() > DEFLATED_LIMIT * 4 {
        return Err(Error::too_large(format!("parameter `{}` is too long", parameter.name)));
    }
    BASE64
        .decode(parameter.decode()?)
        .map_err(|error| Error::malformed(format!("parameter `{}` is no base64: {error}", parameter.name)))
}

/// Inflates at most so much, and all of what is there.
fn inflate(deflated: &[u8]) -> Result<String, Error> {
    if deflated.len() > DEFLATED_LIMIT {
        return Err(Error::too_large(format!("the deflated message has more than {DEFLATED_LIMIT} bytes")));
    }
    let mut xml = Vec::new();
    let mut decoder = DeflateDecoder::new(deflated).take(INFLATED_LIMIT + 1);
    decoder.read_to_end(&mut xml).map_err(|_| Error::malformed("the message is not deflated"))?;
    if xml.len() as u64 > INFLATED_LIMIT {
        return Err(Error::too_large(format!("the message inflates to more than {INFLATED_LIMIT} bytes")));
    }
    if !decoder.into_inner().into_inner().is_empty() {
        return Err(Error::malformed("bytes follow the deflated message"));
    }
    String::from_utf8(xml).map_err(|_| Error::malformed("the message is no UTF-8 text"))
}

fn deflate(xml: &str) -> Result<Vec<u8>, Error> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(xml.as_bytes())
        .and_then(|()| encoder.finish())
        .map_err(|error| Error::internal(format!("the message could not be deflated: {error}")))
}

fn escape(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}
