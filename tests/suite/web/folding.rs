//! Floods of refused requests: what is recorded, what is counted, and what never is.

use claimsmith::idp::audit::{AuditRecord, Event, Outcome};
use claimsmith::idp::client::Client;
use claimsmith::idp::sign_on::Asked;
use jiff::SignedDuration;

use super::password::{change, changing};
use crate::support::authn_request::AuthnRequest;
use crate::support::https::Reply;
use crate::support::identity_provider::{AWS_SIGN_ON, SP, TestServer};
use crate::support::people::password;
use crate::support::waiting::wait_until;

/// How many of a kind from one source are recorded by themselves.
const SINGLES: usize = 10;
/// How many sources are told apart.
const SOURCES: usize = 2_000;

fn unknown(number: usize) -> String {
    format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp=urn:nobody:{number}")
}

fn attempt(server: &TestServer, user: &str, password: &str) -> Reply {
    server.client.post(AWS_SIGN_ON, &[("UserName", user), ("Password", password)])
}

/// The number on a page of a problem.
fn reference(page: &Reply) -> &str {
    page.body.split_once("this number: <strong>").unwrap().1.split_once('<').unwrap().0
}

/// How many requests the audit log tells of.
fn told(records: &[AuditRecord]) -> u64 {
    records.iter().map(|record| record.folded.as_ref().map_or(1, |folded| folded.count)).sum()
}

fn causes(records: &[AuditRecord]) -> Vec<&str> {
    records.iter().map(|record| record.cause.as_deref().unwrap_or_default()).collect()
}

#[test]
fn a_flood_is_a_few_records_and_one_that_counts_the_others() {
    let server = TestServer::start();
    let pages: Vec<Reply> = (0..25).map(|number| server.client.get(&unknown(number))).collect();
    let singles = server.audit();
    assert_eq!(singles.len(), SINGLES);
    assert!(singles.iter().all(|record| record.event == Event::Request && record.folded.is_none()));
    assert_eq!(singles[9].folds_until.as_deref(), Some("2026-11-21T10:15:00.000Z"));
    assert!(singles[..9].iter().all(|record| record.folds_until.is_none()));
    for (page, record) in pages.iter().zip(&singles) {
        assert_eq!(reference(page), record.reference);
    }
    assert!(pages[10..].iter().all(|page| page.status == 400 && reference(page) == singles[9].reference));
    server.clock.advance(SignedDuration::from_mins(15));
    wait_until("it is told when the window is over", || server.audit().len() > SINGLES);
    let record = server.audit().pop().unwrap();
    assert_eq!((record.event, record.outcome), (Event::Request, Outcome::Refused));
    assert_eq!((record.reference.as_str(), record.time.as_str()), (&*singles[9].reference, "2026-11-21T10:15:00.000Z"));
    assert_eq!((record.client_address.as_str(), record.cause.as_deref()), ("127.0.0.1", Some("unknown relying party")));
    let folded = record.folded.unwrap();
    let at = "2026-11-21T10:00:00.000Z";
    assert_eq!((folded.count, folded.first.as_str(), folded.last.as_str()), (15, at, at));
    assert_eq!(server.provider.counters().requests_refused.value(), 25, "each counts");
    let later = server.client.get(&unknown(25));
    assert_eq!(reference(&later), server.audit().pop().unwrap().reference, "it begins anew");
}

#[test]
fn what_the_server_still_counts_is_told_when_it_ends() {
    let server = TestServer::start();
    for number in 0..12 {
        server.client.get(&unknown(number));
    }
    let log = server.audit_log();
    server.stop().unwrap();
    let records = log.records();
    assert_eq!((records.len(), told(&records)), (SINGLES + 1, 12));
}

