//! What the server believes of `X-Forwarded-For`, and what rules get to see of it.

use crate::support::authn_request::AuthnRequest;
use crate::support::identity_provider::{TestServer, response_in};

const INSIDE: &str = "http://schemas.microsoft.com/ws/2012/01/insidecorporatenetwork/seen";
const CLIENT_IP: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-forwarded-client-ip/seen";

const PROXY: &str = "http://schemas.microsoft.com/2012/01/requestcontext/claims/x-ms-proxy/seen";

/// What the rules see of a client that alice's cookie comes from.
fn seen(server: &TestServer, forwarded: Option<&str>) -> impl Fn(&str) -> Vec<String> {
    let cookie = server.cookie_of("alice");
    let id = format!("_{}", server.audit().len());
    let path = AuthnRequest { id, ..AuthnRequest::default() }.redirected(None, None);
    let mut headers = vec![("Cookie", cookie.as_str())];
    headers.extend(forwarded.map(|value| ("X-Forwarded-For", value)));
    let attributes = response_in(&server.client.send("GET", &path, &headers, "")).assertion.attributes;
    move |name| attributes.iter().filter(|found| found.name == name).flat_map(|found| found.values.clone()).collect()
}

#[test]
fn a_trusted_proxy_says_where_the_client_is() {
    let server = TestServer::behind_a_proxy();
    for (forwarded, address, is_inside) in [
        (Some("127.0.0.7"), "127.0.0.7", "true"),
        (Some("127.0.0.7:50123"), "127.0.0.7", "true"),
        (Some("192.0.2.7"), "192.0.2.7", "false"),
        (Some("192.0.2.7:50123"), "192.0.2.7", "false"),
        (Some("[2001:db8::7]:50123"), "2001:db8::7", "false"),
        (Some("127.0.0.7, 192.0.2.7"), "192.0.2.7", "false"),
        (Some("127.0.0.7, nonsense"), "unknown", "false"),
        (Some("127.0.0.1"), "unknown", "false"),
        (None, "unknown", "false"),
    ] {
        let seen = seen(&server, forwarded);
        assert_eq!(seen(CLIENT_IP), [address], "{forwarded:?}");
        assert_eq!(seen(INSIDE), [is_inside], "{forwarded:?}");
        let proxy: &[&str] = if is_inside == "true" { &[] } else { &["127.0.0.1"] };
        assert_eq!(seen(PROXY), proxy, "{forwarded:?}");
        assert_eq!(server.audit().last().unwrap().client_address, address);
    }
}

#[test]
fn a_stranger_says_nothing_of_where_they_are() {
    let server = TestServer::start();
    for forwarded in ["192.0.2.7", "10.0.0.1", "nonsense"] {
        assert_eq!(seen(&server, Some(forwarded))(CLIENT_IP), ["127.0.0.1"], "{forwarded}");
    }
}
