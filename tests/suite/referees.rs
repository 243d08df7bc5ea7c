//! Software of others judges what we write: xmlsec1, signxml, python3-saml, the OASIS schemas.

use std::path::Path;
use std::process::Command;

use claimsmith::saml::binding::post;
use claimsmith::saml::logout::LogoutResponse;
use claimsmith::saml::metadata::{Binding, Endpoint, IdpMetadata};
use claimsmith::saml::model::{Response, Status, StatusCode};
use claimsmith::saml::{SignedPart, response};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::python::judge;
use crate::support::saml::{self, HOSTILE, certificate_pem, certificates, key, roles};

const PARTS: [SignedPart; 3] = [SignedPart::Assertion, SignedPart::Response, SignedPart::Both];
const RESPONSE_ID: &str = "_00000000000000000000000000000001";
const ASSERTION_ID: &str = "_00000000000000000000000000000002";

/// Values of the role attribute: few, many, hostile.
fn role_sets() -> Vec<Vec<String>> {
    vec![roles(1), roles(25), roles(250), HOSTILE.iter().map(ToString::to_string).collect()]
}

/// A response of this moment: service providers look at the clock.
fn current(role_values: Vec<String>, part: SignedPart) -> String {
    response::to_xml(&saml::response_at(Timestamp::now(), role_values), key(), part).unwrap()
}

/// The text with one byte of the last role value, or of the status, changed.
fn tampered(xml: &str) -> String {
    let changed = xml.replacen("PasswordProtectedTransport", "PasswordProtectedTranspoRt", 1);
    assert_ne!(changed, xml);
    changed
}

fn metadata() -> String {
    let metadata = IdpMetadata {
        id: "_m".to_owned(),
        entity_id: saml::IDP.to_owned(),
        valid_until: Timestamp::now() + SignedDuration::from_hours(24 * 365),
        want_authn_requests_signed: true,
        certificates: [certificates(key()), certificates(saml::other_key())].concat(),
        name_id_formats: vec!["urn:oasis:names:tc:SAML:2.0:nameid-format:persistent".to_owned()],
        single_logout: vec![Endpoint {
            binding: Binding::Redirect,
            location: "https://sts.example.com/adfs/ls/".to_owned(),
        }],
        single_sign_on: [Binding::Redirect, Binding::Post]
            .map(|binding| Endpoint { binding, location: "https://sts.example.com/adfs/ls/".to_owned() })
            .to_vec(),
    };
    metadata.to_signed_xml(key()).unwrap()
}

fn logout_response() -> LogoutResponse {
    LogoutResponse {
        id: "_l".to_owned(),
        in_response_to: Some("_r".to_owned()),
        issue_instant: Timestamp::now(),
        destination: Some("https://sp.example.com/slo".to_owned()),
        issuer: saml::IDP.to_owned(),
        status: Status {
            code: StatusCode::Success,
            sub_code: Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout".to_owned()),
            message: Some("<one> session was left".to_owned()),
        },
    }
}

fn failure(code: StatusCode, sub_code: &str) -> Response {
    Response {
        in_response_to: Some("_r".to_owned()),
        status: Status {
            code,
            sub_code: Some(format!("urn:oasis:names:tc:SAML:2.0:status:{sub_code}")),
            message: Some("not without asking".to_owned()),
        },
        assertion: None,
        ..saml::response(Vec::new())
    }
}

/// Whether xmlsec1 finds the signature good that stands in the element `id`.
fn xmlsec1(folder: &Path, xml: &str, id: &str) -> bool {
    let certificate = folder.join("certificate.pem");
    let document = folder.join("document.xml");
    std::fs::write(&certificate, certificate_pem(key())).unwrap();
    std::fs::write(&document, xml).unwrap();
    let mut command = Command::new("xmlsec1");
    command.args(["--verify", "--enabled-key-data", "rsa"]).arg("--pubkey-cert-pem").arg(&certificate);
    for element in ["protocol:Response", "protocol:LogoutResponse", "assertion:Assertion", "metadata:EntityDescriptor"]
    {
        command.arg("--id-attr:ID").arg(format!("urn:oasis:names:tc:SAML:2.0:{element}"));
    }
    command.arg("--node-xpath").arg(format!("//*[@ID='{id}']/*[local-name()='Signature']")).arg(&document);
    command.output().expect("xmlsec1 is missing: apt-get install xmlsec1").status.success()
}

fn signed_ids(part: SignedPart) -> &'static [&'static str] {
    match part {
        SignedPart::Assertion => &[ASSERTION_ID],
        SignedPart::Response => &[RESPONSE_ID],
        SignedPart::Both => &[RESPONSE_ID, ASSERTION_ID],
    }
}

#[test]
fn xmlsec1_verifies_our_signatures_and_notices_a_changed_byte() {
    let folder = tempfile::tempdir().unwrap();
    for part in PARTS {
        for role_values in role_sets() {
            let xml = current(role_values, part);
            for id in signed_ids(part) {
                assert!(xmlsec1(folder.path(), &xml, id), "{part:?} {id}");
                assert!(!xmlsec1(folder.path(), &tampered(&xml), id), "{part:?} {id}");
            }
        }
    }
    for (xml, id) in [(metadata(), "_m"), (logout_response().to_xml(Some(key())).unwrap(), "_l")] {
        assert!(xmlsec1(folder.path(), &xml, id), "{id}");
        assert!(!xmlsec1(folder.path(), &xml.replacen("sts.example.com", "sts.example.net", 1), id), "{id}");
    }
}