#[test]
fn whatever_a_stranger_varies_is_a_bounded_number_of_records() {
    let server = changing();
    let endless = "x".repeat(2_000);
    let post = |fields: &[(&str, &str)]| server.client.post("/adfs/ls/", fields);
    let mut sent = 0;
    for number in 0..30 {
        let request = AuthnRequest { id: format!("_r{number}"), ..AuthnRequest::default() };
        let binding = format!("ProtocolBinding='urn:{number}:{}'", "x".repeat(20_000));
        let passive = AuthnRequest { attributes: "IsPassive='true'".to_owned(), ..request.clone() };
        let replies = [
            post(&[("SAMLRequest", &format!("%{number}"))]),
            post(&[("SAMLRequest", &AuthnRequest { issuer: format!("urn:{number}"), ..request.clone() }.posted())]),
            post(&[("SAMLRequest", &AuthnRequest { destination: Some(format!("urn:{number}")), ..request }.posted())]),
            post(&[("SAMLRequest", &AuthnRequest::with(&binding).posted())]),
            post(&[("SAMLRequest", &passive.posted())]),
            attempt(&server, &format!("{number}{}", "x".repeat(257)), "x"),
            attempt(&server, "", &format!("x{number}")),
            attempt(&server, &format!("user{number}"), &endless),
            change(&server, &format!("user{number}"), &endless, "another"),
        ];
        assert!(replies.iter().all(|reply| matches!(reply.status, 200 | 400)), "{replies:?}");
        sent += u64::try_from(replies.len()).unwrap();
    }
    let log = server.audit_log();
    server.stop().unwrap();
    let records = log.records();
    assert_eq!(told(&records), sent);
    // No name and a name that is too long are one kind.
    assert_eq!(records.iter().filter(|record| record.folded.is_some()).count(), 8, "{records:#?}");
    assert_eq!(records.len(), 8 * (SINGLES + 1));
    assert!(records.iter().all(|record| record.cause.as_ref().is_none_or(|cause| cause.len() <= 300)));
}

#[test]
fn a_flood_hides_neither_what_reaches_the_directory_nor_what_is_issued() {
    let server = TestServer::start();
    let mut expected = 0;
    for number in 0..40 {
        server.client.get(&unknown(number));
        attempt(&server, &format!("user{number}"), "wrong");
        assert!(server.sign_in("bob").input("SAMLResponse").is_some());
        expected += 3;
    }
    let records: Vec<_> = server.audit().into_iter().filter(|record| record.event != Event::Request).collect();
    assert_eq!(records.len(), expected, "{records:#?}");
    for number in 0..40 {
        let user = Some(format!("user{number}"));
        assert_eq!(causes(&records).iter().filter(|cause| **cause == "unknown user").count(), 40);
        assert_eq!(records.iter().filter(|record| record.user == user).count(), 1);
    }
    assert!(records.iter().all(|record| record.folded.is_none() && record.folds_until.is_none()));
}

#[test]
fn whoever_is_locked_out_is_recorded_by_name_at_first_and_then_counted() {
    let server = TestServer::start();
    for number in 0..50 {
        attempt(&server, &format!("user{number}"), "wrong");
    }
    let asked = server.people.mood.lock().unwrap().asked;
    let pages: Vec<Reply> = (0..30).map(|number| attempt(&server, &format!("name{number}"), "guess")).collect();
    assert_eq!(server.people.mood.lock().unwrap().asked, asked);
    let records = server.audit().split_off(50);
    assert_eq!(causes(&records), ["too many failed sign-ins from this address"; SINGLES]);
    let names: Vec<_> = records.iter().filter_map(|record| record.user.as_deref()).collect();
    assert_eq!(names, (0..SINGLES).map(|number| format!("name{number}")).collect::<Vec<_>>());
    let shown = format!("Reference: {}.", records[9].reference);
    assert!(pages[9..].iter().all(|page| page.error_text().unwrap().ends_with(&shown)));
    assert_eq!(server.provider.counters().sign_ins_refused.value(), 80);
}

