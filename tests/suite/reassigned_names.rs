//! A name that is given to somebody else: whose failures are counted from then on.

use std::time::{Duration, Instant};

use crate::support::fake_ldap::FakeLdap;
use crate::support::fake_ldap::domain::{BASE, person, table};
use crate::support::relay::{Authority, Relay, Target};
use crate::support::site::Site;
use crate::support::waiting::wait_until_every;

/// What the server bears for one user unless it is told otherwise.
const MOST_FAILURES: usize = 5;

/// A site of a made-up domain with alice. She has signed in, so her name is remembered.
struct Company {
    server: FakeLdap,
    site: Site,
    _relay: Relay,
}

impl Company {
    fn start() -> Self {
        let (server, authority) = (FakeLdap::start(table(vec![person("alice", 1104, &[])])), Authority::new());
        let address = server.url.trim_start_matches("ldap://").to_owned();
        let relay = Relay::start(Target { address, ca_file: None }, &authority);
        let site = Site::start(&[relay.url()], &authority.file(), &[]);
        let company = Self { server, site, _relay: relay };
        assert_eq!(company.outcome("alice", "Passw0rd.alice"), "none");
        company
    }

    /// Alice is called `former` from now on, and somebody new `alice`.
    fn give_the_name_away(&self) {
        self.server.change(&format!("CN=alice,OU=People,{BASE}"), |alice| {
            alice.set("sAMAccountName", &["former"]);
            alice.set("userPrincipalName", &["former@corp.example.com"]);
        });
        let new = person("alice2", 1200, &[]).with("sAMAccountName", &["alice"]);
        self.server.table().entries.push(new.with("userPrincipalName", &["alice@corp.example.com"]));
    }

    /// Tries a password; gives the cause of a refusal as the audit log has it, or `none`.
    fn outcome(&self, name: &str, password: &str) -> String {
        let before = self.sign_ins().len();
        self.site.sign_in(name, password);
        wait_until_every(Duration::from_millis(5), "it is written down", || self.sign_ins().len() > before);
        self.sign_ins().pop().unwrap()
    }

    fn sign_ins(&self) -> Vec<String> {
        let records = self.site.audit(|record| record["event"] == "sign_in");
        records.iter().map(|record| record["cause"].as_str().unwrap_or("none").to_owned()).collect()
    }

    fn fails(&self, name: &str, times: usize) {
        for time in 0..times {
            assert_eq!(self.outcome(name, "wrong"), "wrong password", "{name}, {time}");
        }
    }
}

/// What was found a moment ago is believed without a question.
fn wait_until_memory_is_doubted() {
    let began = Instant::now();
    wait_until_every(Duration::from_millis(200), "time goes on", || began.elapsed() > Duration::from_secs(4));
}

#[test]
fn whoever_is_given_the_name_of_somebody_who_is_locked_is_not_locked() {
    let company = Company::start();
    company.fails("alice", MOST_FAILURES);
    assert_eq!(company.outcome("alice", "Passw0rd.alice"), "too many failed sign-ins for this user");
    company.give_the_name_away();
    wait_until_memory_is_doubted();
    assert_eq!(company.outcome("alice", "Passw0rd.alice2"), "none");
    assert_eq!(company.outcome("former", "Passw0rd.alice"), "too many failed sign-ins for this user");
}

#[test]
fn failures_are_those_of_the_person_who_has_the_name_now() {
    let company = Company::start();
    company.give_the_name_away();
    wait_until_memory_is_doubted();
    company.fails("alice", MOST_FAILURES);
    assert_eq!(company.outcome("alice", "Passw0rd.alice2"), "too many failed sign-ins for this user");
    company.fails("former", MOST_FAILURES - 1);
    assert_eq!(company.outcome("former", "Passw0rd.alice"), "none");
}

#[test]
fn a_right_password_forgets_nobody_elses_failures() {
    let company = Company::start();
    company.fails("alice", MOST_FAILURES - 1);
    company.give_the_name_away();
    wait_until_memory_is_doubted();
    assert_eq!(company.outcome("alice", "Passw0rd.alice2"), "none");
    company.fails("former", 1);
    assert_eq!(company.outcome("former", "Passw0rd.alice"), "too many failed sign-ins for this user");
}
