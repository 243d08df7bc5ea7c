//! The session's cookie: what it opens, and for whom no longer.

use claimsmith::store::directory::{AccountMark, Refusal};
use jiff::SignedDuration;

use crate::support::identity_provider::{AWS_SIGN_ON, TestServer, response_in};
use crate::support::people::{password, usual_mark};

fn start_page(server: &TestServer, cookie: &str) -> String {
    server.client.send("GET", "/", &[("Cookie", cookie)], "").body
}

#[test]
fn the_start_page_lists_the_applications_of_a_session() {
    let server = TestServer::start();
    let stranger = server.client.get("/");
    assert!(stranger.body.contains("id=\"loginForm\" action=\"/adfs/ls/IdpInitiatedSignOn.aspx\""));
    let secret = password("alice");
    let signed_in =
        server.client.post("/adfs/ls/IdpInitiatedSignOn.aspx", &[("UserName", "alice"), ("Password", &secret)]);
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/")));
    let page = start_page(&server, &signed_in.cookie().unwrap());
    assert!(page.contains(r"CORP\alice"));
    assert!(page.contains("href=\"/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:amazon:webservices\""));
}

#[test]
fn the_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts() {
    let server = TestServer::start();
    let reply = server.sign_in("alice");
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-Claimsmith-Session="));
    for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{attribute}");
    }
    assert!(!cookie.contains("Domain"));
}

#[test]
fn a_changed_cookie_opens_nothing() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    assert!(start_page(&server, &cookie).contains("Your applications"));
    let start = cookie.find('=').unwrap() + 1;
    for index in (start..cookie.len()).step_by(7) {
        let mut bytes = cookie.clone().into_bytes();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(!start_page(&server, &changed).contains("Your applications"), "byte {index}");
    }
    let two = format!("{cookie}; {cookie}");
    assert!(!start_page(&server, &two).contains("Your applications"), "somebody planted one of them");
}

#[test]
fn a_sign_in_never_takes_over_a_session_that_was_there() {
    let server = TestServer::start();
    let planted = server.cookie_of("bob");
    let secret = password("alice");
    let fields = [("UserName", "alice"), ("Password", secret.as_str())];
    let reply = server.client.post_with(AWS_SIGN_ON, &fields, &[("Cookie", &planted)]);
    let fresh = reply.cookie().unwrap();
    assert_ne!(fresh, planted);
    assert!(start_page(&server, &fresh).contains(r"CORP\alice"));
    assert!(start_page(&server, &planted).contains(r"CORP\bob"));
}

#[test]
fn signing_out_ends_the_session_for_every_copy_of_the_cookie() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let asked = server.client.send("GET", "/adfs/ls/?wa=wsignout1.0", &[("Cookie", &cookie)], "");
    assert!(asked.body.contains("Sign out?"), "a link alone ends nothing");
    let foreign = [("Cookie", cookie.as_str()), ("Sec-Fetch-Site", "cross-site")];
    assert_eq!(server.client.post_with("/sign-out", &[], &foreign).status, 403);
    assert!(start_page(&server, &cookie).contains("Your applications"));
    let out = server.client.post_with("/sign-out", &[], &[("Cookie", &cookie)]);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert!(!start_page(&server, &cookie).contains("Your applications"));
}

#[test]
fn sessions_end_by_themselves() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    server.clock.advance(SignedDuration::from_mins(59));
    let renewed = server.client.send("GET", "/", &[("Cookie", &cookie)], "").cookie().expect("used, so sealed anew");
    server.clock.advance(SignedDuration::from_mins(2));
    assert!(!start_page(&server, &cookie).contains("Your applications"), "idle for too long");
    assert!(start_page(&server, &renewed).contains("Your applications"));
}

#[test]
fn the_assertion_says_when_the_session_ends() {
    let server = TestServer::start();
    let statement = response_in(&server.sign_in("alice")).assertion.authn_statements.remove(0);
    assert_eq!(statement.authn_instant.unwrap().to_string(), "2026-11-21T10:00:00Z");
    assert_eq!(statement.session_not_on_or_after.unwrap().to_string(), "2026-11-21T18:00:00Z");
}

#[test]
fn a_session_does_not_outlive_the_account() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    server.people.mood.lock().unwrap().refusals.insert("alice".to_owned(), Refusal::Disabled);
    let reply = server.client.send("GET", AWS_SIGN_ON, &[("Cookie", &cookie)], "");
    assert!(reply.input("SAMLResponse").is_none());
    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(server.last_cause(), r"the session of `CORP\alice` ended: account disabled");
    server.people.mood.lock().unwrap().refusals.clear();
    assert!(!start_page(&server, &cookie).contains("Your applications"), "it stays ended");
}

#[test]
fn a_session_ends_with_its_password_and_with_its_account() {
    let usual = usual_mark("alice");
    for (mark, cause) in [
        (AccountMark { password: "second".to_owned(), ..usual.clone() }, "password changed since sign-in"),
        (AccountMark { sid: "S-1-5-21-1-2-3-9999".to_owned(), ..usual }, "the name belongs to another account now"),
    ] {
        let server = TestServer::start();
        let cookie = server.cookie_of("alice");
        server.people.mood.lock().unwrap().marks.insert("alice".to_owned(), mark);
        let reply = server.client.send("GET", AWS_SIGN_ON, &[("Cookie", &cookie)], "");
        assert!(reply.input("SAMLResponse").is_none(), "{cause}");
        assert_eq!(server.last_cause(), format!(r"the session of `CORP\alice` ended: {cause}"));
        assert!(server.sign_in("alice").input("SAMLResponse").is_some(), "a new sign-in works");
    }
}

#[test]
fn another_site_cannot_sign_somebody_in() {
    let server = TestServer::start();
    let secret = password("alice");
    let fields = [("UserName", "alice"), ("Password", secret.as_str())];
    for headers in [
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example.net")],
        [("Sec-Fetch-Site", "same-site"), ("Origin", "https://other.example.com")],
        [("Accept", "*/*"), ("Origin", "https://evil.example.net")],
        [("Accept", "*/*"), ("Origin", "null")],
    ] {
        let reply = server.client.post_with(AWS_SIGN_ON, &fields, &headers);
        assert_eq!(reply.status, 403, "{headers:?}");
        assert!(reply.cookie().is_none());
    }
    let own = [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://sts.example.com")];
    assert!(server.client.post_with(AWS_SIGN_ON, &fields, &own).input("SAMLResponse").is_some());
}
