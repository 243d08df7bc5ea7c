//! Signature wrapping: a genuine signature that stands in a forged message [XSW 1 to 8].

use claimsmith::saml::{AuthnRequest, LogoutRequest, SignedPart, response, verify};

use crate::support::saml::{self, TestSignature, authn_request, certificates, key, logout_request, roles};

/// A signed message in the pieces that wrapping moves around.
struct Pieces {
    /// The original without its signature.
    original: String,
    /// The original with its signature.
    signed: String,
    signature: String,
    /// The forged message, without a signature, with an ID of its own.
    evil: String,
    /// Where in the original and the forged message the signature stands.
    slot: &'static str,
    /// The end tag.
    end: String,
}

impl Pieces {
    fn new(make: fn(&str, &str) -> String, element: &str) -> Self {
        let original = make("_original", "sp");
        let signature = TestSignature::default().of(&original, "_original", key());
        let slot = "</saml:Issuer>";
        Self {
            signed: original.replacen(slot, &format!("{slot}{signature}"), 1),
            original,
            signature,
            evil: make("_evil", "evil"),
            slot,
            end: format!("</{element}>"),
        }
    }

    /// The forged message with `content` where its signature stands.
    fn evil_with(&self, content: &str) -> String {
        self.evil.replacen(self.slot, &format!("{}{content}", self.slot), 1)
    }

    /// The forged message with `content` at its end.
    fn evil_before_end(&self, evil: &str, content: &str) -> String {
        evil.replacen(&self.end, &format!("{content}{}", self.end), 1)
    }

    /// The signature with `content` in an object.
    fn signature_around(&self, content: &str) -> String {
        self.signature.replace("</ds:Signature>", &format!("<ds:Object>{content}</ds:Object></ds:Signature>"))
    }

    fn forgeries(&self) -> [String; 8] {
        let extensions = |content: &str| format!("<samlp:Extensions>{content}</samlp:Extensions>");
        let same_id = self.evil.replace("_evil", "_original");
        [
            // 1: the signature in the forgery, the original inside the signature.
            self.evil_with(&self.signature.replace("</ds:Signature>", &format!("{}</ds:Signature>", self.original))),
            // 2: the original beside the signature.
            self.evil_with(&format!("{}{}", self.original, self.signature)),
            // 3: the original, signed, in the extensions of an unsigned forgery.
            self.evil_with(&extensions(&self.signed)),
            // 4: the original, signed, as a child of the forgery.
            self.evil_before_end(&self.evil, &self.signed),
            // 5: the signature in the forgery, the original at its end.
            self.evil_before_end(&self.evil_with(&self.signature), &self.original),
            // 6: the original in an object of the signature.
            self.evil_with(&self.signature_around(&self.original)),
            // 7: the forgery has the same ID, the original is in the extensions.
            same_id.replacen(self.slot, &format!("{}{}{}", self.slot, self.signature, extensions(&self.original)), 1),
            // 8: the forgery has the same ID, the original is in an object.
            same_id.replacen(self.slot, &format!("{}{}", self.slot, self.signature_around(&self.original)), 1),
        ]
    }
}

#[test]
fn wrapped_authn_requests_are_refused() {
    let pieces = Pieces::new(authn_request, "samlp:AuthnRequest");
    let genuine = AuthnRequest::parse_signed(&pieces.signed, &certificates(key())).unwrap();
    assert_eq!(genuine.issuer, "sp");
    for (at, forgery) in pieces.forgeries().iter().enumerate() {
        let unchecked = AuthnRequest::parse(forgery).unwrap_or_else(|error| panic!("XSW {}: {error}", at + 1));
        assert_eq!(unchecked.issuer, "evil", "XSW {} does not forge", at + 1);
        assert!(AuthnRequest::parse_signed(forgery, &certificates(key())).is_err(), "XSW {}", at + 1);
    }
}

#[test]
fn wrapped_logout_requests_are_refused() {
    let pieces = Pieces::new(logout_request, "samlp:LogoutRequest");
    LogoutRequest::parse_signed(&pieces.signed, &certificates(key())).unwrap();
    for (at, forgery) in pieces.forgeries().iter().enumerate() {
        let unchecked = LogoutRequest::parse(forgery).unwrap_or_else(|error| panic!("XSW {}: {error}", at + 1));
        assert_eq!(unchecked.issuer, "evil", "XSW {} does not forge", at + 1);
        assert!(LogoutRequest::parse_signed(forgery, &certificates(key())).is_err(), "XSW {}", at + 1);
    }
}

