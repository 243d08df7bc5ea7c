//! samael accepts what we sign, with all its values, and refuses it once a byte is changed.

#[expect(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "shared with the project's own tests, which need more of it"
)]
#[path = "../../support/saml.rs"]
mod saml;

use claimsmith::saml::metadata::{Binding, Endpoint, IdpMetadata};
use claimsmith::saml::{SignedPart, response};
use claimsmith_referee::service_provider;
use jiff::{SignedDuration, Timestamp};

const PARTS: [SignedPart; 3] = [SignedPart::Assertion, SignedPart::Response, SignedPart::Both];

fn metadata() -> String {
    let endpoint = |binding| Endpoint { binding, location: "https://sts.example.com/adfs/ls/".to_owned() };
    let metadata = IdpMetadata {
        id: "_m".to_owned(),
        entity_id: saml::IDP.to_owned(),
        valid_until: Timestamp::now() + SignedDuration::from_hours(24),
        want_authn_requests_signed: false,
        certificates: [saml::certificates(saml::other_key()), saml::certificates(saml::key())].concat(),
        name_id_formats: vec!["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned()],
        single_logout: vec![endpoint(Binding::Redirect)],
        single_sign_on: vec![endpoint(Binding::Redirect), endpoint(Binding::Post)],
    };
    metadata.to_signed_xml(saml::key()).unwrap()
}

/// The values of the role attribute as samael reads them, or why it refuses.
fn judge(xml: &str) -> Result<Vec<String>, String> {
    let assertion = service_provider(saml::SP, saml::ACS, &metadata())?
        .parse_xml_response(xml, None)
        .map_err(|error| error.to_string())?;
    let statements = assertion.attribute_statements.ok_or("no attribute statement")?;
    let attributes: Vec<_> = statements.into_iter().flat_map(|statement| statement.attributes).collect();
    assert_eq!(attributes.len(), 2);
    let roles = attributes.into_iter().find(|attribute| attribute.name.as_deref() == Some(saml::ROLE));
    Ok(roles.ok_or("no roles")?.values.into_iter().map(|value| value.value.unwrap_or_default()).collect())
}

#[test]
fn samael_accepts_our_responses_and_notices_a_changed_byte() {
    let hostile = saml::HOSTILE.iter().map(ToString::to_string).collect();
    for values in [saml::roles(1), saml::roles(25), saml::roles(250), hostile] {
        for part in PARTS {
            let model = saml::response_at(Timestamp::now(), values.clone());
            let xml = response::to_xml(&model, saml::key(), part).unwrap();
            assert_eq!(judge(&xml).unwrap(), values, "{part:?}");
            let changed = xml.replacen("PasswordProtectedTransport", "PasswordProtectedTranspoRt", 1);
            assert_ne!(changed, xml);
            judge(&changed).unwrap_err();
        }
    }
}

#[test]
fn samael_refuses_what_is_for_others() {
    let mut model = saml::response_at(Timestamp::now(), saml::roles(1));
    model.assertion.as_mut().unwrap().conditions.audience = "urn:other".to_owned();
    judge(&response::to_xml(&model, saml::key(), SignedPart::Assertion).unwrap()).unwrap_err();
    let mut model = saml::response_at(Timestamp::now(), saml::roles(1));
    model.assertion.as_mut().unwrap().subject.recipient = "https://other.example.com/".to_owned();
    judge(&response::to_xml(&model, saml::key(), SignedPart::Assertion).unwrap()).unwrap_err();
}
