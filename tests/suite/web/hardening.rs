//! Headers on everything, limits on everybody, and an orderly end.

use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use claimsmith::web::Limits;

use crate::support::authn_request::AuthnRequest;
use crate::support::https::Reply;
use crate::support::identity_provider::{AWS_SIGN_ON, TestServer, limits};

#[test]
fn every_answer_carries_the_headers() {
    let server = TestServer::start();
    let pages = [
        server.client.get("/"),
        server.client.get(AWS_SIGN_ON),
        server.sign_in("alice"),
        server.sign_in("carol"),
        server.client.get("/nothing/here"),
        server.client.get("/adfs/ls/?SAMLRequest=AAAA"),
        server.client.send("DELETE", "/", &[], ""),
        server.client.get("/FederationMetadata/2007-06/FederationMetadata.xml"),
    ];
    for page in pages {
        let policy = page.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert!(page.header("strict-transport-security").unwrap().starts_with("max-age="));
    }
}

#[test]
fn scripts_run_on_the_page_that_posts_and_nowhere_else() {
    let server = TestServer::start();
    assert!(!server.client.get("/").header("content-security-policy").unwrap().contains("script-src"));
    let posting = server.sign_in("alice");
    let policy = posting.header("content-security-policy").unwrap();
    let script = posting.body.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, script.as_bytes());
    let hash = base64::engine::general_purpose::STANDARD.encode(hash);
    assert!(policy.contains(&format!("script-src 'sha256-{hash}';")), "{policy}");
    assert_eq!(posting.body.matches("<script").count(), 1);
}

#[test]
fn the_style_sheet_may_be_kept() {
    let server = TestServer::start();
    let page = server.client.get("/");
    let path = page.body.split_once("href=\"/static/").unwrap().1.split_once('"').unwrap().0;
    let style = server.client.get(&format!("/static/{path}"));
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.header("cache-control").unwrap().contains("immutable"));
}

#[test]
fn no_link_is_made_of_the_host_header() {
    let server = TestServer::start();
    for path in ["/", AWS_SIGN_ON, "/FederationMetadata/2007-06/FederationMetadata.xml", "/nothing"] {
        let headers = "X-Forwarded-Host: evil.example.net\r\nForwarded: host=evil.example.net\r\nConnection: close";
        let request = format!("GET {path} HTTP/1.1\r\nHost: evil.example.net\r\n{headers}\r\n\r\n");
        let reply = server.client.raw(request.as_bytes());
        assert!(reply.status != 0 && !reply.body.contains("evil.example.net"), "{path}");
    }
}

#[test]
fn metadata_names_the_issuer_the_key_and_the_addresses() {
    let server = TestServer::start();
    let reply = server.client.get("/federationmetadata/2007-06/federationmetadata.XML");
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("entityID=\"http://sts.example.com/adfs/services/trust\""));
    assert!(reply.body.contains("https://sts.example.com/adfs/ls/"));
    assert!(reply.body.contains("validUntil="));
}

#[test]
fn a_body_that_is_too_large_is_refused_announced_or_not() {
    let server = TestServer::start();
    let large = "x".repeat(300 * 1024);
    assert_eq!(server.client.post(AWS_SIGN_ON, &[("UserName", &large)]).status, 413);
    let chunk = format!("{:x}\r\n{large}\r\n0\r\n\r\n", large.len());
    let request = format!(
        "POST {AWS_SIGN_ON} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{chunk}"
    );
    assert_eq!(server.client.raw(request.as_bytes()).status, 413);
    server.assert_serves();
}

#[test]
fn what_is_no_form_is_refused() {
    let server = TestServer::start();
    let json = server.client.send("POST", AWS_SIGN_ON, &[("Content-Type", "application/json")], "{}");
    assert_eq!(json.status, 415);
    let fields = "a=1&".repeat(100);
    let many =
        server.client.send("POST", AWS_SIGN_ON, &[("Content-Type", "application/x-www-form-urlencoded")], &fields);
    assert_eq!(many.status, 400);
    let put = server.client.send("PUT", AWS_SIGN_ON, &[], "");
    assert_eq!((put.status, put.header("allow")), (405, Some("GET, HEAD, POST")));
}

