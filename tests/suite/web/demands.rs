//! What a request demands of its answer: a name, a kind of name, a way to sign in.

use claimsmith::saml::binding::post;

use crate::support::authn_request::AuthnRequest;
use crate::support::identity_provider::{CLASS_SP, FACTOR_SP, SP, TestServer};

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
const OVER_TLS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const KERBEROS: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos";

/// The answer to alice's request of a party with these elements, as XML.
fn answer(server: &TestServer, issuer: &str, elements: &str) -> String {
    let cookie = server.cookie_of("alice");
    let id = format!("_{}", server.audit().len());
    let request =
        AuthnRequest { id, issuer: issuer.to_owned(), elements: elements.to_owned(), ..AuthnRequest::default() };
    let reply = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
    let field = reply.input("SAMLResponse").unwrap_or_else(|| panic!("no response in {}", reply.body));
    post::decode(&field, 1 << 20).unwrap()
}

fn context(class: &str) -> String {
    format!(
        "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>\
         </samlp:RequestedAuthnContext>"
    )
}

fn assert_refused(xml: &str, codes: [&str; 2]) {
    for code in codes {
        assert!(xml.contains(&format!("urn:oasis:names:tc:SAML:2.0:status:{code}\"")), "{code}: {xml}");
    }
    assert!(!xml.contains("Assertion>") && xml.contains("SignatureValue"), "{xml}");
}

#[test]
fn a_request_for_one_user_is_not_answered_with_another() {
    let server = TestServer::start();
    let subject = |name_id: &str| format!("<saml:Subject>{name_id}</saml:Subject>");
    for name_id in [
        "<saml:NameID>bob@corp.example.com</saml:NameID>",
        "<saml:NameID>ALICE@corp.example.com</saml:NameID>",
        "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">alice@corp.example.com</saml:NameID>",
    ] {
        assert_refused(&answer(&server, SP, &subject(name_id)), ["Responder", "UnknownPrincipal"]);
    }
    let same = answer(&server, SP, &subject("<saml:NameID>alice@corp.example.com</saml:NameID>"));
    assert!(same.contains("Assertion>"), "{same}");
}

#[test]
fn a_name_of_a_format_that_the_rules_do_not_issue_is_refused() {
    let server = TestServer::start();
    let policy = |format: &str| format!("<samlp:NameIDPolicy {format}></samlp:NameIDPolicy>");
    for format in ["2.0:nameid-format:transient", "2.0:nameid-format:persistent", "1.1:nameid-format:emailAddress"] {
        let format = policy(&format!("Format=\"urn:oasis:names:tc:SAML:{format}\""));
        assert_refused(&answer(&server, SP, &format), ["Requester", "InvalidNameIDPolicy"]);
    }
    for format in ["", "AllowCreate=\"true\"", "Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\""] {
        assert!(answer(&server, SP, &policy(format)).contains("Assertion>"), "{format}");
    }
}

#[test]
fn the_class_in_the_answer_is_the_one_that_was_asked_for() {
    let server = TestServer::start();
    for class in [PASSWORD, OVER_TLS] {
        let xml = answer(&server, SP, &context(class));
        assert!(xml.contains(&format!("<saml:AuthnContextClassRef>{class}</saml:AuthnContextClassRef>")), "{xml}");
    }
    // The rules of this party say Kerberos.
    assert!(answer(&server, CLASS_SP, "").contains(KERBEROS));
    assert_refused(&answer(&server, CLASS_SP, &context(OVER_TLS)), ["Responder", "NoAuthnContext"]);
}

#[test]
fn no_second_factor_is_claimed_that_nobody_showed() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let request = AuthnRequest { issuer: FACTOR_SP.to_owned(), ..AuthnRequest::default() };
    let reply = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
    assert_eq!((reply.status, reply.input("SAMLResponse")), (403, None), "{}", reply.body);
    assert!(server.last_cause().contains("multipleauthn"), "{}", server.last_cause());
}
