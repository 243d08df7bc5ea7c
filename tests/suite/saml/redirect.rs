//! The redirect binding: the raw query decides.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use claimsmith::saml::binding::redirect::{self, MessageKind};
use claimsmith::saml::{PeerFault, Signer};
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::support::saml::{authn_request, certificates, key, other_key};

fn request() -> String {
    authn_request("_1", "https://sp.example.com")
}

fn query(relay_state: Option<&str>, signed: bool) -> String {
    let key = signed.then_some(key() as &dyn Signer);
    let url = redirect::url("https://sts.example.com/adfs/ls/", MessageKind::Request, &request(), relay_state, key);
    url.unwrap().split_once('?').unwrap().1.to_owned()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn message(bytes: &[u8]) -> String {
    format!("SAMLRequest={}", BASE64.encode(bytes).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

/// The query signed over its octets as they stand.
fn sign(query: &str) -> String {
    let signature = BASE64.encode(key().sign(query.as_bytes()).unwrap());
    format!("{query}&Signature={}", signature.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"))
}

fn fault(query: &str) -> PeerFault {
    redirect::parse(query).expect_err(query).peer_fault().unwrap()
}

#[test]
fn what_is_sent_arrives() {
    for relay_state in [None, Some(""), Some("a b&c=d%é+/~")] {
        for signed in [false, true] {
            let message = redirect::parse(&query(relay_state, signed)).unwrap();
            assert_eq!(message.kind, MessageKind::Request);
            assert_eq!(message.xml, request());
            assert_eq!(message.relay_state.as_deref(), relay_state);
            assert_eq!(message.signed, signed);
            assert_eq!(message.verify(&certificates(key())).is_ok(), signed);
            message.verify(&certificates(other_key())).unwrap_err();
            message.verify(&[]).unwrap_err();
        }
    }
}

#[test]
fn an_endpoint_may_have_a_query_of_its_own() {
    let url = redirect::url("https://sp.example.com/slo?a=b", MessageKind::Response, "<a/>", None, None).unwrap();
    assert!(url.starts_with("https://sp.example.com/slo?a=b&SAMLResponse="), "{url}");
}

#[test]
fn one_of_several_trusted_keys_is_enough() {
    let both = [certificates(other_key()), certificates(key())].concat();
    redirect::parse(&query(None, true)).unwrap().verify(&both).unwrap();
}

#[test]
fn other_spellings_of_the_same_octets_verify_as_they_were_signed() {
    let raw = query(Some("a~b c"), true);
    let unsigned = raw.split("&Signature=").next().unwrap();
    let lower = unsigned.replace("%2B", "%2b").replace("%2F", "%2f").replace("%3D", "%3d").replace("%3A", "%3a");
    let plus = lower.replace("a~b%20c", "a%7eb+c");
    assert_ne!(lower, unsigned);
    assert_ne!(plus, lower);
    for spelling in [&lower, &plus] {
        let message = redirect::parse(&sign(spelling)).unwrap();
        assert_eq!(message.relay_state.as_deref(), Some("a~b c"));
        message.verify(&certificates(key())).unwrap();
    }
    // Spelt otherwise after it was signed, it is another text.
    let respelt = raw.replace("a~b%20c", "a~b+c");
    redirect::parse(&respelt).unwrap().verify(&certificates(key())).unwrap_err();
}

#[test]
fn the_order_of_parameters_does_not_matter() {
    let raw = query(Some("x"), true);
    let mut parts: Vec<&str> = raw.split('&').collect();
    parts.reverse();
    redirect::parse(&parts.join("&")).unwrap().verify(&certificates(key())).unwrap();
}

#[test]
fn what_was_not_signed_does_not_verify() {
    let with = query(Some("x"), true);
    let without = query(None, true);
    let changes = [
        with.replace("RelayState=x", "RelayState=y"),
        with.replace("RelayState=x", "RelayState="),
        with.replace("&RelayState=x", ""),
        format!("{without}&RelayState=x"),
        format!("{without}&RelayState="),
        with.replace("rsa-sha256", "rsa-sha512"),
        with.replace("SAMLRequest=", "SAMLResponse="),
    ];
    for change in changes {
        assert_ne!(change, with);
        redirect::parse(&change).unwrap().verify(&certificates(key())).expect_err(&change);
    }
}

#[test]
fn half_a_signature_is_refused() {
    let raw = query(None, true);
    let (unsigned, signature) = raw.split_once("&Signature=").unwrap();
    assert_eq!(fault(unsigned), PeerFault::Signature);
    let message = unsigned.split("&SigAlg=").next().unwrap();
    assert_eq!(fault(&format!("{message}&Signature={signature}")), PeerFault::Signature);
    // Both stripped: readable, but nobody's.
    let stripped = redirect::parse(message).unwrap();
    assert!(!stripped.signed);
    stripped.verify(&certificates(key())).unwrap_err();
    let empty = redirect::parse(&format!("{unsigned}&Signature=")).unwrap();
    empty.verify(&certificates(key())).unwrap_err();
}

#[test]
fn other_algorithms_are_refused() {
    let message = query(None, false);
    for algorithm in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#RSA-SHA256",
        "",
    ] {
        let algorithm = algorithm.replace(':', "%3A").replace('/', "%2F").replace('#', "%23");
        assert_eq!(fault(&sign(&format!("{message}&SigAlg={algorithm}"))), PeerFault::Signature, "{algorithm}");
    }
}

#[test]
fn ambiguous_queries_are_refused() {
    let raw = query(Some("x"), true);
    let message = raw.split('&').next().unwrap();
    let value = message.strip_prefix("SAMLRequest=").unwrap();
    for query in [
        format!("{raw}&{message}"),
        format!("{message}&{raw}"),
        format!("{raw}&samlrequest={value}"),
        format!("{raw}&%53AMLRequest={value}"),
        format!("%53AMLRequest={value}"),
        format!("SAMLRequest[]={value}"),
        format!("{raw}&SAMLRequest%00={value}"),
        format!("{raw}&SAMLResponse={value}"),
        format!("{raw}&RelayState=y"),
        format!("{raw}&Relay%53tate=y"),
        format!("{raw}&SigAlg=x"),
        format!("{raw}&Signature=x"),
        format!("{raw}&=x"),
        format!("samlrequest={value}"),
        String::new(),
        "RelayState=x".to_owned(),
    ] {
        assert_eq!(fault(&query), PeerFault::Malformed, "{query}");
    }
    // Parameters of others are none of ours.
    redirect::parse(&format!("client-request-id=1&{raw}")).unwrap().verify(&certificates(key())).unwrap();
}

#[test]
fn broken_encodings_are_refused() {
    let good = deflated(request().as_bytes());
    let trailing = [good.as_slice(), b"x"].concat();
    let short = &good[..good.len() - 4];
    for query in [
        "SAMLRequest=".to_owned(),
        "SAMLRequest=%".to_owned(),
        "SAMLRequest=%4".to_owned(),
        "SAMLRequest=%zz".to_owned(),
        "SAMLRequest=%+4".to_owned(),
        "SAMLRequest=é".to_owned(),
        "SAMLRequest=a+b/".to_owned(),
        "SAMLRequest=%00%00".to_owned(),
        message(b"not deflated"),
        message(&trailing),
        message(short),
        message(&deflated(b"\xFF\xFE")),
        format!("{}&RelayState=%FF", message(&good)),
        format!("{}&SAMLEncoding=%", message(&good)),
    ] {
        assert_eq!(fault(&query), PeerFault::Malformed, "{query}");
    }
    assert!(redirect::parse(&format!("{}&SAMLEncoding=x", message(&good))).is_err());
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let bomb = deflated(&vec![b' '; 32 * 1024 * 1024]);
    assert!(bomb.len() < 64 * 1024);
    assert_eq!(fault(&message(&bomb)), PeerFault::TooLarge);
    assert_eq!(fault(&message(&vec![0; 70 * 1024])), PeerFault::TooLarge);
    assert_eq!(fault(&format!("SAMLRequest={}", "A".repeat(1024 * 1024))), PeerFault::TooLarge);
}