#[test]
fn signxml_verifies_our_signatures_and_notices_a_changed_byte() {
    let mut documents = vec![
        json!({ "xml": metadata(), "id": "_m" }),
        json!({ "xml": logout_response().to_xml(Some(key())).unwrap(), "id": "_l" }),
    ];
    let mut expected = vec![json!("_m"), json!("_l")];
    for part in PARTS {
        for role_values in role_sets() {
            let xml = current(role_values, part);
            for id in signed_ids(part) {
                documents.push(json!({ "xml": xml, "id": id }));
                expected.push(json!(id));
                documents.push(json!({ "xml": tampered(&xml), "id": id }));
                expected.push(Value::Null);
            }
        }
    }
    let asked = json!({ "certificate": certificate_pem(key()), "documents": documents });
    assert_eq!(judge(include_str!("referees/signxml.py"), &asked), Value::Array(expected));
}

#[test]
fn python3_saml_accepts_our_responses_with_all_their_values() {
    let mut responses = Vec::new();
    let mut expected = Vec::new();
    for part in PARTS {
        for role_values in role_sets() {
            let xml = current(role_values.clone(), part);
            let field = |xml: &str| json!({ "field": post::encode(xml), "want": format!("{part:?}") });
            responses.push(field(&xml));
            expected.push(Some(role_values));
            responses.push(field(&tampered(&xml)));
            expected.push(None);
        }
    }
    let mut solicited = saml::response_at(Timestamp::now(), roles(1));
    solicited.in_response_to = Some("_r".to_owned());
    solicited.assertion.as_mut().unwrap().subject.in_response_to = Some("_r".to_owned());
    let solicited = post::encode(&response::to_xml(&solicited, key(), SignedPart::Assertion).unwrap());
    for (request, values) in [("_r", Some(roles(1))), ("_other", None)] {
        responses.push(json!({ "field": solicited, "want": "Assertion", "request": request }));
        expected.push(values);
    }
    let asked = json!({
        "certificate": certificate_pem(key()), "idp": saml::IDP, "sp": saml::SP, "acs": saml::ACS, "responses": responses,
    });
    let answers = judge(include_str!("referees/service_provider.py"), &asked);
    let answers = answers.as_array().unwrap();
    assert_eq!(answers.len(), expected.len());
    for (answer, expected) in answers.iter().zip(expected) {
        let Some(values) = expected else {
            assert_ne!(answer["errors"], Value::Null, "{answer}");
            continue;
        };
        assert_eq!(answer["errors"], Value::Null);
        assert_eq!(answer["name_id"], "CORP\\alice");
        assert_eq!(answer["format"], "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent");
        assert_eq!(answer["assertion_id"], ASSERTION_ID);
        assert_eq!(answer["session_index"], "_00000000000000000000000000000003");
        // python3-saml strips white space around values itself.
        let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
        assert_eq!(answer["attributes"], json!({ saml::SESSION_NAME: ["alice@corp.example.com"], saml::ROLE: values }));
    }
}

#[test]
fn every_message_is_valid_by_the_oasis_schemas() {
    let mut documents =
        vec![metadata(), logout_response().to_xml(None).unwrap(), logout_response().to_xml(Some(key())).unwrap()];
    for part in PARTS {
        documents.extend(role_sets().into_iter().map(|role_values| current(role_values, part)));
    }
    let mut bare = saml::response(Vec::new());
    bare.in_response_to = Some("_r".to_owned());
    let assertion = bare.assertion.as_mut().unwrap();
    assertion.attributes.clear();
    assertion.subject.name_id = None;
    assertion.subject.in_response_to = Some("_r".to_owned());
    documents.push(response::to_xml(&bare, key(), SignedPart::Both).unwrap());
    for (code, sub_code) in [
        (StatusCode::Responder, "NoPassive"),
        (StatusCode::Responder, "RequestDenied"),
        (StatusCode::Requester, "InvalidNameIDPolicy"),
    ] {
        documents.push(response::to_xml(&failure(code, sub_code), key(), SignedPart::Assertion).unwrap());
    }
    let count = documents.len();
    // The schemas themselves must be looked at: an element in the wrong place is refused.
    documents.push(metadata().replace("md:NameIDFormat", "md:AttributeProfile"));
    documents.push(logout_response().to_xml(None).unwrap().replace(" Version=\"2.0\"", ""));
    let complaints = judge(include_str!("referees/schemas.py"), &json!(documents));
    let complaints = complaints.as_array().unwrap();
    for (complaint, document) in complaints.iter().zip(&documents).take(count) {
        assert_eq!(*complaint, Value::Null, "{document}");
    }
    assert!(complaints[count].is_string() && complaints[count + 1].is_string());
}
