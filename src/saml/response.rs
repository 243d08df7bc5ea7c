//! `samlp:Response` as XML [SAML-Core 3.3.3].

use super::model::Response;
use super::protocol::{own_id, write_status};
use super::sign::{SignedPart, Signer, Unsigned};
use super::xml::{Writer, time};
use super::{Error, assertion};
use crate::xml::name::{SAML, SAMLP};

/// The response as XML, signed as `sign` says.
///
/// A response without an assertion, which tells of a failure, is signed as a whole, since nothing else is there.
///
/// # Errors
/// If a value holds a character that XML cannot carry, an ID is no `NCName`, or the signer fails.
pub fn to_xml(response: &Response, signer: &dyn Signer, sign: SignedPart) -> Result<String, Error> {
    let sign_assertion = matches!(sign, SignedPart::Assertion | SignedPart::Both);
    let sign_response = matches!(sign, SignedPart::Response | SignedPart::Both) || response.assertion.is_none();
    let assertion = match &response.assertion {
        Some(assertion) if sign_assertion => Some(assertion::write(assertion)?.sign(signer)?),
        Some(assertion) => Some(assertion::write(assertion)?.unsigned()),
        None => None,
    };

    let mut writer = Writer::with_capacity(5 * 1024 + assertion.as_ref().map_or(0, |xml| xml.as_str().len()));
    writer.start(
        SAMLP.name("Response"),
        [
            ("Destination", Some(&response.destination)),
            ("ID", Some(own_id(&response.id)?)),
            ("InResponseTo", response.in_response_to.as_deref()),
            ("IssueInstant", Some(&time::write(response.issue_instant))),
            ("Version", Some("2.0")),
        ],
    )?;
    writer.leaf(SAML.name("Issuer"), &response.issuer)?;
    let signature_at = writer.position();
    write_status(&mut writer, &response.status)?;
    if let Some(assertion) = &assertion {
        writer.embed(assertion);
    }
    writer.end();
    let unsigned = Unsigned { xml: writer.finish(), id: response.id.clone(), signature_at };
    let xml = if sign_response { unsigned.sign(signer)? } else { unsigned.unsigned() };
    Ok(xml.into_string())
}
