//! Enveloped signatures: what counts as one.

use claimsmith::saml::model::{Response, Status, StatusCode};
use claimsmith::saml::{AuthnRequest, Error, LogoutRequest, PeerFault, SignedPart, response, verify};

use crate::support::saml::{
    self, TestSignature, authn_request, certificates, key, logout_request, other_key, roles, signed,
};

fn refused(xml: &str) -> String {
    let error = AuthnRequest::parse_signed(xml, &certificates(key())).expect_err(xml);
    assert_eq!(error.peer_fault(), Some(PeerFault::Signature), "{error}: {xml}");
    error.to_string()
}

fn with(signature: &TestSignature) -> String {
    let request = authn_request("_1", "sp");
    let signature = signature.of(&request, "_1", key());
    request.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
}

fn genuine() -> String {
    with(&TestSignature::default())
}

#[test]
fn a_genuine_signature_holds() {
    let request = AuthnRequest::parse_signed(&genuine(), &certificates(key())).unwrap();
    assert_eq!(request.issuer, "sp");
    let both = [certificates(other_key()), certificates(key())].concat();
    AuthnRequest::parse_signed(&genuine(), &both).unwrap();
    let logout = signed(&logout_request("_1", "sp"), "_1", key());
    LogoutRequest::parse_signed(&logout, &certificates(key())).unwrap();
}

#[test]
fn another_spelling_of_the_same_document_holds() {
    let spelt = genuine()
        .replace("<samlp:NameIDPolicy Format=", "<samlp:NameIDPolicy   Format = ")
        .replace("></samlp:NameIDPolicy>", "/>")
        .replace(">sp<", ">&#x73;<![CDATA[p]]><");
    assert_ne!(spelt, genuine());
    assert_eq!(AuthnRequest::parse_signed(&spelt, &certificates(key())).unwrap().issuer, "sp");
}

#[test]
fn an_unsigned_message_is_refused() {
    refused(&authn_request("_1", "sp"));
    refused(&authn_request("_1", "sp").replace(
        "</saml:Issuer>",
        "</saml:Issuer><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"></ds:Signature>",
    ));
    let logout = LogoutRequest::parse_signed(&logout_request("_1", "sp"), &certificates(key())).unwrap_err();
    assert_eq!(logout.peer_fault(), Some(PeerFault::Signature));
}

#[test]
fn a_key_in_the_message_is_not_trusted() {
    let foreign = signed(&authn_request("_1", "sp"), "_1", other_key());
    refused(&foreign);
    AuthnRequest::parse_signed(&foreign, &certificates(other_key())).unwrap();
    let unknown = AuthnRequest::parse_signed(&genuine(), &[]);
    assert!(matches!(unknown, Err(Error::Misuse(_))));
    // The certificate's bytes are no key for a MAC either.
    let mac = TestSignature { method: "http://www.w3.org/2000/09/xmldsig#hmac-sha1", ..TestSignature::default() };
    assert!(refused(&with(&mac)).contains("algorithm"));
}

#[test]
fn every_changed_byte_is_noticed() {
    let request = genuine();
    let body = request.find("<samlp:NameIDPolicy").unwrap();
    for at in (0..request.find("<ds:Signature").unwrap()).chain(body..request.len()) {
        let mut changed = request.clone().into_bytes();
        changed[at] = if changed[at] == b'x' { b'y' } else { b'x' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(AuthnRequest::parse_signed(&changed, &certificates(key())).is_err(), "byte {at}: {changed}");
    }
}

#[test]
fn weak_algorithms_are_refused() {
    for method in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2007/05/xmldsig-more#sha1-rsa-MGF1",
    ] {
        assert!(
            refused(&with(&TestSignature { method, ..TestSignature::default() })).contains("algorithm"),
            "{method}"
        );
    }
    let digest_method = "http://www.w3.org/2000/09/xmldsig#sha1";
    assert!(refused(&with(&TestSignature { digest_method, ..TestSignature::default() })).contains("digest algorithm"));
    for c14n in [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        "",
    ] {
        assert!(refused(&with(&TestSignature { c14n, ..TestSignature::default() })).contains("C14N"), "{c14n}");
    }
}

