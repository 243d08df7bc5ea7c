//! Sign-on that the relying party asks for, and requests that must not be answered.

use claimsmith::saml::binding::post;

use crate::support::authn_request::AuthnRequest;
use crate::support::https::Reply;
use crate::support::identity_provider::{SP, SP_ACS, SP_OTHER_ACS, TestServer, response_in};
use crate::support::people::password;

/// Follows the sign-in form of a page, as alice.
fn sign_in_on(server: &TestServer, page: &Reply) -> Reply {
    let action = page.body.split_once(" action=\"").unwrap().1.split_once('"').unwrap().0.replace("&#38;", "&");
    let secret = password("alice");
    let mut fields = vec![("UserName", "alice".to_owned()), ("Password", secret)];
    for name in ["SAMLRequest", "RelayState"] {
        fields.extend(page.input(name).map(|value| (name, value)));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    server.client.post(&action, &fields)
}

fn redirected(server: &TestServer, request: &AuthnRequest) -> Reply {
    server.client.get(&request.redirected(None, None))
}

fn posted(server: &TestServer, xml: &str) -> Reply {
    server.client.post("/adfs/ls/", &[("SAMLRequest", &post::encode(xml))])
}

/// The response in a page, which holds a status and no assertion.
fn status_in(reply: &Reply) -> String {
    let field = reply.input("SAMLResponse").unwrap_or_else(|| panic!("no response in {}", reply.body));
    post::decode(&field, 1 << 20).unwrap()
}

#[test]
fn both_bindings_lead_through_the_form_to_the_answer() {
    let server = TestServer::start();
    let first = AuthnRequest { id: "_first".to_owned(), ..AuthnRequest::default() };
    let form = server.client.get(&first.redirected(Some("state & more"), None));
    assert_eq!(form.error_text(), Some(""));
    let answer = sign_in_on(&server, &form);
    assert_eq!(answer.input("RelayState").as_deref(), Some("state & more"));
    let response = response_in(&answer);
    assert_eq!(response.in_response_to.as_deref(), Some("_first"));
    let confirmation = &response.assertion.confirmations[0];
    assert_eq!(confirmation.in_response_to.as_deref(), Some("_first"));
    assert_eq!(confirmation.recipient.as_deref(), Some(SP_ACS));

    let second = AuthnRequest { id: "_second".to_owned(), ..AuthnRequest::default() };
    let fields = [("SAMLRequest", &*second.posted()), ("RelayState", "state & more")];
    let answer = sign_in_on(&server, &server.client.post("/adfs/ls/", &fields));
    assert_eq!(answer.input("RelayState").as_deref(), Some("state & more"));
    assert_eq!(response_in(&answer).in_response_to.as_deref(), Some("_second"));
}

#[test]
fn the_answer_goes_to_a_registered_endpoint_by_url_or_index() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    for (number, (attributes, endpoint)) in [
        (String::new(), SP_ACS),
        (format!("AssertionConsumerServiceURL=\"{SP_ACS}\""), SP_ACS),
        (format!("AssertionConsumerServiceURL=\"{SP_OTHER_ACS}\""), SP_OTHER_ACS),
        ("AssertionConsumerServiceIndex=\"1\"".to_owned(), SP_OTHER_ACS),
    ]
    .into_iter()
    .enumerate()
    {
        let request = AuthnRequest { id: format!("_{number}"), ..AuthnRequest::with(&attributes) };
        let reply = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
        assert!(reply.body.contains(&format!("action=\"{endpoint}\"")), "{attributes}: {}", reply.body);
    }
}

#[test]
fn an_answer_never_goes_where_the_trust_has_no_endpoint() {
    let server = TestServer::start();
    let url = |url: &str| format!("AssertionConsumerServiceURL=\"{url}\"");
    for attributes in [
        url("https://sp.example.com/acs/"),
        url("https://sp.example.com/acs?x"),
        url("https://evil.example.net/acs"),
        url("https://sp.example.com@evil.example.net/acs"),
        url("https://sp.example.com/ACS"),
        url("https://SP.example.com/acs"),
        url("https://sp.example.com/x/../acs"),
        url("https://sp.example.com/%61cs"),
        url("https://sp.example.com:443/acs"),
        url("http://sp.example.com/acs"),
        url("javascript:alert(1)"),
        url("data:text/html,x"),
        url(""),
        "AssertionConsumerServiceIndex=\"2\"".to_owned(),
        "AssertionConsumerServiceIndex=\"65535\"".to_owned(),
        format!("AssertionConsumerServiceIndex=\"0\" {}", url(SP_ACS)),
        "ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact\"".to_owned(),
    ] {
        let reply = redirected(&server, &AuthnRequest::with(&attributes));
        assert_eq!(reply.status, 400, "{attributes}");
        assert_eq!(reply.header("location"), None);
        assert!(!reply.body.contains("<form"), "{attributes}");
        assert!(!reply.body.contains("evil"), "{attributes}");
    }
    server.assert_serves();
}

