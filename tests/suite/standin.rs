//! The stand-in takes what AWS takes, and refuses the rest in AWS's words.

use claimsmith::aws::errors::{self, ConsoleError};
use claimsmith::saml::binding::post;
use claimsmith::saml::key::SigningKey;
use claimsmith::saml::model::{Assertion, Response, StatusCode};
use claimsmith::saml::{SignedPart, Signer as _, response};
use claimsmith::standin::{Accepted, AwsError, Settings, SignIn};
use jiff::Timestamp;

use crate::support::aws_response::{ACS, ISSUER, KEY, at, attribute, genuine, role, signed, signed_after};

pub fn sign_in() -> SignIn {
    SignIn::new(Settings {
        issuer: ISSUER.to_owned(),
        certificates: vec![KEY.certificate_der().to_vec()],
        audience: "urn:amazon:webservices".to_owned(),
        acs_url: ACS.to_owned(),
        account_aliases: [("123456789012".to_owned(), "corp-production".to_owned())].into(),
    })
}

fn accept(xml: &str, now: Timestamp) -> Result<Accepted, AwsError> {
    sign_in().accept(&post::encode(xml), Some(""), now)
}

/// The genuine response with a change in its assertion.
fn with(change: impl FnOnce(&mut Assertion)) -> Response {
    let mut response = genuine();
    change(response.assertion.as_mut().unwrap());
    response
}

/// The genuine response with other values of one attribute; without it if there are none.
fn with_attribute(name: &str, values: &[&str]) -> Response {
    with(|assertion| {
        let changed = attribute(name, values);
        assertion.attributes.retain(|attribute| attribute.name != changed.name);
        assertion.attributes.push(changed);
    })
}

#[track_caller]
fn taken(response: &Response) -> Accepted {
    accept(&signed(response), at(10)).unwrap()
}

#[track_caller]
fn refused_xml(xml: &str, error: &ConsoleError, found: &str) {
    let refusal = accept(xml, at(10)).unwrap_err();
    assert_eq!(refusal.text, error.text, "{refusal:?}");
    assert!(refusal.explanation.contains(found), "{found}: {refusal:?}");
    assert!(!refusal.help.is_empty());
}

#[track_caller]
fn refused(response: &Response, error: &ConsoleError, found: &str) {
    refused_xml(&signed(response), error, found);
}

#[test]
fn a_genuine_response_is_taken_whatever_of_it_is_signed() {
    for part in [SignedPart::Assertion, SignedPart::Response, SignedPart::Both] {
        let accepted = accept(&response::to_xml(&genuine(), &*KEY, part).unwrap(), at(10)).unwrap();
        let roles: Vec<String> = accepted.roles.iter().map(ToString::to_string).collect();
        assert_eq!(roles, ["123456789012/ReadOnly", "123456789012/Admin"]);
        assert_eq!(accepted.session_name, "alice@corp.example.com");
        assert_eq!(accepted.name_id.value, r"CORP\alice");
        assert_eq!((accepted.session_seconds, accepted.relay_state), (28_800, None));
    }
}

#[test]
fn the_same_response_is_taken_twice_while_it_is_fresh() {
    let (xml, sign_in) = (signed(&genuine()), sign_in());
    for seconds in [0, 10, 299] {
        assert!(sign_in.accept(&post::encode(&xml), None, at(seconds)).is_ok());
    }
}

#[test]
fn a_response_is_taken_only_in_its_time() {
    for (seconds, response) in [
        (-1, genuine()),
        (300, genuine()),
        (301, with(|assertion| assertion.subject.not_on_or_after = at(3600))),
        (20, with(|assertion| assertion.conditions.not_on_or_after = at(20))),
        (20, with(|assertion| assertion.conditions.not_before = at(21))),
        (20, with(|assertion| assertion.authn_statement.session_not_on_or_after = at(20))),
    ] {
        let refusal = accept(&signed(&response), at(seconds)).unwrap_err();
        assert_eq!(refusal.text, errors::EXPIRED.text, "at {seconds}: {refusal:?}");
    }
}

#[test]
fn every_changed_byte_of_the_assertion_is_refused() {
    let xml = signed(&genuine());
    let start = xml.find("<saml:Assertion ").unwrap();
    let signature = xml.find("<ds:KeyInfo>").unwrap()..xml.find("</ds:KeyInfo>").unwrap();
    for at_byte in (start..xml.len()).filter(|at_byte| !signature.contains(at_byte)).step_by(7) {
        let mut bytes = xml.clone().into_bytes();
        bytes[at_byte] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        assert!(accept(&changed, at(10)).is_err(), "byte {at_byte}: {changed}");
    }
}