/// The forms as the tools of attackers make them, on a response.
fn wrapped_responses(part: SignedPart) -> Vec<String> {
    let genuine = response::to_xml(&saml::response(roles(1)), key(), part).unwrap();
    let cut = |text: &str, from: &str, to: &str| {
        text[text.find(from).unwrap()..text.rfind(to).unwrap() + to.len()].to_owned()
    };
    let assertion = cut(&genuine, "<saml:Assertion", "</saml:Assertion>");
    let signature = {
        let start = genuine.find("<ds:Signature ").unwrap();
        let end = genuine[start..].find("</ds:Signature>").unwrap() + start + "</ds:Signature>".len();
        genuine[start..end].to_owned()
    };
    let bare = genuine.replace(&signature, "");
    let bare_assertion = cut(&bare, "<saml:Assertion", "</saml:Assertion>");
    let forge =
        |text: &str| text.replace("ADFS-Role-0001", "ADFS-Admin").replace("000000000000000000000000000000", "e");
    let evil_assertion = forge(&bare_assertion);
    let into =
        |signature: &str, content: &str| signature.replace("</ds:Signature>", &format!("{content}</ds:Signature>"));
    let after_issuer =
        |assertion: &str, content: &str| assertion.replacen("</saml:Issuer>", &format!("</saml:Issuer>{content}"), 1);
    let end = "</saml:Assertion>";
    let object = |content: &str| format!("<ds:Object>{content}</ds:Object>");
    vec![
        // 1, 2: the whole response is wrapped.
        forge(&bare).replacen("<samlp:Status>", &format!("{}<samlp:Status>", into(&signature, &bare)), 1),
        forge(&bare).replacen("<samlp:Status>", &format!("{bare}{signature}<samlp:Status>"), 1),
        // 3: a forged assertion before the signed one.
        genuine.replace(&assertion, &format!("{evil_assertion}{assertion}")),
        // 4: the signed one inside a forged one.
        genuine.replace(&assertion, &evil_assertion.replace(end, &format!("{assertion}{end}"))),
        // 5: the signature in the forged one, the original at the end of the response.
        genuine.replace(&assertion, &format!("{}{bare_assertion}", after_issuer(&evil_assertion, &signature))),
        // 6: the original inside the signature of the forged one.
        genuine.replace(&assertion, &after_issuer(&evil_assertion, &into(&signature, &bare_assertion))),
        // 7: a forged one in extensions.
        genuine.replacen(
            "<samlp:Status>",
            &format!("<samlp:Extensions>{evil_assertion}</samlp:Extensions><samlp:Status>"),
            1,
        ),
        // 8: the original in an object of the signature of the forged one.
        genuine.replace(&assertion, &after_issuer(&evil_assertion, &into(&signature, &object(&bare_assertion)))),
    ]
}

#[test]
fn wrapped_responses_are_refused() {
    for part in [SignedPart::Assertion, SignedPart::Response, SignedPart::Both] {
        for (at, forgery) in wrapped_responses(part).iter().enumerate() {
            assert!(forgery.contains("ADFS-Admin"), "{part:?}, XSW {} does not forge", at + 1);
            uppsala::parse(forgery).unwrap_or_else(|error| panic!("{part:?}, XSW {}: {error}", at + 1));
            assert!(verify::signed_response(forgery, &certificates(key())).is_err(), "{part:?}, XSW {}", at + 1);
        }
    }
}

#[test]
fn an_assertion_taken_from_one_response_does_not_serve_another() {
    let one = response::to_xml(&saml::response(roles(1)), key(), SignedPart::Response).unwrap();
    let stripped = {
        let start = one.find("<ds:Signature ").unwrap();
        let end = one.find("</ds:Signature>").unwrap() + "</ds:Signature>".len();
        one.replace(&one[start..end], "")
    };
    assert!(verify::signed_response(&stripped, &certificates(key())).is_err());
    let encrypted = one.replace("saml:Assertion", "saml:EncryptedAssertion");
    assert!(verify::signed_response(&encrypted, &certificates(key())).is_err());
}