#[test]
fn other_transforms_are_refused() {
    let transform = |uri: &str| format!("<ds:Transform Algorithm=\"{uri}\"></ds:Transform>");
    let enveloped = transform("http://www.w3.org/2000/09/xmldsig#enveloped-signature");
    let exclusive = transform("http://www.w3.org/2001/10/xml-exc-c14n#");
    for transforms in [
        String::new(),
        enveloped.clone(),
        exclusive.clone(),
        format!("{exclusive}{enveloped}"),
        format!("{enveloped}{enveloped}{exclusive}"),
        format!("{enveloped}{}", transform("http://www.w3.org/2001/10/xml-exc-c14n#WithComments")),
        format!("{enveloped}{exclusive}{}", transform("http://www.w3.org/TR/1999/REC-xslt-19991116")),
        format!("{}{exclusive}", transform("http://www.w3.org/TR/1999/REC-xpath-19991116")),
        format!("{enveloped}{}", transform("http://www.w3.org/2002/06/xmldsig-filter2")),
        format!("{enveloped}{}", transform("http://www.w3.org/2000/09/xmldsig#base64")),
    ] {
        refused(&with(&TestSignature { transforms, ..TestSignature::default() }));
    }
}

#[test]
fn other_references_are_refused() {
    for uri in [
        "URI=\"\"",
        "URI=\"#_2\"",
        "URI=\"#xpointer(id('_1'))\"",
        "URI=\"#xpointer(/)\"",
        "URI=\"_1\"",
        "URI=\"file:///etc/passwd\"",
        "",
    ] {
        let replaced = genuine().replace("<ds:Reference URI=\"#_1\">", &format!("<ds:Reference {uri}>"));
        assert_ne!(replaced, genuine());
        refused(&replaced);
    }
    let genuine = genuine();
    let start = genuine.find("<ds:Reference").unwrap();
    let end = genuine.find("</ds:SignedInfo>").unwrap();
    let reference = &genuine[start..end];
    refused(&with(&TestSignature { reference: Some(String::new()), ..TestSignature::default() }));
    refused(&with(&TestSignature { reference: Some(reference.repeat(2)), ..TestSignature::default() }));
}

#[test]
fn tricks_inside_the_signature_are_refused() {
    let genuine = genuine();
    let info = &genuine[genuine.find("<ds:SignedInfo>").unwrap()..genuine.find("<ds:SignatureValue>").unwrap()];
    let value = &genuine[genuine.find("<ds:DigestValue>").unwrap()..genuine.find("</ds:Reference>").unwrap()];
    for changed in [
        // Several of what there may be one of.
        genuine.replace(info, &info.repeat(2)),
        genuine.replace(value, &value.repeat(2)),
        genuine.replace("<ds:KeyInfo>", "<ds:Object></ds:Object><ds:KeyInfo>"),
        genuine.replace("</ds:KeyInfo>", "</ds:KeyInfo><ds:Object></ds:Object>"),
        genuine.replace("<ds:SignedInfo>", "<ds:Object></ds:Object><ds:SignedInfo>"),
        // Text that two readers read differently.
        genuine.replace("<ds:DigestValue>", "<ds:DigestValue><!-- x -->"),
        genuine.replace("<ds:DigestValue>", "<ds:DigestValue><?x?>"),
        genuine.replace("<ds:DigestValue>", "<ds:DigestValue><x></x>"),
        genuine.replace("<ds:SignatureValue>", "<ds:SignatureValue><!-- x -->"),
        genuine.replace("<ds:SignedInfo>", "<ds:SignedInfo><!-- x -->"),
        genuine.replace("</ds:SignatureMethod>", "<ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>"),
        // Empty and broken values.
        genuine.replace(value, "<ds:DigestValue></ds:DigestValue>"),
        genuine.replace(value, "<ds:DigestValue>!</ds:DigestValue>"),
        genuine.replace("<ds:SignatureValue>", "<ds:SignatureValue>!"),
    ] {
        assert_ne!(changed, genuine);
        refused(&changed);
    }
}

