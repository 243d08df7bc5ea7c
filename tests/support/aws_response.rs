//! Responses for AWS: a genuine one, and what a test makes of it.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use claimsmith::saml::key::SigningKey;
use claimsmith::saml::model::{
    Assertion, Attribute, AuthnStatement, Conditions, NameId, Response, Status, StatusCode, Subject,
};
use claimsmith::saml::{SignedPart, Signer, response};
use jiff::{SignedDuration, Timestamp};

/// Where the response goes.
pub const ACS: &str = "https://localhost:8443/aws/saml";
/// Who makes it.
pub const ISSUER: &str = "http://localhost/adfs/services/trust";
/// The key of the identity provider.
pub static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::self_signed("identity provider", at(-3600), at(3600)).unwrap());

/// So many seconds after the response was issued.
pub fn at(seconds: i64) -> Timestamp {
    "2026-11-21T10:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

/// An attribute that AWS reads.
pub fn attribute(name: &str, values: &[&str]) -> Attribute {
    Attribute {
        name: format!("https://aws.amazon.com/SAML/Attributes/{name}"),
        name_format: None,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

/// The value of `Role` for a role.
pub fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:saml-provider/ADFS,arn:aws:iam::{account}:role/{name}")
}

/// A response that AWS takes: two roles of one account.
pub fn genuine() -> Response {
    Response {
        id: "_0123456789abcdef0123456789abcde0".to_owned(),
        in_response_to: None,
        issue_instant: at(0),
        destination: ACS.to_owned(),
        issuer: ISSUER.to_owned(),
        status: Status { code: StatusCode::Success, sub_code: None, message: None },
        assertion: Some(Assertion {
            id: "_0123456789abcdef0123456789abcde1".to_owned(),
            issue_instant: at(0),
            issuer: ISSUER.to_owned(),
            subject: Subject {
                name_id: Some(NameId { value: r"CORP\alice".to_owned(), ..NameId::default() }),
                recipient: ACS.to_owned(),
                not_on_or_after: at(300),
                in_response_to: None,
            },
            conditions: Conditions {
                not_before: at(0),
                not_on_or_after: at(3600),
                audience: "urn:amazon:webservices".to_owned(),
            },
            authn_statement: AuthnStatement {
                authn_instant: at(-60),
                session_index: "_s".to_owned(),
                session_not_on_or_after: at(36_000),
                context_class: "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport".to_owned(),
            },
            attributes: vec![
                attribute("RoleSessionName", &["alice@corp.example.com"]),
                attribute("Role", &[&role("123456789012", "ReadOnly"), &role("123456789012", "Admin")]),
                attribute("SessionDuration", &["28800"]),
            ],
        }),
    }
}

/// The response as XML, its assertion signed by the identity provider.
pub fn signed(response: &Response) -> String {
    response::to_xml(response, &*KEY, SignedPart::Assertion).unwrap()
}

/// The response with a change in its assertion that the model cannot say, signed after the change.
///
/// The change must leave the assertion in canonical form.
pub fn signed_after(response: &Response, old: &str, new: &str) -> String {
    let xml = signed(response);
    let (before, rest) = xml.split_once("<saml:Assertion ").unwrap();
    let (head, rest) = rest.split_once("<ds:Signature ").unwrap();
    let (signature, tail) = rest.split_once("</ds:Signature>").unwrap();
    let (tail, after) = tail.split_once("</saml:Assertion>").unwrap();
    let changed = format!("{head}{tail}").replacen(old, new, 1);
    assert_ne!(changed, format!("{head}{tail}"), "nothing to change: {old}");
    let digest_value = BASE64.encode(digest(&SHA256, format!("<saml:Assertion {changed}</saml:Assertion>").as_bytes()));
    let signature = replaced(signature, "ds:DigestValue", &digest_value);
    let info = signature.split_once("<ds:SignedInfo>").unwrap().1.split_once("</ds:SignedInfo>").unwrap().0;
    let info = format!("<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}</ds:SignedInfo>");
    let value = BASE64.encode(KEY.sign(info.as_bytes()).unwrap());
    let signature = replaced(&signature, "ds:SignatureValue", &value);
    let (issuer, rest) = changed.split_at(changed.find("</saml:Issuer>").unwrap() + "</saml:Issuer>".len());
    format!("{before}<saml:Assertion {issuer}<ds:Signature {signature}</ds:Signature>{rest}</saml:Assertion>{after}")
}

fn replaced(xml: &str, element: &str, text: &str) -> String {
    let (before, rest) = xml.split_once(&format!("<{element}>")).unwrap();
    let (_, after) = rest.split_once(&format!("</{element}>")).unwrap();
    format!("{before}<{element}>{text}</{element}>{after}")
}
