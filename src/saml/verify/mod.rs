//! Signatures of others: checked on the tree that is then read [`XMLDSig`, SAML-Core 5.4].
//!
//! A signature counts only if it has the one shape that SAML allows: a child of what it signs, one reference to
//! exactly that element, the enveloped-signature transform and exclusive canonicalization, an RSA or ECDSA algorithm
//! with SHA-2, and a key that we already trust. What the message says about its key is not looked at.

mod algorithm;
mod response;
mod shape;

use bergshamra::dsig::verify::verify_all_document_with_source;
use bergshamra::keys::loader::load_x509_cert_der;
use bergshamra::{DsigContext, KeysManager, VerifyResult};

use super::Error;
use crate::xml::name::DS;
use crate::xml::{Node, Tree};

pub(crate) use algorithm::PeerAlgorithm;
pub use response::{
    VerifiedAssertion, VerifiedAuthnStatement, VerifiedConfirmation, VerifiedResponse, signed_response,
};

/// Whether the document element has a signature of its own.
pub(super) fn has_signature(tree: &Tree<'_>) -> bool {
    tree.all(DS.name("Signature"))
        .iter()
        .any(|signature| signature.parent().is_some_and(|parent| parent.parent().is_none()))
}

/// Checks that `root` has exactly one signature, that there is no other, and that it holds.
///
/// # Errors
/// If not so.
pub(super) fn check_root(tree: &Tree<'_>, root: Node<'_>, certificates: &[Vec<u8>]) -> Result<(), Error> {
    let signatures = tree.all(DS.name("Signature"));
    let [signature] = signatures.as_slice() else {
        return Err(match signatures.len() {
            0 => Error::signature("the message is not signed"),
            _ => Error::signature("the message has several signatures, where one is allowed"),
        });
    };
    if signature.parent().map(Node::id) != Some(root.id()) {
        return Err(Error::signature("the signature is not a child of the message"));
    }
    check(tree, &signatures, certificates)
}

/// Checks that each of these signatures, which must be all in the document, signs its parent and holds.
fn check(tree: &Tree<'_>, signatures: &[Node<'_>], certificates: &[Vec<u8>]) -> Result<(), Error> {
    for signature in signatures {
        shape::check(*signature)?;
    }
    let context = DsigContext::new(keys(certificates)?);
    let (document, xml) = tree.document();
    let results = verify_all_document_with_source(&context, document, Some(xml))
        .map_err(|error| Error::signature(format!("the signature cannot be checked: {error}")))?;
    if results.len() != signatures.len() {
        return Err(Error::signature("the message has signatures in unexpected places"));
    }
    for (signature, result) in signatures.iter().zip(results) {
        check_result(*signature, result)?;
    }
    Ok(())
}

/// The library found the signature good; it must also be the one we mean, and cover what we mean.
fn check_result(signature: Node<'_>, result: VerifyResult) -> Result<(), Error> {
    let VerifyResult::Valid { signature_node, references, .. } = result else {
        return Err(Error::signature("the signature does not hold: the message was changed, or signed by another key"));
    };
    let signed = match references.as_slice() {
        [reference] if reference.digest_verified => reference.resolved_node,
        _ => None,
    };
    if signature_node == signature.id() && signed.is_some() && signed == signature.parent().map(Node::id) {
        return Ok(());
    }
    Err(Error::signature("the signature covers another element than the one it stands in"))
}

fn keys(certificates: &[Vec<u8>]) -> Result<KeysManager, Error> {
    if certificates.is_empty() {
        return Err(Error::misuse(
            "no certificate is known for this service provider, so its signature cannot be checked",
        ));
    }
    let mut keys = KeysManager::new();
    for certificate in certificates {
        let key = load_x509_cert_der(certificate)
            .map_err(|error| Error::misuse(format!("a trusted certificate cannot be read: {error}")))?;
        keys.add_key(key);
    }
    Ok(keys)
}
