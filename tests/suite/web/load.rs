//! Clients that want more than their share: what they can take, and what stays for the others.

use std::io::{Read as _, Write as _};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use claimsmith::web::Limits;
use jiff::SignedDuration;

use crate::support::https::form;
use crate::support::identity_provider::{AWS_SIGN_ON, TestServer, limits};
use crate::support::people::password;

const METADATA: &str = "/FederationMetadata/2007-06/FederationMetadata.xml";

#[test]
fn clients_that_hang_up_free_no_place() {
    let server = TestServer::with(Limits { sign_ons: 2, ..limits() });
    server.people.mood.lock().unwrap().slow = Duration::from_millis(1500);
    let body = form(&[("UserName", "alice"), ("Password", &password("alice"))]);
    let request = format!(
        "POST {AWS_SIGN_ON} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    for _ in 0..10 {
        let mut stream = server.client.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.flush().unwrap();
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.people.most_asking.load(Ordering::SeqCst), 2);
}

#[test]
fn passwords_that_are_slow_to_check_hold_up_nothing_else() {
    let server = TestServer::with(Limits { sign_ons: 1, place_time: Duration::from_millis(200), ..limits() });
    let cookie = server.cookie_of("bob");
    server.people.mood.lock().unwrap().slow = Duration::from_secs(5);
    let asked = server.people.mood.lock().unwrap().asked;
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| server.sign_in("alice"));
        let deadline = Instant::now() + Duration::from_secs(10);
        while server.people.mood.lock().unwrap().asked == asked {
            assert!(Instant::now() < deadline, "the first request has not arrived");
            std::thread::yield_now();
        }
        let refused = server.sign_in("carol");
        assert_eq!(refused.status, 503);
        assert!(refused.body.contains("try again"));
        for path in ["/", AWS_SIGN_ON, METADATA] {
            assert_eq!(server.client.get(path).status, 200, "{path}");
        }
        assert!(!slow.is_finished(), "nothing waited for the directory");
        server.people.mood.lock().unwrap().slow = Duration::ZERO;
        let live = server.client.send("GET", AWS_SIGN_ON, &[("Cookie", &cookie)], "");
        assert!(live.input("SAMLResponse").is_some());
        assert!(slow.join().unwrap().input("SAMLResponse").is_some());
    });
}

#[test]
fn bodies_that_never_arrive_take_no_places() {
    let server = TestServer::with(Limits { requests: 4, body_time: Duration::from_secs(5), ..limits() });
    let mut slow: Vec<_> = (0..8)
        .map(|_| {
            let mut stream = server.client.connect();
            let head = format!("POST {AWS_SIGN_ON} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nUs");
            stream.write_all(head.as_bytes()).unwrap();
            stream.flush().unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    server.assert_serves();
    assert!(began.elapsed() < Duration::from_secs(4), "the bodies are still awaited");
    for stream in &mut slow {
        let mut first = [0; 12];
        stream.read_exact(&mut first).unwrap();
        assert_eq!(&first, b"HTTP/1.1 408");
    }
}

#[test]
fn large_bodies_are_read_a_few_at_once() {
    let server = TestServer::with(Limits { large_bodies: 0, ..limits() });
    let head = format!("POST {AWS_SIGN_ON} HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
    assert_eq!(server.client.raw(head.as_bytes()).status, 503);
    server.assert_serves();
}

#[test]
fn one_client_has_only_so_many_connections() {
    let server = TestServer::with(Limits { connections_per_client: 3, ..limits() });
    let mut held: Vec<_> = (0..3).map(|_| server.client.connect()).collect();
    for stream in &mut held {
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
    }
    assert_eq!(server.client.get("/").status, 0, "closed without an answer");
    held.pop();
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.client.get("/").status != 200 {
        assert!(Instant::now() < deadline, "the place that became free is not given out");
    }
}

#[test]
fn metadata_is_signed_once_in_ten_minutes_and_holds_for_400_days() {
    let server = TestServer::start();
    let until = "2027-12-26T10:00:00"; // 400 days after the test's present.
    let first = server.client.get(METADATA).body;
    assert!(first.contains(&format!("validUntil=\"{until}")), "{first}");
    server.clock.advance(SignedDuration::from_mins(9));
    assert_eq!(server.client.get(METADATA).body, first);
    server.clock.advance(SignedDuration::from_mins(1));
    let second = server.client.get(METADATA).body;
    assert_ne!(second, first);
    server.clock.advance(-SignedDuration::from_hours(1));
    assert_ne!(server.client.get(METADATA).body, second, "a clock that was set back");
}
