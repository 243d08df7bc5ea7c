//! `samlp:LogoutRequest` and `samlp:LogoutResponse` [SAML-Core 3.7].

use jiff::Timestamp;

use super::Error;
use super::model::{NameId, Status};
use super::protocol::{Header, Trust, own_id, read_name_id, read_ncname, read_status, read_time, write_status};
use super::sign::{Signer, Unsigned};
use super::xml::{Writer, time};
use crate::xml::name::{SAML, SAMLP};
use crate::xml::{Limits, Node, Tree};

/// A service provider asks to end the sessions of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// Its ID, an `NCName`; the answer repeats it as `InResponseTo`.
    pub id: String,
    /// Entity ID of the service provider.
    pub issuer: String,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// The address it was sent to.
    pub destination: Option<String>,
    /// After this it must not be honoured.
    pub not_on_or_after: Option<Timestamp>,
    /// Whose sessions.
    pub name_id: NameId,
    /// Which sessions; empty is all of them.
    pub session_indexes: Vec<String>,
}

/// The answer to a logout request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutResponse {
    /// Unique, an `NCName`.
    pub id: String,
    /// ID of the request that it answers.
    pub in_response_to: Option<String>,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// The address it is sent to.
    pub destination: Option<String>,
    /// Entity ID of the sender.
    pub issuer: String,
    /// Outcome.
    pub status: Status,
}

impl LogoutRequest {
    /// Reads a request without looking at a signature.
    ///
    /// # Errors
    /// If it is malformed, too large, or asks for what is not offered.
    pub fn parse(xml: &str) -> Result<Self, Error> {
        Self::read(xml, Trust::Unchecked)
    }

    /// Reads a request that is signed by the key of one of these certificates (DER).
    ///
    /// # Errors
    /// As [`LogoutRequest::parse`], and if the signature does not hold.
    pub fn parse_signed(xml: &str, certificates: &[Vec<u8>]) -> Result<Self, Error> {
        Self::read(xml, Trust::SignedBy(certificates))
    }

    fn read(xml: &str, trust: Trust<'_>) -> Result<Self, Error> {
        let tree = Tree::parse(xml, Limits::REQUEST)?;
        let request = trust.root(&tree, SAMLP.name("LogoutRequest"))?;
        let header = Header::read(request)?;
        let name_id = request
            .child(SAML.name("NameID"))?
            .ok_or_else(|| Error::unsupported("`LogoutRequest` has no `NameID`; encrypted names are not supported"))?;
        Ok(Self {
            id: header.id,
            issuer: header.issuer,
            issue_instant: header.issue_instant,
            destination: header.destination,
            not_on_or_after: read_time(request, "NotOnOrAfter")?,
            name_id: read_name_id(name_id)?,
            session_indexes: request
                .children_named(SAMLP.name("SessionIndex"))
                .map(Node::text)
                .collect::<Result<_, _>>()?,
        })
    }
}

impl LogoutResponse {
    /// Reads a response without looking at a signature.
    ///
    /// # Errors
    /// If it is malformed or too large.
    pub fn parse(xml: &str) -> Result<Self, Error> {
        Self::read(xml, Trust::Unchecked)
    }

    /// Reads a response that is signed by the key of one of these certificates (DER).
    ///
    /// # Errors
    /// As [`LogoutResponse::parse`], and if the signature does not hold.
    pub fn parse_signed(xml: &str, certificates: &[Vec<u8>]) -> Result<Self, Error> {
        Self::read(xml, Trust::SignedBy(certificates))
    }

    /// The response as XML; with a signature inside unless the binding signs it.
    ///
    /// # Errors
    /// If a value holds a character that XML cannot carry, the ID is no `NCName`, or the signer fails.
    pub fn to_xml(&self, signer: Option<&dyn Signer>) -> Result<String, Error> {
        let mut writer = Writer::new();
        writer.start(
            SAMLP.name("LogoutResponse"),
            [
                ("Destination", self.destination.as_deref()),
                ("ID", Some(own_id(&self.id)?)),
                ("InResponseTo", self.in_response_to.as_deref()),
                ("IssueInstant", Some(&time::write(self.issue_instant))),
                ("Version", Some("2.0")),
            ],
        )?;
        writer.leaf(SAML.name("Issuer"), &self.issuer)?;
        let signature_at = writer.position();
        write_status(&mut writer, &self.status)?;
        writer.end();
        let unsigned = Unsigned { xml: writer.finish(), id: self.id.clone(), signature_at };
        let xml = match signer {
            Some(signer) => unsigned.sign(signer)?,
            None => unsigned.unsigned(),
        };
        Ok(xml.into_string())
    }

    fn read(xml: &str, trust: Trust<'_>) -> Result<Self, Error> {
        let tree = Tree::parse(xml, Limits::REQUEST)?;
        let response = trust.root(&tree, SAMLP.name("LogoutResponse"))?;
        let header = Header::read(response)?;
        let in_response_to = response.attribute("InResponseTo").map(|_| read_ncname(response, "InResponseTo"));
        Ok(Self {
            id: header.id,
            in_response_to: in_response_to.transpose()?,
            issue_instant: header.issue_instant,
            destination: header.destination,
            issuer: header.issuer,
            status: read_status(response)?,
        })
    }
}