#[test]
fn requests_that_are_not_for_us_or_not_from_now_are_refused() {
    let server = TestServer::start();
    let base = AuthnRequest::default();
    let at = |time: &str| AuthnRequest { issue_instant: time.to_owned(), ..base.clone() };
    let to = |url: &str| AuthnRequest { destination: Some(url.to_owned()), ..base.clone() };
    for (request, cause) in [
        (to("https://other.example.com/adfs/ls/"), "Destination"),
        (to("https://sts.example.com.evil.net/adfs/ls/"), "Destination"),
        (to("http://sts.example.com/adfs/ls/"), "Destination"),
        (at("2026-11-21T09:41:00Z"), "was made at"),
        (at("2026-11-21T10:04:00Z"), "was made at"),
        (at("1970-01-01T00:00:00Z"), "was made at"),
        (AuthnRequest { issuer: "https://nobody.example.com".to_owned(), ..base.clone() }, "unknown relying party"),
        (AuthnRequest { issuer: format!("{SP}<!-- -->.evil.net"), ..base.clone() }, ""),
    ] {
        let reply = redirected(&server, &request);
        assert_eq!(reply.status, 400, "{}", request.xml());
        assert!(server.last_cause().contains(cause), "{}: {}", request.xml(), server.last_cause());
    }
    assert_eq!(redirected(&server, &at("2026-11-21T10:02:00Z")).status, 200, "a clock that is a little ahead");
    assert_eq!(redirected(&server, &at("2026-11-21T09:50:00Z")).status, 200, "the user takes a while");
}

#[test]
fn hostile_xml_is_refused_and_the_server_keeps_serving() {
    let server = TestServer::start();
    let good = AuthnRequest::default().xml();
    let bomb = format!("<!DOCTYPE a [<!ENTITY x \"{}\">]>{}", "y".repeat(1000), good.replace("_request1", "&x;"));
    for xml in [
        format!("<!DOCTYPE x SYSTEM \"file:///etc/passwd\">{good}"),
        bomb,
        format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE x>{good}"),
        good.replace("</samlp:AuthnRequest>", ""),
        format!("{good}{good}"),
        good.replace("ID=\"_request1\"", ""),
        good.replace("ID=\"_request1\"", "ID=\"1 2\""),
        good.replace("ID=\"_request1\"", &format!("ID=\"_{}\"", "a".repeat(60_000))),
        good.replace("Version=\"2.0\"", "Version=\"1.1\""),
        good.replace(SP, ""),
        good.replace("<saml:Issuer>", "<saml:Other>").replace("</saml:Issuer>", "</saml:Other>"),
        good.replace("oasis:names:tc:SAML:2.0:protocol", "oasis:names:tc:SAML:1.1:protocol"),
        "<a>".repeat(10_000),
        "not xml".to_owned(),
        "\0".repeat(100),
    ] {
        let reply = posted(&server, &xml);
        assert_eq!(reply.status, 400, "{}", xml.get(..200).unwrap_or(&xml));
        assert!(!reply.body.contains("loginForm"));
    }
    for field in ["", "%%%", "PHg+", "====", "PHg\n+"] {
        let reply = server.client.post("/adfs/ls/", &[("SAMLRequest", field)]);
        assert_eq!(reply.status, 400, "{field}");
    }
    server.assert_serves();
}

#[test]
fn a_message_in_another_encoding_is_refused() {
    use base64::Engine as _;
    let server = TestServer::start();
    let good = AuthnRequest::default().xml();
    let little: Vec<u8> = format!("\u{feff}{good}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = format!("\u{feff}{good}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    let utf7 = [b"+/v8-", good.replace('<', "+ADw-").replace('>', "+AD4-").as_bytes()].concat();
    for bytes in [little, big, utf7] {
        let field = base64::engine::general_purpose::STANDARD.encode(&bytes);
        let reply = server.client.post("/adfs/ls/", &[("SAMLRequest", &field)]);
        assert_eq!(reply.status, 400, "{:?}", bytes.get(..8));
        assert!(!reply.body.contains("loginForm"));
    }
    server.assert_serves();
}

#[test]
fn a_deflate_bomb_is_refused_before_it_grows() {
    let server = TestServer::start();
    let bomb = AuthnRequest { elements: " ".repeat(20_000_000), ..AuthnRequest::default() };
    let began = std::time::Instant::now();
    let reply = redirected(&server, &bomb);
    assert_eq!(reply.status, 400);
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "most of it is making the bomb");
    server.assert_serves();
}

#[test]
fn a_request_is_answered_once() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let path = AuthnRequest::default().redirected(None, None);
    let ask = || server.client.send("GET", &path, &[("Cookie", &cookie)], "");
    assert_eq!(response_in(&ask()).in_response_to.as_deref(), Some("_request1"));
    let again = ask();
    assert_eq!(again.status, 400);
    assert_eq!(server.last_cause(), "the request `_request1` was answered before");
}

