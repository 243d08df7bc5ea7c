//! The one shape of signature that SAML allows [SAML-Core 5.4].

use crate::saml::Error;
use crate::saml::sign::{ENVELOPED, EXCLUSIVE_C14N};
use crate::xml::name::DS;
use crate::xml::{Name, Node};

use super::PeerAlgorithm;

const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

/// Checks the shape of one signature. Whether it holds is another question.
///
/// # Errors
/// If it has anything but the allowed parts, or names another algorithm or element.
pub(super) fn check(signature: Node<'_>) -> Result<(), Error> {
    if !signature.is_plain() {
        return Err(Error::signature("the signature holds a comment or a processing instruction"));
    }
    let parts: Vec<Node<'_>> = signature.children().collect();
    let (info, value) = match parts.as_slice() {
        [info, value] => (info, value),
        [info, value, key_info] if key_info.is(DS.name("KeyInfo")) => (info, value),
        _ => return Err(unexpected(signature)),
    };
    expect(*info, DS.name("SignedInfo"))?;
    expect(*value, DS.name("SignatureValue"))?;
    text(*value)?;
    check_info(*info, signed_id(signature)?)
}

fn check_info(info: Node<'_>, id: &str) -> Result<(), Error> {
    let parts: Vec<Node<'_>> = info.children().collect();
    let [c14n, method, reference] = parts.as_slice() else { return Err(unexpected(info)) };
    expect(*c14n, DS.name("CanonicalizationMethod"))?;
    expect(*method, DS.name("SignatureMethod"))?;
    expect(*reference, DS.name("Reference"))?;
    if algorithm(*c14n)? != EXCLUSIVE_C14N {
        return Err(Error::signature("the signature is not canonicalized by exclusive C14N without comments"));
    }
    PeerAlgorithm::from_uri(algorithm(*method)?)?;
    if method.children().next().is_some() {
        return Err(unexpected(*method));
    }
    check_reference(*reference, id)
}

fn check_reference(reference: Node<'_>, id: &str) -> Result<(), Error> {
    if reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) != Some(id) {
        return Err(Error::signature("the signature refers to another element than the one it stands in"));
    }
    let parts: Vec<Node<'_>> = reference.children().collect();
    let [transforms, digest, value] = parts.as_slice() else { return Err(unexpected(reference)) };
    expect(*transforms, DS.name("Transforms"))?;
    expect(*digest, DS.name("DigestMethod"))?;
    expect(*value, DS.name("DigestValue"))?;
    text(*value)?;
    if !DIGESTS.contains(&algorithm(*digest)?) {
        return Err(Error::signature("the digest algorithm is not accepted; use SHA-256, SHA-384 or SHA-512"));
    }
    let transforms: Vec<Node<'_>> = transforms.children().collect();
    let allowed = match transforms.as_slice() {
        [first, second] => algorithm(*first)? == ENVELOPED && algorithm(*second)? == EXCLUSIVE_C14N,
        _ => false,
    };
    if allowed && transforms.iter().all(|transform| transform.is(DS.name("Transform"))) {
        return Ok(());
    }
    Err(Error::signature("the signature has other transforms than enveloped-signature and exclusive C14N"))
}

/// The ID of the element that the signature stands in.
fn signed_id(signature: Node<'_>) -> Result<&str, Error> {
    signature
        .parent()
        .and_then(|parent| parent.attribute("ID"))
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Error::signature("the signed element has no ID"))
}

fn algorithm(node: Node<'_>) -> Result<&str, Error> {
    node.attribute("Algorithm").ok_or_else(|| Error::signature(format!("`{}` names no algorithm", node.label())))
}

fn text(node: Node<'_>) -> Result<(), Error> {
    node.raw_text().map(drop).map_err(|error| Error::signature(error.to_string()))
}

fn expect(node: Node<'_>, name: Name) -> Result<(), Error> {
    if node.is(name) { Ok(()) } else { Err(unexpected(node)) }
}

fn unexpected(node: Node<'_>) -> Error {
    Error::signature(format!("`{}` of the signature is not as SAML allows it", node.label()))
}
