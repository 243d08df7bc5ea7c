//! `samlp:AuthnRequest`, as service providers send it [SAML-Core 3.4.1].

use jiff::Timestamp;

use super::model::NameId;
use super::protocol::{Header, Trust, read_bool, read_name_id};
use super::{Error, verify};
use crate::xml::name::{DS, SAML, SAMLP};
use crate::xml::{Limits, Node, Tree};

/// A service provider asks for a sign-on.
///
/// Nothing here is trusted yet: the issuer, the destination and the URL to answer to are what the sender wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthnRequest {
    /// Its ID, an `NCName`; the answer repeats it as `InResponseTo`.
    pub id: String,
    /// Entity ID of the service provider.
    pub issuer: String,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// The address it was sent to.
    pub destination: Option<String>,
    /// Where to send the answer. Never set together with `acs_index`.
    pub acs_url: Option<String>,
    /// Which registered address to send the answer to.
    pub acs_index: Option<u16>,
    /// The binding to answer with.
    pub protocol_binding: Option<String>,
    /// The user must sign in again, whatever session there is.
    pub force_authn: bool,
    /// Nobody must be asked anything.
    pub is_passive: bool,
    /// The format that the name must have.
    pub name_id_format: Option<String>,
    /// The qualifier that the name must have.
    pub sp_name_qualifier: Option<String>,
    /// The user it must be.
    pub subject: Option<NameId>,
    /// Acceptable authentication context classes; empty is any.
    pub requested_authn_context: Vec<String>,
    /// How the achieved class must compare to the requested ones.
    pub authn_context_comparison: Comparison,
}

/// How an authentication context must compare to the requested ones [SAML-Core 3.3.2.2.1].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// It is one of them.
    #[default]
    Exact,
    /// It is at least as strong as one of them.
    Minimum,
    /// It is as strong as possible, but not stronger than one of them.
    Maximum,
    /// It is stronger than each of them.
    Better,
}

impl AuthnRequest {
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
    /// As [`AuthnRequest::parse`], and if the signature is missing, covers anything but the whole request, or is
    /// not by one of these keys.
    pub fn parse_signed(xml: &str, certificates: &[Vec<u8>]) -> Result<Self, Error> {
        Self::read(xml, Trust::SignedBy(certificates))
    }

    fn read(xml: &str, trust: Trust<'_>) -> Result<Self, Error> {
        let tree = Tree::parse(xml, Limits::REQUEST)?;
        let request = trust.root(&tree, SAMLP.name("AuthnRequest"))?;
        let header = Header::read(request)?;
        let attribute = |name| request.attribute(name).map(str::to_owned);
        let (acs_url, acs_index) = read_acs(request)?;
        let policy = request.child(SAMLP.name("NameIDPolicy"))?;
        let (requested_authn_context, authn_context_comparison) = read_context(request)?;
        Ok(Self {
            id: header.id,
            issuer: header.issuer,
            issue_instant: header.issue_instant,
            destination: header.destination,
            acs_url,
            acs_index,
            protocol_binding: attribute("ProtocolBinding"),
            force_authn: read_bool(request, "ForceAuthn")?,
            is_passive: read_bool(request, "IsPassive")?,
            name_id_format: policy.and_then(|policy| policy.attribute("Format")).map(str::to_owned),
            sp_name_qualifier: policy.and_then(|policy| policy.attribute("SPNameQualifier")).map(str::to_owned),
            subject: read_subject(request)?,
            requested_authn_context,
            authn_context_comparison,
        })
    }
}

/// Whether the root of the message holds a signature.
///
/// # Errors
/// If the text is no XML within the limits of requests.
pub fn has_signature(xml: &str) -> Result<bool, Error> {
    let tree = Tree::parse(xml, Limits::REQUEST)?;
    Ok(verify::has_signature(&tree))
}

/// Whether the message holds a signature anywhere. A message of the Redirect binding must not [SAML-Bindings 3.4.4.1].
///
/// # Errors
/// If the text is no XML within the limits of requests.
pub fn holds_signature(xml: &str) -> Result<bool, Error> {
    let tree = Tree::parse(xml, Limits::REQUEST)?;
    Ok(!tree.all(DS.name("Signature")).is_empty())
}

/// URL and index exclude each other [SAML-Core 3.4.1].
fn read_acs(request: Node<'_>) -> Result<(Option<String>, Option<u16>), Error> {
    let url = request.attribute("AssertionConsumerServiceURL").map(str::to_owned);
    let Some(index) = request.attribute("AssertionConsumerServiceIndex") else { return Ok((url, None)) };
    if url.is_some() || request.attribute("ProtocolBinding").is_some() {
        return Err(Error::malformed(
            "`AssertionConsumerServiceIndex` excludes `AssertionConsumerServiceURL` and `ProtocolBinding`; send one",
        ));
    }
    let index =
        index.parse().map_err(|_| Error::malformed("`AssertionConsumerServiceIndex` is no number from 0 to 65535"))?;
    Ok((None, Some(index)))
}

fn read_subject(request: Node<'_>) -> Result<Option<NameId>, Error> {
    let Some(subject) = request.child(SAML.name("Subject"))? else { return Ok(None) };
    match subject.child(SAML.name("NameID"))? {
        Some(name_id) => read_name_id(name_id).map(Some),
        None => Err(Error::unsupported("`Subject` of the request has no `NameID`; encrypted names are not supported")),
    }
}

fn read_context(request: Node<'_>) -> Result<(Vec<String>, Comparison), Error> {
    let Some(context) = request.child(SAMLP.name("RequestedAuthnContext"))? else {
        return Ok((Vec::new(), Comparison::default()));
    };
    let comparison = match context.attribute("Comparison") {
        None | Some("exact") => Comparison::Exact,
        Some("minimum") => Comparison::Minimum,
        Some("maximum") => Comparison::Maximum,
        Some("better") => Comparison::Better,
        Some(_) => return Err(Error::malformed("`Comparison` is none of exact, minimum, maximum, better")),
    };
    let classes: Vec<String> =
        context.children_named(SAML.name("AuthnContextClassRef")).map(Node::text).collect::<Result<_, _>>()?;
    if classes.is_empty() {
        return Err(Error::unsupported("`RequestedAuthnContext` names no `AuthnContextClassRef`"));
    }
    Ok((classes, comparison))
}