#[test]
fn a_directory_that_is_down_is_no_way_to_fill_the_log() {
    let server = TestServer::start();
    server.people.mood.lock().unwrap().down = true;
    for number in 0..20 {
        attempt(&server, &format!("user{number}"), "guess");
    }
    let records = server.audit();
    assert_eq!(records.len(), SINGLES);
    assert!(records.iter().all(|record| (record.event, record.outcome) == (Event::SignIn, Outcome::Failed)));
    assert_eq!(server.provider.counters().sign_ins_failed.value(), 20);
}

#[test]
fn somebody_with_a_session_is_recorded_each_time() {
    let server = TestServer::start();
    let cookie = server.cookie_of("alice");
    let already = server.audit().len();
    for number in 0..15 {
        let elements = "<samlp:RequestedAuthnContext><saml:AuthnContextClassRef>urn:other</saml:AuthnContextClassRef>\
                        </samlp:RequestedAuthnContext>";
        let request = AuthnRequest { id: format!("_r{number}"), elements: elements.into(), ..AuthnRequest::default() };
        let reply = server.client.send("GET", &request.redirected(None, None), &[("Cookie", &cookie)], "");
        assert!(reply.input("SAMLResponse").is_some(), "{}", reply.body);
    }
    let records = server.audit().split_off(already);
    assert_eq!(causes(&records), ["the request wants another authentication context than the user's"; 15]);
}

#[test]
fn one_address_folds_nothing_of_another() {
    let server = TestServer::behind_a_proxy();
    let from = |address: &str| server.client.send("GET", &unknown(1), &[("X-Forwarded-For", address)], "");
    for last in 0..20 {
        from(&format!("2001:db8:0:1::{last}"));
        from("192.0.2.1");
    }
    assert_eq!(server.audit().len(), 2 * SINGLES);
    for address in ["192.0.2.2", "2001:db8:0:2::1"] {
        let page = from(address);
        let record = server.audit().pop().unwrap();
        assert_eq!((record.client_address.as_str(), record.reference.as_str()), (address, reference(&page)));
    }
    let log = server.audit_log();
    server.stop().unwrap();
    let folded: Vec<_> = log.records().split_off(2 * SINGLES + 2);
    let from: Vec<_> = folded.iter().map(|record| record.client_address.as_str()).collect();
    assert_eq!((from, told(&folded)), (vec!["192.0.2.1", "2001:db8:0:1::/64"], 20));
}

#[test]
fn however_many_addresses_a_stranger_has_the_records_are_bounded() {
    let server = TestServer::start();
    let asked = Asked::Application { identifier: "urn:nobody".to_owned(), relay_state: None };
    let mut sent = 0;
    for _ in 0..SINGLES + 2 {
        for number in 0..SOURCES + 500 {
            let address = format!("2001:db8:{:x}:{:x}::1", number / 256, number % 256).parse().ok();
            let client = Client { address, proxy: None, user_agent: None, endpoint_path: "/adfs/ls/" };
            let _ = server.provider.sign_on(&asked, None, None, &client);
            sent += 1;
        }
    }
    assert_eq!(server.audit().len(), (SOURCES + 1) * SINGLES);
    let (log, counted) = (server.audit_log(), server.provider.counters().requests_refused.value());
    server.stop().unwrap();
    let records = log.records();
    assert_eq!((told(&records), counted), (sent, sent));
    let several = records.last().unwrap();
    assert_eq!(several.client_address, "several");
    assert_eq!(several.folded.as_ref().unwrap().count, 500 * 12 - 10);
}

#[test]
fn whom_a_folded_refusal_meets_is_served_like_anybody() {
    let server = TestServer::start();
    for number in 0..20 {
        server.client.get(&unknown(number));
        attempt(&server, "", "x");
    }
    server.assert_serves();
    let fields = [("UserName", "alice"), ("Password", &password("alice"))];
    assert!(server.client.post(&format!("/adfs/ls/IdpInitiatedSignOn.aspx?loginToRp={SP}"), &fields).status == 200);
}
