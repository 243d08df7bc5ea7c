//! A response as a strict service provider reads it: only what is signed.

use jiff::Timestamp;

use crate::saml::Error;
use crate::saml::model::{Attribute, NameId, Status};
use crate::saml::protocol::{read_id, read_issuer, read_name_id, read_ncname, read_status, read_time};
use crate::xml::name::{DS, SAML, SAMLP};
use crate::xml::{Limits, Node, Tree};

use super::check;

/// A response whose assertion is signed by a trusted key, itself or as part of the whole.
///
/// Times, audience and recipient are for the reader to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedResponse {
    /// Whether the whole response is signed. If not, only `assertion` can be relied on.
    pub response_is_signed: bool,
    /// ID of the response.
    pub id: String,
    /// ID of the request that it says to answer.
    pub in_response_to: Option<String>,
    /// Where it says to be sent to.
    pub destination: Option<String>,
    /// Entity ID, if the response itself names one.
    pub issuer: Option<String>,
    /// Outcome.
    pub status: Status,
    /// The signed assertion.
    pub assertion: VerifiedAssertion,
}

/// A signed assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAssertion {
    /// Its ID.
    pub id: String,
    /// When it was made.
    pub issue_instant: Timestamp,
    /// Entity ID of who made it.
    pub issuer: String,
    /// Whom it is about.
    pub name_id: Option<NameId>,
    /// How the bearer may be confirmed.
    pub confirmations: Vec<VerifiedConfirmation>,
    /// Since when it holds.
    pub not_before: Option<Timestamp>,
    /// Until when it holds.
    pub not_on_or_after: Option<Timestamp>,
    /// For whom: one list for each restriction, each of which must hold.
    pub audiences: Vec<Vec<String>>,
    /// How the user signed in.
    pub authn_statements: Vec<VerifiedAuthnStatement>,
    /// What is said about them, in order.
    pub attributes: Vec<Attribute>,
}

/// `saml:SubjectConfirmation` and its data [SAML-Core 2.4.1.1].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedConfirmation {
    /// URI of the method.
    pub method: String,
    /// URL that it may be sent to.
    pub recipient: Option<String>,
    /// Not before.
    pub not_before: Option<Timestamp>,
    /// Not on or after.
    pub not_on_or_after: Option<Timestamp>,
    /// ID of the request that it answers.
    pub in_response_to: Option<String>,
}

/// `saml:AuthnStatement` [SAML-Core 2.7.2].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAuthnStatement {
    /// When the user signed in.
    pub authn_instant: Option<Timestamp>,
    /// Name of the session at the identity provider.
    pub session_index: Option<String>,
    /// When the service must end its session.
    pub session_not_on_or_after: Option<Timestamp>,
    /// Authentication context class URI.
    pub context_class: Option<String>,
}

/// Reads a response whose assertion is signed by the key of one of these certificates (DER).
///
/// All signatures in it must hold, and stand in the response or in its one assertion.
///
/// # Errors
/// If it is malformed or too large, has no or several assertions, or a signature is missing or does not hold.
pub fn signed_response(xml: &str, certificates: &[Vec<u8>]) -> Result<VerifiedResponse, Error> {
    let tree = Tree::parse(xml, Limits::RESPONSE)?;
    let response = tree.root(SAMLP.name("Response"))?;
    let assertion = only_assertion(&tree, response)?;
    let signatures = tree.all(DS.name("Signature"));
    let mut signed = Vec::with_capacity(2);
    for signature in &signatures {
        let parent = signature.parent().map(Node::id);
        if parent.is_none() || signed.contains(&parent) {
            return Err(Error::signature("an element is signed twice"));
        }
        if parent != Some(response.id()) && parent != Some(assertion.id()) {
            return Err(Error::signature("a signature stands neither in the response nor in its assertion"));
        }
        signed.push(parent);
    }
    if signatures.is_empty() {
        return Err(Error::signature("neither the response nor its assertion is signed"));
    }
    check(&tree, &signatures, certificates)?;
    read_response(response, assertion, signed.contains(&Some(response.id())))
}

/// The one assertion in the document, which must be a child of the response.
fn only_assertion<'t>(tree: &'t Tree<'_>, response: Node<'t>) -> Result<Node<'t>, Error> {
    if !tree.all(SAML.name("EncryptedAssertion")).is_empty() {
        return Err(Error::unsupported("the assertion is encrypted"));
    }
    let assertions = tree.all(SAML.name("Assertion"));
    match assertions.as_slice() {
        [assertion] if assertion.parent().map(Node::id) == Some(response.id()) => Ok(*assertion),
        [] => Err(Error::malformed("the response has no assertion")),
        _ => Err(Error::malformed("the response has several assertions, or one in an unexpected place")),
    }
}

