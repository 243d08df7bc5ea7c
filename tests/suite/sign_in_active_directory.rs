//! The main job against a real Active Directory: `claimsmith serve`, a Samba domain, the shipped AWS rules.

use std::time::{Duration, Instant};

use crate::support::browser::{Browser, Look};
use crate::support::https::Client;
use crate::support::issued::{roles, xml};
use crate::support::samba::{Samba, shared_domain};
use crate::support::site::Site;

#[test]
fn groups_within_groups_become_roles_and_the_audit_log_says_so() {
    let site = site(shared_domain());
    let page = site.sign_in("CORP\\alice", "Passw0rd.alice");
    assert_eq!(
        roles(&page.body),
        [
            "arn:aws:iam::123456789012:role/Admin",
            // Engineering is in Platform, Platform in the AWS group: two levels.
            "arn:aws:iam::123456789012:role/ReadOnly",
            "arn:aws:iam::210987654321:role/Billing",
        ]
    );
    let record = site.claimsmith.record(|record| record["event"] == "issuance");
    assert_eq!(record["outcome"], "done");
    assert_eq!(record["user"], "CORP\\alice");
    assert_eq!(record["trust"], "urn:amazon:webservices");
    assert_eq!(record["roles"].as_array().unwrap().len(), 3, "{record}");
    assert_eq!(record["rules_sha256"].as_str().unwrap().len(), 64, "{record}");
    let assertion = record["assertion_id"].as_str().unwrap();
    assert!(
        xml(&page.body).unwrap().contains(&format!("ID=\"{assertion}\"")),
        "the record names the assertion that was sent"
    );
}

#[test]
fn what_the_domain_was_asked_shows_in_the_metrics() {
    let domain = shared_domain();
    let site = site(domain);
    let metrics = || Client::plain(site.claimsmith.management(), "/metrics").body;
    let before = metrics();
    assert!(before.contains("claimsmith_directory_operations_total{kind=\"bind\"} 0\n"), "{before}");
    assert!(!before.contains("claimsmith_directory_server_up{"), "nobody was asked yet: {before}");
    assert!(xml(&site.sign_in("alice", "Passw0rd.alice").body).is_some());
    let after = metrics();
    assert!(after.contains("claimsmith_directory_operations_total{kind=\"bind\"} 2\n"), "{after}");
    assert!(after.contains(&format!("claimsmith_directory_server_up{{server=\"{}\"}} 1\n", domain.url())), "{after}");
}

#[test]
fn every_refusal_reads_the_same_and_the_audit_log_knows_why() {
    let site = site(shared_domain());
    let mut told = Vec::new();
    for (user, password, cause) in [
        ("alice", "wrong", "wrong password"),
        ("nobody-here", "Passw0rd.alice", "unknown user"),
        ("alice@corp.example.com", "", "empty password"),
        ("dave", "Passw0rd.dave", "account disabled"),
        ("expired", "Passw0rd.expired", "account expired"),
        ("mustchange", "wrong", "wrong password"),
        ("oldpassword", "wrong", "wrong password"),
        ("*", "Passw0rd.alice", "unknown user"),
        ("alice)(objectClass=*", "Passw0rd.alice", "unknown user"),
    ] {
        let (sentence, record) = site.refusal(&site.sign_in(user, password));
        assert_eq!(record["cause"], cause, "{user}");
        assert_eq!(record["outcome"], "refused", "{user}");
        told.push(sentence);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one text for all: {told:?}");
}

#[test]
fn a_password_that_has_ended_is_told_to_whoever_knows_it() {
    let site = site(shared_domain());
    for (user, told, cause) in [
        ("mustchange", "Your password must be changed before you can sign in.", "password must change"),
        ("oldpassword", "Your password has expired.", "password expired"),
    ] {
        let (sentence, record) = site.refusal(&site.sign_in(user, &format!("Passw0rd.{user}")));
        assert_eq!(sentence, format!("{told} Please ask the help desk for a new one."));
        assert_eq!((&record["outcome"], &record["cause"]), (&"refused".into(), &cause.into()), "{user}");
    }
}

#[test]
fn failures_are_counted_by_account_whatever_name_is_typed() {
    let domain = Samba::start();
    domain.modify("bob", "replace: userPrincipalName\nuserPrincipalName: robert@corp.example.com");
    let site = site(&domain);
    let mut told = Vec::new();
    for attempt in 0..10 {
        let name = ["CORP\\bob", "robert@corp.example.com"][attempt % 2];
        let (sentence, record) = site.refusal(&site.sign_in(name, "wrong"));
        let expected = if attempt < 5 { "wrong password" } else { "too many failed sign-ins for this user" };
        assert_eq!(record["cause"], expected, "attempt {attempt}");
        told.push(sentence);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "one text for all: {told:?}");
}

#[test]
fn a_session_name_that_aws_would_refuse_is_refused_before_signing() {
    // Mallory's mail cannot be a session name. AWS would refuse it; so do we, before anything is signed.
    let site = site(shared_domain());
    let page = site.sign_in("mallory", "Passw0rd.mallory");
    assert_eq!(xml(&page.body), None);
    let record = site.claimsmith.record(|record| record["event"] == "issuance");
    assert_eq!(record["outcome"], "refused");
    assert!(record["cause"].as_str().unwrap().contains("RoleSessionName"), "{record}");
}

#[test]
fn a_domain_that_dies_is_told_apart_from_a_wrong_password_and_comes_back() {
    let domain = Samba::start();
    let site = site(&domain);
    let page = site.sign_in("frank@corp.example.com", "Passw0rd.frank");
    assert_eq!(xml(&page.body), None, "frank has no mail");
    assert_eq!(roles(&site.sign_in("erin", "Passw0rd.erin").body).len(), 25);

    domain.kill();
    let page = site.sign_in("alice", "Passw0rd.alice");
    assert_eq!(xml(&page.body), None);
    let record = site.claimsmith.record(|record| record["event"] == "sign_in" && record["outcome"] == "failed");
    assert!(record["cause"].as_str().unwrap().contains("did not answer"), "{record}");

    domain.restart();
    assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice").body).len(), 3);

    domain.freeze();
    let started = Instant::now();
    let page = site.sign_in("alice", "Passw0rd.alice");
    assert!(started.elapsed() < Duration::from_secs(30), "nothing hangs: {:?}", started.elapsed());
    assert_eq!(xml(&page.body), None);
    domain.thaw();
    assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice").body).len(), 3);
}

#[test]
fn a_person_signs_in_by_browser() {
    let site = site(shared_domain());
    let browser = Browser::start(&Look::DESKTOP);
    browser.open(&site.claimsmith.url);
    browser.type_into("#userNameInput", "alice@corp.example.com");
    browser.type_into("#passwordInput", "Passw0rd.alice");
    browser.click("#submitButton");
    browser.wait_for(".applications");
    browser.screenshot("12-active-directory");
    assert_eq!(browser.texts(".applications li"), ["Amazon Web Services"]);
    assert!(browser.text("main").contains("CORP\\alice"), "{}", browser.text("main"));
}

/// A server of its own for each test: its own counters, its own audit log.
fn site(domain: &Samba) -> Site {
    let more = ["connect_timeout_seconds: 3", "request_timeout_seconds: 3"];
    Site::start(&[domain.url()], &domain.ca_file(), &more)
}
