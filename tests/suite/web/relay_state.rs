//! `RelayState`: opaque, echoed byte for byte, never a way out.

use crate::support::authn_request::AuthnRequest;
use crate::support::identity_provider::{AWS_SIGN_ON, TestServer};

const HOSTILE: [&str; 10] = [
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "a\r\nSet-Cookie: x=y",
    "//evil.example.net",
    "javascript:alert(1)",
    "Grüße, 世界 🦀",
    "&amp;&lt;&#34;",
    "{{7*7}}{% raw %}",
    "%00%0d%0a",
    "",
];

#[test]
fn what_the_relying_party_sends_comes_back_byte_for_byte() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    for (number, state) in HOSTILE.into_iter().enumerate() {
        let request = |way: &str| AuthnRequest { id: format!("_{way}{number}"), ..AuthnRequest::default() };
        let path = request("redirect").redirected(Some(state), None);
        let by_redirect = server.client.send("GET", &path, &[("Cookie", &cookie)], "");
        let fields = [("SAMLRequest", &*request("post").posted()), ("RelayState", state)];
        let by_post = server.client.post_with("/adfs/ls/", &fields, &[("Cookie", &cookie)]);
        for reply in [by_redirect, by_post] {
            assert_eq!(reply.status, 200, "{state:?}");
            assert_eq!(reply.input("RelayState").as_deref(), Some(state));
            assert_eq!(reply.body.matches("<script").count(), 1, "ours: {state:?}");
            assert!(reply.headers.iter().all(|(name, _)| name != "set-cookie"), "{state:?}");
        }
    }
}

#[test]
fn one_that_no_page_can_carry_is_refused() {
    let server = TestServer::start();
    let field = AuthnRequest::default().posted();
    for state in ["a\0b".to_owned(), "x".repeat(10_000)] {
        let reply = server.client.post("/adfs/ls/", &[("SAMLRequest", &field), ("RelayState", &state)]);
        assert_eq!(reply.status, 400);
        assert!(!reply.body.contains("xxxx"));
    }
    let twice = [("SAMLRequest", field.as_str()), ("RelayState", "a"), ("RelayState", "b")];
    assert_eq!(server.client.post("/adfs/ls/", &twice).status, 400);
}

#[test]
fn without_a_request_only_what_the_configuration_allows_is_handed_on() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let ask = |state: &str| {
        let state: String = form_urlencoded::byte_serialize(state.as_bytes()).collect();
        let path = format!("{AWS_SIGN_ON}&RelayState={state}");
        server.client.send("GET", &path, &[("Cookie", &cookie)], "")
    };
    let deep = "https://console.aws.amazon.com/ec2/home?region=eu-central-1#Instances:";
    assert_eq!(ask(deep).input("RelayState").as_deref(), Some(deep));
    for state in [
        "https://evil.example.net/",
        "//evil.example.net",
        "https://console.aws.amazon.com.evil.net/",
        "https://console.aws.amazon.com@evil.net/",
        " https://console.aws.amazon.com/",
        "HTTPS://console.aws.amazon.com/",
        "javascript:alert(1)",
    ] {
        let reply = ask(state);
        assert_eq!(reply.status, 400, "{state}");
        assert!(!reply.body.contains("evil"), "{state}");
    }
}
