//! Metadata of the identity provider, in AD FS's shape [SAML-Metadata 2.3.2, 2.4.3].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use super::Error;
use super::protocol::own_id;
use super::sign::{Signer, Unsigned};
use super::xml::{Writer, time};
use crate::xml::name::{DS, MD, SAMLP};

/// What service providers must know of the identity provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdpMetadata {
    /// Unique, an `NCName`.
    pub id: String,
    /// Entity ID; for AD FS `http://HOST/adfs/services/trust`.
    pub entity_id: String,
    /// Until when this may be relied on; AWS wants one.
    pub valid_until: Timestamp,
    /// Whether unsigned requests are refused.
    pub want_authn_requests_signed: bool,
    /// Certificates (DER) of the keys that sign, today's first; the next one too while a rollover is under way.
    pub certificates: Vec<Vec<u8>>,
    /// Formats of names that can be issued.
    pub name_id_formats: Vec<String>,
    /// Where to send logout messages.
    pub single_logout: Vec<Endpoint>,
    /// Where to send sign-on requests; at least one.
    pub single_sign_on: Vec<Endpoint>,
}

/// An address and the binding it is used with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// How messages arrive.
    pub binding: Binding,
    /// URL.
    pub location: String,
}

/// How messages travel [SAML-Bindings].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// HTTP Redirect.
    Redirect,
    /// HTTP POST.
    Post,
}

impl Binding {
    /// The URI that names it.
    pub fn uri(self) -> &'static str {
        match self {
            Self::Redirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Self::Post => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        }
    }
}

impl IdpMetadata {
    /// The metadata as signed XML.
    ///
    /// # Errors
    /// If there is no certificate or no sign-on address, a value holds a character that XML cannot carry, or the
    /// signer fails.
    pub fn to_signed_xml(&self, signer: &dyn Signer) -> Result<String, Error> {
        if self.certificates.is_empty() || self.single_sign_on.is_empty() {
            return Err(Error::misuse("metadata needs at least one certificate and one sign-on address"));
        }
        let mut writer = Writer::new();
        writer.start(
            MD.name("EntityDescriptor"),
            [
                ("ID", Some(own_id(&self.id)?)),
                ("entityID", Some(&self.entity_id)),
                ("validUntil", Some(&time::write(self.valid_until))),
            ],
        )?;
        let signature_at = writer.position();
        self.write_role(&mut writer)?;
        writer.end();
        let unsigned = Unsigned { xml: writer.finish(), id: self.id.clone(), signature_at };
        Ok(unsigned.sign(signer)?.into_string())
    }

    /// The order of children is the schema's.
    fn write_role(&self, writer: &mut Writer) -> Result<(), Error> {
        let signed = if self.want_authn_requests_signed { "true" } else { "false" };
        writer.start(
            MD.name("IDPSSODescriptor"),
            [("WantAuthnRequestsSigned", Some(signed)), ("protocolSupportEnumeration", Some(SAMLP.uri))],
        )?;
        for certificate in &self.certificates {
            write_key(writer, certificate)?;
        }
        for endpoint in &self.single_logout {
            write_endpoint(writer, "SingleLogoutService", endpoint)?;
        }
        for format in &self.name_id_formats {
            writer.leaf(MD.name("NameIDFormat"), format)?;
        }
        for endpoint in &self.single_sign_on {
            write_endpoint(writer, "SingleSignOnService", endpoint)?;
        }
        writer.end();
        Ok(())
    }
}

fn write_key(writer: &mut Writer, certificate: &[u8]) -> Result<(), Error> {
    writer.start(MD.name("KeyDescriptor"), [("use", Some("signing"))])?;
    writer.start(DS.name("KeyInfo"), [])?;
    writer.start(DS.name("X509Data"), [])?;
    writer.leaf(DS.name("X509Certificate"), &BASE64.encode(certificate))?;
    writer.end();
    writer.end();
    writer.end();
    Ok(())
}

fn write_endpoint(writer: &mut Writer, element: &'static str, endpoint: &Endpoint) -> Result<(), Error> {
    writer.empty(MD.name(element), [("Binding", Some(endpoint.binding.uri())), ("Location", Some(&endpoint.location))])
}