#[test]
fn a_client_that_dawdles_is_cut_off() {
    let server = TestServer::with(Limits {
        header_time: Duration::from_millis(500),
        body_time: Duration::from_millis(500),
        ..limits()
    });
    let began = Instant::now();
    let headers = server.client.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    assert!(headers.status == 0 || headers.status == 408, "{headers:?}");
    let body = server
        .client
        .raw(b"POST /adfs/ls/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\nUser");
    assert_eq!(body.status, 408);
    let silent = Reply::read(&mut server.client.connect());
    assert_eq!(silent.status, 0);
    assert!(began.elapsed() < Duration::from_secs(10));
    server.assert_serves();
}

#[test]
fn a_panic_is_a_page_with_a_reference_and_not_the_end() {
    let server = TestServer::start();
    server.people.mood.lock().unwrap().broken = true;
    let reply = server.sign_in("alice");
    assert_eq!(reply.status, 500);
    assert!(reply.body.contains("give this number"));
    assert!(!reply.body.contains("broken"), "what we know stays with us");
    server.people.mood.lock().unwrap().broken = false;
    server.assert_serves();
}

#[test]
fn too_many_requests_at_once_are_turned_away() {
    let server = TestServer::with(Limits { requests: 1, ..limits() });
    server.people.mood.lock().unwrap().slow = Duration::from_secs(2);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| server.sign_in("alice").status);
        let deadline = Instant::now() + Duration::from_secs(10);
        while server.people.mood.lock().unwrap().asked == 0 {
            assert!(Instant::now() < deadline, "the first request has not arrived");
            std::thread::yield_now();
        }
        assert_eq!(server.client.get("/").status, 503);
        assert_eq!(slow.join().unwrap(), 200);
    });
}

#[test]
fn a_refusal_takes_the_same_time_whatever_its_cause() {
    let floor = Duration::from_millis(300);
    let server = TestServer::with(Limits { refusal_time: floor, ..limits() });
    for (user, password) in [("nobody", "x"), ("alice", "wrong"), ("alice", ""), ("", "x")] {
        let began = Instant::now();
        server.client.post(AWS_SIGN_ON, &[("UserName", user), ("Password", password)]);
        assert!(began.elapsed() >= floor, "{user}");
    }
}

#[test]
fn a_running_request_is_answered_before_the_server_ends() {
    let server = TestServer::start();
    server.people.mood.lock().unwrap().slow = Duration::from_millis(700);
    let client = server.client.clone();
    std::thread::scope(|scope| {
        let running = scope.spawn(|| server.sign_in("alice"));
        let deadline = Instant::now() + Duration::from_secs(10);
        while server.people.mood.lock().unwrap().asked == 0 {
            assert!(Instant::now() < deadline, "the request has not arrived");
            std::thread::yield_now();
        }
        server.begin_stop();
        assert!(running.join().unwrap().input("SAMLResponse").is_some());
    });
    server.stop().unwrap();
    assert!(std::net::TcpStream::connect(client.address).is_err(), "nobody listens any more");
}

#[test]
fn the_end_does_not_wait_for_a_client_that_says_nothing() {
    let server = TestServer::with(Limits { shutdown_time: Duration::from_millis(300), ..limits() });
    let mut idle = server.client.connect();
    idle.write_all(b"POST /adfs/ls/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n").unwrap();
    idle.flush().unwrap();
    let began = Instant::now();
    server.stop().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn ambiguous_messages_are_refused() {
    let server = TestServer::start();
    let field = AuthnRequest::default().posted();
    let query = AuthnRequest::default().redirected(None, None);
    for (path, fields) in [
        (query.as_str(), vec![("SAMLRequest", field.as_str())]),
        ("/adfs/ls/", vec![("SAMLRequest", &field), ("SAMLRequest", &field)]),
        ("/adfs/ls/", vec![("SAMLRequest", &field), ("SAMLResponse", &field)]),
    ] {
        let reply = server.client.post(path, &fields);
        assert_eq!(reply.status, 400, "{fields:?}");
    }
    server.assert_serves();
}