#[test]
fn a_response_of_another_key_is_refused() {
    let thief = SigningKey::self_signed("identity provider", at(-3600), at(3600)).unwrap();
    let xml = response::to_xml(&genuine(), &thief, SignedPart::Assertion).unwrap();
    refused_xml(&xml, &errors::BAD_SIGNATURE, "");
}

#[test]
fn an_unsigned_response_is_refused() {
    let xml = signed(&genuine());
    let (before, rest) = xml.split_once("<ds:Signature ").unwrap();
    let (_, after) = rest.split_once("</ds:Signature>").unwrap();
    refused_xml(&format!("{before}{after}"), &errors::BAD_SIGNATURE, "signed");
}

#[test]
fn a_second_assertion_is_refused_wherever_it_stands() {
    let xml = signed(&genuine());
    let assertion = &xml[xml.find("<saml:Assertion ").unwrap()..xml.find("</samlp:Response>").unwrap()];
    let forged = assertion.replace("abcde1", "abcde2").replace("ReadOnly", "Root");
    for wrapped in [
        xml.replace(assertion, &format!("{assertion}{forged}")),
        xml.replace(assertion, &format!("{forged}{assertion}")),
        xml.replace("<samlp:Status>", &format!("<samlp:Extensions>{assertion}</samlp:Extensions><samlp:Status>"))
            .replace(&format!("</samlp:Status>{assertion}"), &format!("</samlp:Status>{forged}")),
    ] {
        assert_ne!(wrapped, xml);
        assert!(accept(&wrapped, at(10)).is_err(), "{wrapped}");
    }
}

#[test]
fn what_is_no_response_is_refused() {
    for xml in ["", "x", "<a/>", "<?xml version=\"1.0\"?><!DOCTYPE a><a/>"] {
        assert_eq!(accept(xml, at(10)).unwrap_err().text, errors::INVALID_RESPONSE.text, "{xml}");
    }
    for field in ["", "abc", "abcd", "<<<<", &"A".repeat(100_001)] {
        let refusal = sign_in().accept(field, None, at(10)).unwrap_err();
        assert_eq!(refusal.text, errors::INVALID_RESPONSE.text);
    }
}

#[test]
fn a_failure_and_a_foreign_origin_are_refused() {
    let mut failed = genuine();
    failed.status.code = StatusCode::Responder;
    refused(&failed, &errors::REJECTED_CLAIM, "Success");
    let issuer = "http://evil.example/adfs/services/trust";
    refused(&with(|assertion| assertion.issuer = issuer.to_owned()), &errors::WRONG_ISSUER, issuer);
    refused(&Response { issuer: issuer.to_owned(), ..genuine() }, &errors::WRONG_ISSUER, issuer);
}

#[test]
fn a_response_for_another_place_is_refused() {
    for elsewhere in
        ["https://localhost:8443/aws/SAML", "https://localhost:8443/aws/saml/", "https://signin.aws.amazon.com/saml"]
    {
        let recipient = with(|assertion| assertion.subject.recipient = elsewhere.to_owned());
        refused(&recipient, &errors::WRONG_AUDIENCE, elsewhere);
        let destination = Response { destination: elsewhere.to_owned(), ..genuine() };
        refused(&destination, &errors::INVALID_RESPONSE, elsewhere);
    }
    for audience in ["urn:amazon:webservices:govcloud", "URN:amazon:webservices", "https://sp.example"] {
        let response = with(|assertion| assertion.conditions.audience = audience.to_owned());
        refused(&response, &errors::WRONG_AUDIENCE, audience);
    }
}

#[test]
fn the_subject_is_confirmed_exactly_once_by_a_bearer() {
    let response = genuine();
    let xml = signed(&response);
    let confirmation = &xml[xml.find("<saml:SubjectConfirmation ").unwrap()..xml.find("</saml:Subject>").unwrap()];
    let twice = confirmation.repeat(2);
    let recipient = format!(" Recipient=\"{ACS}\"");
    for (old, new, found) in [
        (confirmation, "", "0 SubjectConfirmation"),
        (confirmation, &*twice, "2 SubjectConfirmation"),
        ("cm:bearer", "cm:sender-vouches", "sender-vouches"),
        (&*recipient, "", "no Recipient"),
        (" NotOnOrAfter=\"2026-11-21T10:05:00.000Z\" Recipient", " Recipient", "no NotOnOrAfter"),
        (
            "<saml:SubjectConfirmationData ",
            "<saml:SubjectConfirmationData NotBefore=\"2026-11-21T10:00:00.000Z\" ",
            "has a NotBefore",
        ),
    ] {
        refused_xml(&signed_after(&response, old, new), &errors::INVALID_RESPONSE, found);
    }
    let same = signed_after(&response, "SessionIndex=\"_s\"", "SessionIndex=\"_t\"");
    assert!(accept(&same, at(10)).is_ok(), "a change that does not matter is taken, so the changes above were signed");
}