#[test]
fn force_authn_asks_for_the_password_whatever_the_session() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    server.clock.advance(jiff::SignedDuration::from_secs(60));
    let request = AuthnRequest::with("ForceAuthn=\"true\"");
    let form = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
    assert_eq!(form.error_text(), Some(""));
    let response = response_in(&sign_in_on(&server, &form));
    let instant = response.assertion.authn_statements[0].authn_instant;
    assert_eq!(instant.unwrap().to_string(), "2026-11-21T10:01:00Z", "the password was checked now");
}

#[test]
fn a_passive_request_never_shows_a_form() {
    let server = TestServer::start();
    let request = AuthnRequest::with("IsPassive=\"true\"");
    let reply = redirected(&server, &request);
    assert!(!reply.body.contains("loginForm"));
    assert!(reply.body.contains(&format!("action=\"{SP_ACS}\"")));
    let xml = post::decode(&reply.input("SAMLResponse").unwrap(), 1 << 20).unwrap();
    assert!(xml.contains("urn:oasis:names:tc:SAML:2.0:status:NoPassive"));
    assert!(xml.contains("InResponseTo=\"_request1\""));
    assert!(!xml.contains("Assertion>"));

    let cookie = server.cookie_of("alice");
    let other = AuthnRequest { id: "_other".to_owned(), ..request };
    let reply = server.client.send("GET", &other.redirected(None, None), &[("Cookie", &cookie)], "");
    assert_eq!(response_in(&reply).in_response_to.as_deref(), Some("_other"), "a session needs no form");
}

#[test]
fn a_status_without_an_assertion_uses_up_no_request() {
    let server = TestServer::start();
    let path = AuthnRequest::with("IsPassive=\"true\"").redirected(None, None);
    for _ in 0..3 {
        assert!(status_in(&server.client.get(&path)).contains("status:NoPassive"));
    }
    let cookie = server.cookie_of("alice");
    let ask = || server.client.send("GET", &path, &[("Cookie", &cookie)], "");
    assert_eq!(response_in(&ask()).in_response_to.as_deref(), Some("_request1"));
    assert_eq!(ask().status, 400, "an assertion is given once");
}

#[test]
fn a_passive_request_that_forces_a_sign_in_gets_neither_form_nor_assertion() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let path = AuthnRequest::with("IsPassive=\"true\" ForceAuthn=\"true\"").redirected(None, None);
    let reply = server.client.send("GET", &path, &[("Cookie", &cookie)], "");
    assert!(!reply.body.contains("loginForm"));
    let xml = status_in(&reply);
    assert!(xml.contains("status:NoPassive") && !xml.contains("Assertion>"), "{xml}");
}

#[test]
fn a_stronger_context_than_a_password_is_not_claimed() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let context = |uri: &str| AuthnRequest {
        id: format!("_{}", uri.rsplit(':').next().unwrap()),
        elements: format!(
            "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>{uri}</saml:AuthnContextClassRef>\
             </samlp:RequestedAuthnContext>"
        ),
        ..AuthnRequest::default()
    };
    let ask = |request: AuthnRequest| {
        let reply = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
        post::decode(&reply.input("SAMLResponse").unwrap(), 1 << 20).unwrap()
    };
    let answer = ask(context("urn:oasis:names:tc:SAML:2.0:ac:classes:X509"));
    assert!(answer.contains("status:NoAuthnContext") && !answer.contains("Assertion>"));
    let answer = ask(context("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"));
    assert!(answer.contains("Assertion>"));
}

#[test]
fn a_request_posted_by_another_site_comes_again_with_the_cookie() {
    let server = TestServer::start();
    let field = AuthnRequest::default().posted();
    let fields = [("SAMLRequest", field.as_str()), ("RelayState", "x")];
    // The browser leaves a cookie that is `SameSite=Lax` out of it.
    let page = server.client.post_with("/adfs/ls/", &fields, &[("Sec-Fetch-Site", "cross-site")]);
    assert!(page.body.contains("name=\"hiddenform\"") && page.body.contains("action=\"/adfs/ls/\""), "{}", page.body);
    assert_eq!(page.input("SAMLRequest").as_deref(), Some(field.as_str()));
    assert!(page.header("content-security-policy").unwrap().ends_with("form-action 'self'"));
    let cookie = server.cookie_of("alice");
    let again = [("SAMLRequest", field.as_str()), ("RelayState", "x"), ("Again", "1")];
    let headers = [("Sec-Fetch-Site", "same-origin"), ("Cookie", cookie.as_str())];
    let answer = server.client.post_with("/adfs/ls/", &again, &headers);
    assert_eq!(response_in(&answer).in_response_to.as_deref(), Some("_request1"));
    // Nobody is sent round in circles.
    let stranger = server.client.post_with("/adfs/ls/", &again, &[("Sec-Fetch-Site", "cross-site")]);
    assert!(stranger.status == 400 || stranger.body.contains("loginForm"));
}
