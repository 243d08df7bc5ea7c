//! Servers that send what is no LDAP, or too much of it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use claimsmith::store::directory::Directory as _;
use claimsmith::store::ldap::LdapServers;

use super::{directory, service, told};
use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::ber::{number, sequence, tagged, text};
use crate::support::fake_ldap::domain::{person, table};

/// Answers the first message with these bytes, and then keeps the connection open.
fn answering(bytes: Vec<u8>) -> LdapServers {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ldap://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let bytes = bytes.clone();
            std::thread::spawn(move || {
                let mut question = [0; 4096];
                let _ = client.read(&mut question);
                let _ = client.write_all(&bytes);
                while let Ok(1..) = client.read(&mut question) {}
            });
        }
    });
    cleartext(url)
}

fn cleartext(url: String) -> LdapServers {
    LdapServers {
        urls: vec![url],
        credentials: service(),
        bind_timeout: Duration::from_secs(2),
        danger_allow_cleartext: true,
        ..LdapServers::default()
    }
}

/// A message with the number of the client's first.
fn message(operation: Vec<u8>) -> Vec<u8> {
    sequence(0x30, &[number(2, 1), operation])
}

#[test]
fn what_is_no_ldap_is_an_error_and_nothing_worse() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let of_the_client = info.location().is_some_and(|place| !place.file().contains("tests/"));
        PANICS.fetch_add(usize::from(of_the_client), Ordering::SeqCst);
        before(info);
    }));
    let deep = (0..100_000).fold(Vec::new(), |mut inner: Vec<u8>, _| {
        inner.extend([0x80, 0x30]);
        inner
    });
    let result =
        |code: Vec<u8>, rest: &[Vec<u8>]| message(sequence(0x61, &[&[code, text(""), text("")], rest].concat()));
    for (what, bytes, says) in [
        ("a web server", b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "not LDAP"),
        ("nothing but zeros", vec![0; 64], "not LDAP"),
        ("a huge message", vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1], "announced a message"),
        ("an endless length", vec![0x30, 0x80, 2, 1, 1], "not LDAP"),
        ("a length that lies", vec![0x30, 5, 2, 1, 1, 0x61, 0x7f], "not LDAP"),
        ("an empty message", vec![0x30, 0], "not LDAP"),
        ("an answer to another question", message(sequence(0x64, &[text("dc=x"), tagged(0x30, b"")])), "another kind"),
        ("a result without a code", result(tagged(10, b""), &[]), "not LDAP"),
        ("a text that is none", message(sequence(0x61, &[number(10, 0), text([0xff]), text("")])), "not UTF-8"),
        ("a referral that is none", result(number(10, 10), &[tagged(0xa3, &[0x04, 0x7f])]), "not LDAP"),
        ("deep nesting", message(tagged(0x61, &deep)), "not LDAP"),
        (
            "a control without a value that fits",
            sequence(
                0x30,
                &[number(2, 1), sequence(0x61, &[number(10, 0), text(""), text("")]), tagged(0xa0, &[0x30, 0])],
            ),
            "not LDAP",
        ),
        (
            "a notice of disconnection",
            sequence(0x30, &[number(2, 0), sequence(0x78, &[number(10, 52), text(""), text("going down")])]),
            "going down",
        ),
        ("half a message", vec![0x30, 0x20, 2, 1, 1], "no answer within"),
    ] {
        let error = told(answering(bytes));
        assert!(error.contains(says), "{what}: {error}");
    }
    assert_eq!(PANICS.load(Ordering::SeqCst), 0);
}

#[test]
fn an_answer_that_is_too_large_is_refused() {
    let long = |rid: u32, bytes: usize| person("alice", rid, &[]).with("sAMAccountName", &[&"x".repeat(bytes)]);
    for (people, says) in [
        (vec![long(1_104, 1 << 20)], "announced a message"),
        ((2_000..2_300).map(|rid| long(rid, 1 << 10)).collect(), "the answer is larger than 64 KiB"),
    ] {
        let server = FakeLdap::start(table(people));
        let large = directory(cleartext(server.url.clone())).user_names().unwrap();
        assert!(!large.is_empty());
        let small = LdapServers { answer_limit_bytes: 64 << 10, ..cleartext(server.url.clone()) };
        let error = directory(small).user_names().unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}
