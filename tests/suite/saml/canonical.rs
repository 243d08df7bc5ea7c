//! Every message that is written equals its own exclusive canonical form, whatever stands in it.

use bergshamra_c14n::{C14nMode, canonicalize};
use claimsmith::saml::logout::LogoutResponse;
use claimsmith::saml::metadata::{Binding, Endpoint, IdpMetadata};
use claimsmith::saml::model::{Attribute, NameId, Response, Status, StatusCode};
use claimsmith::saml::{Error, SignedPart, Signer, response, verify};
use proptest::prelude::*;

use crate::support::saml::{HOSTILE, NOW, certificates, key, roles, time};

fn exclusive(xml: &str) -> String {
    String::from_utf8(canonicalize(xml, C14nMode::Exclusive, None, &[] as &[&str]).unwrap()).unwrap()
}

/// Text of pieces that mean something to XML, some of which it cannot carry.
fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        4 => prop::sample::select(vec![
            "<", ">", "&", "\"", "'", "]]>", "<!--", "-->", "&lt;", "</saml:NameID>", "\r", "\n", "\t", "\r\n", " ", "é", "世",
            "🦀", "\u{85}", "\u{FFFD}", "\u{F000}", "\u{FEFF}", "xmlns:a=\"b\"",
        ]).prop_map(str::to_owned),
        4 => "[a-zA-Z0-9@._-]{0,12}",
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(vec!["\0", "\u{1}", "\u{B}", "\u{1F}", "\u{FFFE}", "\u{FFFF}"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
}

/// `Char` of XML 1.0, said once more in other words.
fn carries(text: &str) -> bool {
    text.chars().all(|c| (c >= ' ' || matches!(c, '\t' | '\n' | '\r')) && c != '\u{FFFE}' && c != '\u{FFFF}')
}

fn filled(values: &[String; 8], many: Vec<String>) -> Response {
    let [issuer, name, format, audience, recipient, attribute, session, status] = values.clone();
    let mut response = crate::support::saml::response(Vec::new());
    response.destination.clone_from(&recipient);
    response.issuer.clone_from(&issuer);
    response.status.message = Some(status);
    let assertion = response.assertion.as_mut().unwrap();
    assertion.issuer = issuer;
    assertion.subject.name_id = Some(NameId { value: name, format: Some(format), ..NameId::default() });
    assertion.subject.recipient = recipient;
    assertion.conditions.audience = audience;
    assertion.authn_statement.session_index = session;
    assertion.attributes = vec![Attribute { name: attribute, name_format: None, values: many }];
    response
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn responses_are_canonical(
        values in prop::array::uniform8(hostile_text()),
        many in prop::collection::vec(hostile_text(), 0..4),
        part in prop::sample::select(vec![SignedPart::Assertion, SignedPart::Response, SignedPart::Both]),
    ) {
        // An attribute without values is not written, and so does not matter.
        let written = values.iter().enumerate().filter(|(at, _)| *at != 5 || !many.is_empty()).map(|(_, value)| value);
        let possible = written.chain(&many).all(|text| carries(text));
        match response::to_xml(&filled(&values, many.clone()), key(), part) {
            Ok(xml) => {
                prop_assert!(possible);
                prop_assert_eq!(&exclusive(&xml), &xml);
            }
            Err(error) => {
                prop_assert!(!possible, "{}", error);
                prop_assert!(matches!(error, Error::Misuse(_)), "{}", error);
            }
        }
    }

    #[test]
    fn logout_responses_are_canonical(issuer in hostile_text(), url in hostile_text(), message in hostile_text(), signed: bool) {
        let possible = [&issuer, &url, &message].into_iter().all(|text| carries(text));
        let response = LogoutResponse {
            id: "_1".to_owned(),
            in_response_to: Some("_2".to_owned()),
            issue_instant: time(NOW),
            destination: Some(url),
            issuer,
            status: Status { code: StatusCode::Responder, sub_code: Some("urn:x".to_owned()), message: Some(message) },
        };
        let written = response.to_xml(signed.then_some(key() as &dyn Signer));
        prop_assert_eq!(written.is_ok(), possible);
        if let Ok(xml) = written {
            prop_assert_eq!(&exclusive(&xml), &xml);
        }
    }

    #[test]
    fn metadata_is_canonical(entity_id in hostile_text(), url in hostile_text(), format in hostile_text()) {
        let possible = [&entity_id, &url, &format].into_iter().all(|text| carries(text));
        let metadata = IdpMetadata {
            id: "_1".to_owned(),
            entity_id,
            valid_until: time(NOW),
            want_authn_requests_signed: false,
            certificates: certificates(key()),
            name_id_formats: vec![format],
            single_logout: vec![Endpoint { binding: Binding::Redirect, location: url.clone() }],
            single_sign_on: vec![Endpoint { binding: Binding::Post, location: url }],
        };
        let written = metadata.to_signed_xml(key());
        prop_assert_eq!(written.is_ok(), possible);
        if let Ok(xml) = written {
            prop_assert_eq!(&exclusive(&xml), &xml);
        }
    }
}

#[test]
fn hostile_values_come_back_unchanged() {
    let values: Vec<String> = HOSTILE.iter().map(ToString::to_string).collect();
    for part in [SignedPart::Assertion, SignedPart::Response, SignedPart::Both] {
        let xml = response::to_xml(&crate::support::saml::response(values.clone()), key(), part).unwrap();
        let read = verify::signed_response(&xml, &certificates(key())).unwrap();
        assert_eq!(read.assertion.attributes.len(), 2);
        assert_eq!(read.assertion.attributes[1].values, values);
        assert_eq!(read.response_is_signed, part != SignedPart::Assertion);
    }
}

#[test]
fn a_value_that_xml_cannot_carry_is_named() {
    let mut response = crate::support::saml::response(roles(1));
    response.assertion.as_mut().unwrap().attributes[0].values.push("a\0b".to_owned());
    let error = response::to_xml(&response, key(), SignedPart::Assertion).unwrap_err();
    assert_eq!(
        error.to_string(),
        "value 2 of attribute `https://aws.amazon.com/SAML/Attributes/RoleSessionName`: `saml:AttributeValue` holds the \
         character U+0000, which XML cannot carry; remove it at its source"
    );
}

#[test]
fn in_response_to_stands_where_there_was_a_request_and_nowhere_else() {
    let mut response = crate::support::saml::response(roles(1));
    let unsolicited = response::to_xml(&response, key(), SignedPart::Assertion).unwrap();
    assert!(!unsolicited.contains("InResponseTo"));
    response.in_response_to = Some("_r".to_owned());
    response.assertion.as_mut().unwrap().subject.in_response_to = Some("_r".to_owned());
    let solicited = response::to_xml(&response, key(), SignedPart::Assertion).unwrap();
    assert_eq!(solicited.matches("InResponseTo=\"_r\"").count(), 2);
}

#[test]
fn a_statement_without_attributes_is_not_written() {
    let mut response = crate::support::saml::response(Vec::new());
    response.assertion.as_mut().unwrap().attributes.truncate(0);
    let xml = response::to_xml(&response, key(), SignedPart::Assertion).unwrap();
    assert!(!xml.contains("AttributeStatement"));
    verify::signed_response(&xml, &certificates(key())).unwrap();
}

#[test]
fn all_elements_of_the_assertion_have_one_prefix() {
    let xml = response::to_xml(&crate::support::saml::response(roles(2)), key(), SignedPart::Assertion).unwrap();
    for element in ["Assertion", "AttributeStatement", "Attribute", "AttributeValue"] {
        assert!(xml.contains(&format!("<saml:{element}")), "{element}");
    }
}

#[test]
fn an_identifier_that_is_none_is_refused() {
    let mut response = crate::support::saml::response(roles(1));
    response.id = "1".to_owned();
    assert!(matches!(response::to_xml(&response, key(), SignedPart::Assertion), Err(Error::Misuse(_))));
}
