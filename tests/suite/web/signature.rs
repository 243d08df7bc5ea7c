//! Signed requests, and those that should have been.

use claimsmith::saml::Signer;

use crate::support::authn_request::AuthnRequest;
use crate::support::identity_provider::{SIGNING_SP, SP, TestServer, response_in, signer};
use crate::support::saml::other_key;

fn request(issuer: &str) -> AuthnRequest {
    AuthnRequest { issuer: issuer.to_owned(), ..AuthnRequest::default() }
}

#[test]
fn a_signed_request_is_answered() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let path = request(SIGNING_SP).redirected(Some("state"), Some(other_key() as &dyn Signer));
    let reply = server.client.send("GET", &path, &[("Cookie", &cookie)], "");
    assert_eq!(response_in(&reply).in_response_to.as_deref(), Some("_request1"));
}

#[test]
fn what_must_be_signed_and_is_not_is_refused() {
    let server = TestServer::start();
    let signed = request(SIGNING_SP).redirected(Some("state"), Some(other_key() as &dyn Signer));
    let (without_signature, _) = signed.split_once("&Signature=").unwrap();
    let (without_both, _) = signed.split_once("&SigAlg=").unwrap();
    for path in [
        request(SIGNING_SP).redirected(None, None),
        without_signature.to_owned(),
        without_both.to_owned(),
        request(SIGNING_SP).redirected(Some("state"), Some(&*signer() as &dyn Signer)),
        signed.replace("RelayState=state", "RelayState=other"),
        signed.replace("&RelayState=state", ""),
        signed.replace("SAMLRequest=", "%53AMLRequest="),
        signed.replace("&Signature=", "&Signature=AAAA&Signature="),
        signed.replace("&RelayState=", "&SAMLRequest=AAAA&RelayState="),
        signed.replace("rsa-sha256", "rsa-sha1"),
    ] {
        let reply = server.client.get(&path);
        assert!(!reply.body.contains("loginForm"), "{path}");
        assert!(reply.status == 400 || reply.status == 303, "{path}: {}", reply.status);
    }
    let reply = server.client.post("/adfs/ls/", &[("SAMLRequest", &request(SIGNING_SP).posted())]);
    assert_eq!(reply.status, 400);
    server.assert_serves();
}

#[test]
fn a_bad_signature_is_refused_even_where_none_is_needed() {
    let server = TestServer::start();
    let reply = server.client.get(&request(SP).redirected(None, Some(other_key() as &dyn Signer)));
    assert_eq!(reply.status, 400, "there is no certificate to verify it with");
    assert!(server.last_cause().contains("no certificate"));
}

#[test]
fn a_signature_inside_a_redirect_message_is_not_passed_over() {
    let server = TestServer::start();
    for elements in [
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"></ds:Signature>",
        "<samlp:Extensions><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"></ds:Signature></samlp:Extensions>",
    ] {
        for (issuer, signer) in [(SP, None), (SIGNING_SP, Some(other_key() as &dyn Signer))] {
            let request = AuthnRequest { elements: elements.to_owned(), ..request(issuer) };
            let reply = server.client.get(&request.redirected(None, signer));
            assert_eq!(reply.status, 400, "{elements}");
            assert!(server.last_cause().contains("signature inside"), "{}", server.last_cause());
        }
    }
}

#[test]
fn a_logout_request_must_be_signed() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let logout = |issuer: &str| {
        format!(
            "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_logout\" Version=\"2.0\" \
             IssueInstant=\"2026-11-21T10:00:00Z\"><saml:Issuer>{issuer}</saml:Issuer>\
             <saml:NameID>alice@corp.example.com</saml:NameID></samlp:LogoutRequest>"
        )
    };
    let send = |xml: &str, signer: Option<&dyn Signer>| {
        use claimsmith::saml::binding::redirect::{MessageKind, url};
        let path = url("/adfs/ls/", MessageKind::Request, xml, None, signer).unwrap();
        server.client.send("GET", &path, &[("Cookie", &cookie)], "")
    };
    let is_signed_in = || {
        let reply = server.client.send("GET", "/", &[("Cookie", &cookie)], "");
        reply.body.contains("Your applications")
    };
    assert_eq!(send(&logout(SIGNING_SP), None).status, 400);
    assert_eq!(send(&logout(SIGNING_SP), Some(&*signer() as &dyn Signer)).status, 400, "another's key");
    assert_eq!(send(&logout(SP), Some(other_key() as &dyn Signer)).status, 400, "nothing to verify it with");
    assert!(is_signed_in());
    let done = send(&logout(SIGNING_SP), Some(other_key() as &dyn Signer));
    assert_eq!(done.status, 200, "{}", done.body);
    assert!(!is_signed_in());
}

#[test]
fn a_logout_request_ends_the_session_that_it_names_and_no_other() {
    use claimsmith::saml::binding::redirect::{MessageKind, url};
    let server = TestServer::start();
    let alice = server.cookie_of("alice");
    let bob = server.cookie_of("bob");
    let logout = |id: &str, name: &str, index: &str| {
        let xml = format!(
            "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" \
             IssueInstant=\"2026-11-21T10:00:00Z\"><saml:Issuer>{SIGNING_SP}</saml:Issuer>\
             <saml:NameID>{name}</saml:NameID>{index}</samlp:LogoutRequest>"
        );
        url("/adfs/ls/", MessageKind::Request, &xml, None, Some(other_key() as &dyn Signer)).unwrap()
    };
    let send = |path: &str, cookie: &str| server.client.send("GET", path, &[("Cookie", cookie)], "").status;
    let is_signed_in =
        |cookie: &str| server.client.send("GET", "/", &[("Cookie", cookie)], "").body.contains("Your applications");
    let of_alice = logout("_1", "alice@corp.example.com", "");
    assert_eq!(send(&of_alice, &bob), 400);
    assert!(server.last_cause().contains("another user or session"), "{}", server.last_cause());
    let index = "<samlp:SessionIndex>_other</samlp:SessionIndex>";
    assert_eq!(send(&logout("_2", "alice@corp.example.com", index), &alice), 400, "another session of hers");
    assert!(is_signed_in(&alice) && is_signed_in(&bob));
    assert_eq!(send(&of_alice, &alice), 200);
    assert!(!is_signed_in(&alice) && is_signed_in(&bob));
    let again = server.cookie_of("alice");
    assert_eq!(send(&of_alice, &again), 400, "it has done its work");
    assert!(is_signed_in(&again));
}