#[test]
fn every_audience_restriction_must_name_aws() {
    let response = genuine();
    let restriction =
        "<saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction>";
    let other =
        "<saml:AudienceRestriction><saml:Audience>https://sp.example</saml:Audience></saml:AudienceRestriction>";
    let both = format!("{restriction}{other}");
    refused_xml(&signed_after(&response, restriction, ""), &errors::WRONG_AUDIENCE, "no audience");
    refused_xml(&signed_after(&response, restriction, &both), &errors::WRONG_AUDIENCE, "sp.example");
    let one_of_two = "<saml:Audience>https://sp.example</saml:Audience><saml:Audience>urn:amazon:webservices";
    assert!(accept(&signed_after(&response, "<saml:Audience>urn:amazon:webservices", one_of_two), at(10)).is_ok());
}

#[test]
fn the_subject_needs_a_name() {
    refused(&with(|assertion| assertion.subject.name_id = None), &errors::NOT_AUTHORIZED, "NameID");
}

#[test]
fn attributes_are_refused_in_the_words_of_aws() {
    let reserved = role("123456789012", "AWSReservedSSO_Admin_0");
    for (name, value, error) in [
        ("Role", "aws-123456789012-readonly", &errors::INVALID_RESPONSE),
        ("Role", &*role("12345678901", "ReadOnly"), &errors::INVALID_RESPONSE),
        ("Role", &*reserved, &errors::NOT_AUTHORIZED),
        ("RoleSessionName", "Alice Example", &errors::BAD_SESSION_NAME),
        ("SessionDuration", "899", &errors::INVALID_RESPONSE),
        ("SourceIdentity", "aws:alice", &errors::BAD_SOURCE_IDENTITY),
        ("PrincipalTag:Team", "a,b", &errors::INVALID_RESPONSE),
        ("TransitiveTagKeys", "Team", &errors::INVALID_RESPONSE),
    ] {
        refused(&with_attribute(name, &[value]), error, value);
    }
    refused(&with_attribute("Role", &[]), &errors::INVALID_RESPONSE, "no role");
    refused(&with_attribute("RoleSessionName", &[]), &errors::NO_SESSION_NAME, "no RoleSessionName");
    refused(&with_attribute("RoleSessionName", &["alice", "alice"]), &errors::INVALID_RESPONSE, "one value");
    let repeated = with(|assertion| assertion.attributes.push(attribute("SessionDuration", &["28800"])));
    refused(&repeated, &errors::INVALID_RESPONSE, "must stand once");
}

#[test]
fn a_misspelled_attribute_is_passed_over_but_told_where_it_is_missed() {
    taken(&with_attribute("sessionduration", &["3600"]));
    let misspelled =
        with(|assertion| assertion.attributes[1].name = "https://aws.amazon.com/SAML/Attributes/role".to_owned());
    refused(&misspelled, &errors::INVALID_RESPONSE, "write `https://aws.amazon.com/SAML/Attributes/Role`");
}

#[test]
fn tags_and_source_identity_reach_the_session() {
    let accepted = taken(&with(|assertion| {
        assertion.attributes.extend([
            attribute("SourceIdentity", &["alice"]),
            attribute("PrincipalTag:Team", &["Platform Ⅷ"]),
            attribute("TransitiveTagKeys", &["Team"]),
        ]);
    }));
    assert_eq!(accepted.source_identity.as_deref(), Some("alice"));
    assert_eq!(accepted.tags, [("Team".to_owned(), "Platform Ⅷ".to_owned())]);
    assert_eq!(accepted.transitive_tag_keys, ["Team"]);
}

#[test]
fn the_session_ends_no_later_than_the_sign_in() {
    assert_eq!(taken(&with_attribute("SessionDuration", &[])).session_seconds, 3_600);
    let short = with(|assertion| assertion.authn_statement.session_not_on_or_after = at(1_010));
    assert_eq!(taken(&short).session_seconds, 1_000);
}

#[test]
fn a_response_of_many_roles_is_taken_up_to_the_size_that_aws_takes() {
    let roles = |count: usize| {
        let values: Vec<String> = (0..count).map(|number| role("123456789012", &format!("Role{number:04}"))).collect();
        with_attribute("Role", &values.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(taken(&roles(400)).roles.len(), 400);
    refused(&roles(700), &errors::INVALID_RESPONSE, "AWS takes at most 100000");
}