#[test]
fn canonicalization_that_fails_is_a_failure() {
    // A relative namespace name, for which canonical XML is not defined.
    let relative = genuine().replace("<samlp:NameIDPolicy ", "<samlp:NameIDPolicy xmlns:r=\"../relative\" r:a=\"b\" ");
    assert!(AuthnRequest::parse_signed(&relative, &certificates(key())).is_err());
}

#[test]
fn attributes_that_look_like_ids_do_not_move_the_signature() {
    let genuine = genuine();
    for changed in [
        genuine.replace("<samlp:AuthnRequest ", "<samlp:AuthnRequest xmlns:x=\"urn:x\" x:ID=\"_9\" "),
        genuine.replace("<samlp:NameIDPolicy ", "<samlp:NameIDPolicy ID=\"_1\" "),
        genuine.replace("<samlp:NameIDPolicy ", "<samlp:NameIDPolicy Id=\"_1\" "),
        genuine.replace("<samlp:NameIDPolicy ", "<samlp:NameIDPolicy xml:id=\"_1\" "),
    ] {
        assert!(AuthnRequest::parse_signed(&changed, &certificates(key())).is_err(), "{changed}");
    }
}

#[test]
fn responses_are_verified_however_they_are_signed() {
    for part in [SignedPart::Assertion, SignedPart::Response, SignedPart::Both] {
        let xml = response::to_xml(&saml::response(roles(3)), key(), part).unwrap();
        let read = verify::signed_response(&xml, &certificates(key())).unwrap();
        assert_eq!(read.assertion.issuer, saml::IDP);
        assert_eq!(read.assertion.name_id.as_ref().unwrap().value, "CORP\\alice");
        assert_eq!(read.assertion.audiences, [[saml::SP]]);
        assert_eq!(read.assertion.confirmations[0].recipient.as_deref(), Some(saml::ACS));
        assert_eq!(read.assertion.confirmations[0].not_on_or_after, Some(saml::time("2026-11-21T10:05:00Z")));
        assert_eq!(read.assertion.attributes[1].values, roles(3));
        assert!(verify::signed_response(&xml, &certificates(other_key())).is_err());
        let changed = xml.replace("ADFS-Role-0002", "ADFS-Role-0009");
        let error = verify::signed_response(&changed, &certificates(key())).unwrap_err();
        assert_eq!(error.peer_fault(), Some(PeerFault::Signature));
    }
}

#[test]
fn of_two_signatures_both_must_hold() {
    let xml = response::to_xml(&saml::response(roles(1)), key(), SignedPart::Both).unwrap();
    let first = xml.find("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
    let second = xml.rfind("<ds:SignatureValue>").unwrap() + "<ds:SignatureValue>".len();
    assert_ne!(first, second);
    for at in [first, second] {
        let mut changed = xml.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify::signed_response(&changed, &certificates(key())).is_err());
    }
}

#[test]
fn an_error_response_is_signed_and_has_no_assertion() {
    let failed = Response {
        status: Status {
            code: StatusCode::Responder,
            sub_code: Some("urn:oasis:names:tc:SAML:2.0:status:NoPassive".to_owned()),
            message: None,
        },
        in_response_to: Some("_r".to_owned()),
        assertion: None,
        ..saml::response(Vec::new())
    };
    let xml = response::to_xml(&failed, key(), SignedPart::Assertion).unwrap();
    assert!(xml.contains("<ds:SignatureValue>"));
    assert!(xml.contains("<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:NoPassive\">"));
    assert!(verify::signed_response(&xml, &certificates(key())).is_err());
}
