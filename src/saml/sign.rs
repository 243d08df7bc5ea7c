//! Enveloped signatures over text that is already canonical [`XMLDSig`, SAML-Core 5].

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::Error;
use super::xml::Writer;
use super::xml::writer::Canonical;
use crate::xml::name::DS;

/// Exclusive XML Canonicalization 1.0, without comments.
pub(crate) const EXCLUSIVE_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// The transform that takes the signature itself out of what is signed.
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// The digest of what is signed.
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// How a signature is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 [RFC 6931 2.3.2].
    RsaSha256,
}

impl SignatureAlgorithm {
    /// The URI that names it in XML and in the `SigAlg` parameter.
    pub fn uri(self) -> &'static str {
        match self {
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        }
    }
}

/// Whoever holds the private key: a file, a security module, a key service.
pub trait Signer: Send + Sync {
    /// How [`Signer::sign`] signs.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The signature of `message`.
    ///
    /// # Errors
    /// If the holder of the key fails.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error>;

    /// The certificate of the key, DER.
    fn certificate_der(&self) -> &[u8];
}

/// What of a response is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignedPart {
    /// The assertion, as AD FS and AWS have it.
    #[default]
    Assertion,
    /// The whole response.
    Response,
    /// The assertion, and then the whole response.
    Both,
}

/// An element that is complete but for its signature.
#[derive(Debug)]
pub(crate) struct Unsigned {
    /// The element in canonical form.
    pub(crate) xml: Canonical,
    /// Its ID.
    pub(crate) id: String,
    /// The byte where the schema wants the signature: after `Issuer`, or first.
    pub(crate) signature_at: usize,
}

impl Unsigned {
    /// The element with its signature inside.
    ///
    /// # Errors
    /// If the signer fails.
    pub(crate) fn sign(mut self, signer: &dyn Signer) -> Result<Canonical, Error> {
        let digest = BASE64.encode(digest::digest(&digest::SHA256, self.xml.as_str().as_bytes()));
        let info = SignedInfo { algorithm: signer.algorithm(), id: &self.id, digest: &digest };
        let signature = BASE64.encode(signer.sign(info.canonical()?.as_str().as_bytes())?);
        let certificate = BASE64.encode(signer.certificate_der());

        let mut writer = Writer::with_capacity(3 * 1024);
        writer.start(DS.name("Signature"), [])?;
        info.write(&mut writer)?;
        writer.leaf(DS.name("SignatureValue"), &signature)?;
        writer.start(DS.name("KeyInfo"), [])?;
        writer.start(DS.name("X509Data"), [])?;
        writer.leaf(DS.name("X509Certificate"), &certificate)?;
        self.xml.insert(self.signature_at, writer.finish().as_str());
        Ok(self.xml)
    }

    /// The element without a signature.
    pub(crate) fn unsigned(self) -> Canonical {
        self.xml
    }
}

/// What the signature value is made over.
struct SignedInfo<'a> {
    algorithm: SignatureAlgorithm,
    id: &'a str,
    digest: &'a str,
}

impl SignedInfo<'_> {
    /// The text that is signed. It declares `ds`; inside `Signature` that declaration must not be repeated.
    fn canonical(&self) -> Result<Canonical, Error> {
        let mut writer = Writer::with_capacity(1024);
        self.write(&mut writer)?;
        Ok(writer.finish())
    }

    fn write(&self, writer: &mut Writer) -> Result<(), Error> {
        writer.start(DS.name("SignedInfo"), [])?;
        algorithm(writer, "CanonicalizationMethod", EXCLUSIVE_C14N)?;
        algorithm(writer, "SignatureMethod", self.algorithm.uri())?;
        writer.start(DS.name("Reference"), [("URI", Some(&format!("#{}", self.id)))])?;
        writer.start(DS.name("Transforms"), [])?;
        algorithm(writer, "Transform", ENVELOPED)?;
        algorithm(writer, "Transform", EXCLUSIVE_C14N)?;
        writer.end();
        algorithm(writer, "DigestMethod", SHA256)?;
        writer.leaf(DS.name("DigestValue"), self.digest)?;
        writer.end();
        writer.end();
        Ok(())
    }
}

/// An empty element that names an algorithm.
fn algorithm(writer: &mut Writer, element: &'static str, uri: &str) -> Result<(), Error> {
    writer.empty(DS.name(element), [("Algorithm", Some(uri))])
}