fn read_response(response: Node<'_>, assertion: Node<'_>, response_is_signed: bool) -> Result<VerifiedResponse, Error> {
    Ok(VerifiedResponse {
        response_is_signed,
        id: read_id(response)?,
        in_response_to: optional_id(response, "InResponseTo")?,
        destination: response.attribute("Destination").map(str::to_owned),
        issuer: response.child(SAML.name("Issuer"))?.map(|_| read_issuer(response)).transpose()?,
        status: read_status(response)?,
        assertion: read_assertion(assertion)?,
    })
}

fn read_assertion(assertion: Node<'_>) -> Result<VerifiedAssertion, Error> {
    let subject = assertion.child(SAML.name("Subject"))?;
    let conditions = assertion.child(SAML.name("Conditions"))?;
    let time = |node: Option<Node<'_>>, name| node.map_or(Ok(None), |node| read_time(node, name));
    Ok(VerifiedAssertion {
        id: read_id(assertion)?,
        issue_instant: read_time(assertion, "IssueInstant")?
            .ok_or_else(|| Error::malformed("`Assertion` lacks attribute `IssueInstant`"))?,
        issuer: read_issuer(assertion)?,
        name_id: match subject {
            Some(subject) => subject.child(SAML.name("NameID"))?.map(read_name_id).transpose()?,
            None => None,
        },
        confirmations: subject
            .into_iter()
            .flat_map(|subject| subject.children_named(SAML.name("SubjectConfirmation")))
            .map(read_confirmation)
            .collect::<Result<_, _>>()?,
        not_before: time(conditions, "NotBefore")?,
        not_on_or_after: time(conditions, "NotOnOrAfter")?,
        audiences: conditions
            .into_iter()
            .flat_map(|conditions| conditions.children_named(SAML.name("AudienceRestriction")))
            .map(|restriction| restriction.children_named(SAML.name("Audience")).map(Node::text).collect())
            .collect::<Result<_, _>>()?,
        authn_statements: assertion
            .children_named(SAML.name("AuthnStatement"))
            .map(read_authn_statement)
            .collect::<Result<_, _>>()?,
        attributes: assertion
            .children_named(SAML.name("AttributeStatement"))
            .flat_map(|statement| statement.children_named(SAML.name("Attribute")))
            .map(read_attribute)
            .collect::<Result<_, _>>()?,
    })
}

fn read_confirmation(confirmation: Node<'_>) -> Result<VerifiedConfirmation, Error> {
    let method = confirmation.required("Method")?.to_owned();
    let data = confirmation.child(SAML.name("SubjectConfirmationData"))?;
    let time = |name| data.map_or(Ok(None), |data| read_time(data, name));
    Ok(VerifiedConfirmation {
        method,
        recipient: data.and_then(|data| data.attribute("Recipient")).map(str::to_owned),
        not_before: time("NotBefore")?,
        not_on_or_after: time("NotOnOrAfter")?,
        in_response_to: data.map_or(Ok(None), |data| optional_id(data, "InResponseTo"))?,
    })
}

fn read_authn_statement(statement: Node<'_>) -> Result<VerifiedAuthnStatement, Error> {
    let context = statement.child(SAML.name("AuthnContext"))?;
    let class = context.map_or(Ok(None), |context| context.child(SAML.name("AuthnContextClassRef")))?;
    Ok(VerifiedAuthnStatement {
        authn_instant: read_time(statement, "AuthnInstant")?,
        session_index: statement.attribute("SessionIndex").map(str::to_owned),
        session_not_on_or_after: read_time(statement, "SessionNotOnOrAfter")?,
        context_class: class.map(Node::text).transpose()?,
    })
}

fn read_attribute(attribute: Node<'_>) -> Result<Attribute, Error> {
    Ok(Attribute {
        name: attribute.required("Name")?.to_owned(),
        name_format: attribute.attribute("NameFormat").map(str::to_owned),
        values: attribute.children_named(SAML.name("AttributeValue")).map(Node::raw_text).collect::<Result<_, _>>()?,
    })
}

fn optional_id(node: Node<'_>, attribute: &str) -> Result<Option<String>, Error> {
    node.attribute(attribute).map(|_| read_ncname(node, attribute)).transpose()
}
