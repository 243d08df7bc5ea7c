//! A response is its own exclusive canonical form, whatever stands in it, and whoever reads it reads what was written.
//!
//! A value in each line: issuer, name, attribute, and the attribute's values.
#![cfg_attr(fuzzing, no_main)]

use bergshamra_c14n::{C14nMode, canonicalize};
use claimsmith::harness::parity::Token;
use claimsmith::lang::Source;
use claimsmith::saml::model::{
    Assertion, Attribute, AuthnStatement, Conditions, NameId, Response, Status, StatusCode, Subject,
};
use claimsmith::saml::{Error, SignatureAlgorithm, SignedPart, Signer, response};
use jiff::Timestamp;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (issuer, name, attribute) = (line(), line(), line());
    let values: Vec<String> = lines.map(str::to_owned).collect();
    let said = Attribute { name: attribute, name_format: None, values };
    let written = response::to_xml(&filled(&issuer, &name, said.clone()), &Nobody, SignedPart::Both);
    let Ok(xml) = written else {
        let carried = |c: char| matches!(c, '\t' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
        return assert!(!text.replace('\n', "").chars().all(carried), "{written:?}");
    };
    let canonical = canonicalize(&xml, C14nMode::Exclusive, None, &[] as &[&str]).expect("it is XML");
    assert_eq!(String::from_utf8(canonical).as_deref(), Ok(xml.as_str()));
    // What a reader refuses is a name of nothing.
    let Ok(token) = Token::read(&Source::new("response", &xml)) else {
        return assert!(said.name.is_empty() || xml.len() > 256 * 1024);
    };
    let blank = [' ', '\t', '\r', '\n'];
    assert_eq!(token.issuer, issuer.trim_matches(blank));
    assert_eq!(token.name_id.map(|name| name.value).as_deref(), Some(name.trim_matches(blank)));
    let read: Vec<&String> = token.attributes.iter().flat_map(|attribute| &attribute.values).collect();
    assert_eq!(read, said.values.iter().collect::<Vec<_>>());
}

fn filled(issuer: &str, name: &str, attribute: Attribute) -> Response {
    let now = Timestamp::UNIX_EPOCH;
    Response {
        id: "_1".to_owned(),
        in_response_to: None,
        issue_instant: now,
        destination: "https://sp.example/acs".to_owned(),
        issuer: issuer.to_owned(),
        status: Status { code: StatusCode::Success, sub_code: None, message: None },
        assertion: Some(Assertion {
            id: "_2".to_owned(),
            issue_instant: now,
            issuer: issuer.to_owned(),
            subject: Subject {
                name_id: Some(NameId { value: name.to_owned(), ..NameId::default() }),
                recipient: "https://sp.example/acs".to_owned(),
                not_on_or_after: now,
                in_response_to: None,
            },
            conditions: Conditions { not_before: now, not_on_or_after: now, audience: "urn:sp".to_owned() },
            authn_statement: AuthnStatement {
                authn_instant: now,
                session_index: "_3".to_owned(),
                session_not_on_or_after: now,
                context_class: "urn:x".to_owned(),
            },
            attributes: vec![attribute],
        }),
    }
}

/// Signs everything alike: what is signed matters here, not by whom.
struct Nobody;

impl Signer for Nobody {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaSha256
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(vec![0; 8])
    }

    fn certificate_der(&self) -> &[u8] {
        &[0; 8]
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
