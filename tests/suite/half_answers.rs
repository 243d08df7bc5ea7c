//! A domain that says whether a password is right, and nothing after that: guesses count all the same, and whatever
//! reached a password is in the audit log by itself.

use std::time::{Duration, Instant};

use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::domain::{BASE, person, table};
use crate::support::relay::{Authority, Relay, Target};
use crate::support::site::Site;
use crate::support::waiting::wait_until_every;

/// What the server bears for one user unless it is told otherwise.
const MOST_FAILURES: usize = 5;
/// More than are recorded one by one where they cost nothing.
const MANY: usize = 12;

/// A site of a made-up domain with alice, who has signed in.
fn site() -> (Site, FakeLdap, Relay) {
    let (server, authority) = (FakeLdap::start(table(vec![person("alice", 1104, &[])])), Authority::new());
    let address = server.url.trim_start_matches("ldap://").to_owned();
    let relay = Relay::start(Target { address, ca_file: None }, &authority);
    let site = Site::start(&[relay.url()], &authority.file(), &[]);
    assert_eq!(outcome(&site, "Passw0rd.alice"), "none");
    server.table().elsewhere.push(format!("CN=alice,OU=People,{BASE}"));
    (site, server, relay)
}

/// Tries a password of alice; gives the cause of a refusal as the audit log has it, or `none`.
fn outcome(site: &Site, password: &str) -> String {
    let causes = || -> Vec<String> {
        let records = site.audit(|record| record["event"] == "sign_in");
        assert!(records.iter().all(|record| record["user"].is_string()), "{records:#?}");
        records.iter().map(|record| record["cause"].as_str().unwrap_or("none").to_owned()).collect()
    };
    let before = causes().len();
    site.sign_in("alice", password);
    wait_until_every(Duration::from_millis(5), "it is written down", || causes().len() > before);
    causes().pop().unwrap()
}

#[test]
fn a_wrong_password_counts_where_nobody_can_tell_whose_place_it_was() {
    let (site, _server, _relay) = site();
    // What was found a moment ago is believed without a question.
    let began = Instant::now();
    wait_until_every(Duration::from_millis(200), "time goes on", || began.elapsed() > Duration::from_secs(4));
    for _ in 0..MOST_FAILURES {
        assert_eq!(outcome(&site, "wrong"), "wrong password");
    }
    assert_eq!(outcome(&site, "Passw0rd.alice"), "too many failed sign-ins for this user");
}

#[test]
fn a_right_password_stands_in_the_audit_log_however_often_it_is_shown() {
    let (site, _server, _relay) = site();
    for _ in 0..MANY {
        let cause = outcome(&site, "Passw0rd.alice");
        assert!(cause.starts_with("the password is right, and no more is known: "), "{cause}");
    }
}
