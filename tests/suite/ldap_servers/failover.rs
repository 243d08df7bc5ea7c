//! Two servers, one of which fails in every way that there is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use claimsmith::store::directory::{Directory as _, Password, SignInError};
use claimsmith::store::ldap::LdapServers;

use super::{FAILOVER, directory, is_down, service, signs_in};
use crate::support::fake_ldap::domain::{person, table};
use crate::support::fake_ldap::{Bind, FakeLdap, Operation, Table};
use crate::support::relay::{Authority, Relay};
use crate::support::samba::{Samba, shared_domain};
use crate::support::waiting::wait_until;

/// More than there are checks meanwhile.
const SIGN_INS: usize = 5;

fn two_ways(authority: &Authority) -> ([Relay; 2], LdapServers) {
    let domain = shared_domain();
    let ways = [(); 2].map(|()| Relay::start(domain.target(), authority));
    let urls = ways.iter().map(Relay::url).collect();
    let servers = LdapServers { urls, ca_file: Some(authority.file()), ..domain.servers() };
    (ways, servers)
}

#[test]
fn whatever_the_first_does_a_sign_in_is_over_in_two_seconds() {
    let authority = Authority::new();
    for (what, fail) in [
        ("refuses", (|relay| relay.refuse()) as fn(&Relay)),
        ("takes connections and is silent", |relay| {
            relay.cut();
            relay.freeze();
        }),
        ("is silent on open connections", Relay::freeze),
        ("ends open connections", Relay::cut),
        ("ends in the middle of a question", Relay::cut_in_next_request),
        ("ends in the middle of an answer", Relay::cut_in_next_answer),
    ] {
        for is_warm in [true, false] {
            let ([first, _second], servers) = two_ways(&authority);
            let directory = directory(servers);
            if is_warm {
                signs_in(&directory);
            }
            fail(&first);
            let started = Instant::now();
            signs_in(&directory);
            let took = started.elapsed();
            assert!(took < FAILOVER, "{what}: {took:?}");
            let started = Instant::now();
            signs_in(&directory);
            assert!(started.elapsed() < FAILOVER, "{what}, again: {:?}", started.elapsed());
        }
    }
}

#[test]
fn a_frozen_controller_costs_one_sign_in_less_than_two_seconds_and_the_next_ones_nothing() {
    // The same people in two domains that know nothing of each other: Samba, a single process here, may wait for a partner
    // that is frozen, and then neither answers.
    let [first, second] = [(); 2].map(|()| Samba::start());
    let authorities = tempfile::NamedTempFile::new().unwrap();
    let texts = [first.ca_file(), second.ca_file()].map(|file| std::fs::read_to_string(file).unwrap());
    std::fs::write(authorities.path(), texts.concat()).unwrap();
    let urls = vec![first.url(), second.url()];
    let ca_file = Some(authorities.path().to_owned());
    let directory = directory(LdapServers { urls, ca_file, ..first.servers() });
    signs_in(&directory);
    wait_until("the first controller is known to be up", || !is_down(&directory, &first.url()));
    signs_in(&directory);
    first.freeze();
    let started = Instant::now();
    signs_in(&directory);
    assert!(started.elapsed() < FAILOVER, "{:?}", started.elapsed());
    wait_until("the frozen controller is known to be down", || is_down(&directory, &first.url()));
    let moved = directory.operations().moved;
    signs_in(&directory);
    assert_eq!(directory.operations().moved, moved, "nobody waited for the frozen one");
    first.thaw();
    wait_until("the controller that goes on is known to be up", || !is_down(&directory, &first.url()));
    second.kill();
    signs_in(&directory);
    second.restart();
}

#[test]
fn a_server_that_comes_back_is_used_again() {
    let authority = Authority::new();
    let ([first, second], servers) = two_ways(&authority);
    let directory = directory(servers);
    signs_in(&directory);
    first.refuse();
    signs_in(&directory);
    let (at_second, ()) = second.during(|| signs_in(&directory));
    assert_eq!(at_second.binds_and_searches().0, 1, "the password is checked by the second");
    first.heal();
    wait_until("the first is up again", || !is_down(&directory, &first.url()));
    let often = || (0..SIGN_INS).for_each(|_| signs_in(&directory));
    let (at_first, (at_second, ())) = first.during(|| second.during(often));
    assert_eq!(at_second.binds_and_searches().0, 0, "the second has nothing to do any more");
    // Searches of the checks come beside those of the sign-ins, but not so many.
    let (binds, searches) = at_first.binds_and_searches();
    assert!(binds >= SIGN_INS && searches >= SIGN_INS, "nor is a kept connection to it used: {at_first:?}");
}

#[test]
fn a_dead_server_is_known_before_anybody_waits_for_it() {
    let authority = Authority::new();
    let ([first, second], servers) = two_ways(&authority);
    let directory = directory(servers);
    signs_in(&directory);
    first.freeze();
    wait_until("the first is found to be silent", || is_down(&directory, &first.url()));
    signs_in(&directory);
    assert_eq!(directory.operations().moved, 0, "nobody asked the first");
    assert!(second.counts().binds_and_searches().0 > 0);
}

#[test]
fn nobody_fails_to_sign_in_while_a_server_is_killed() {
    let authority = Authority::new();
    let ([first, _second], servers) = two_ways(&authority);
    let directory = directory(LdapServers { connections: 4, ..servers });
    signs_in(&directory);
    let slowest = std::thread::scope(|scope| {
        let people: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut slowest = Duration::ZERO;
                    for _ in 0..25 {
                        let started = Instant::now();
                        signs_in(&directory);
                        slowest = slowest.max(started.elapsed());
                    }
                    slowest
                })
            })
            .collect();
        wait_until("the load is on", || directory.operations().binds > 10);
        first.freeze();
        people.into_iter().map(|person| person.join().unwrap()).max().unwrap()
    });
    assert!(slowest < FAILOVER, "{slowest:?}");
}

/// Lets the service account bind, and answers nobody else.
fn silent_to_people(name: &str, _: &str) -> (u32, String) {
    if !name.starts_with("svc@") {
        std::thread::sleep(Duration::from_mins(1));
    }
    (0, String::new())
}

#[test]
fn a_password_is_shown_to_two_servers_at_most() {
    // Each may count a wrong one, whether its answer comes or not: one guess must not lock an account.
    let shown = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&shown);
    let slow: Bind = Arc::new(move |name, password| {
        counted.fetch_add(usize::from(!name.starts_with("svc@")), Ordering::SeqCst);
        silent_to_people(name, password)
    });
    let all: [FakeLdap; 4] = std::array::from_fn(|_| {
        FakeLdap::start(Table { bind: Arc::clone(&slow), ..table(vec![person("alice", 1_104, &[])]) })
    });
    let servers = LdapServers {
        urls: all.iter().map(|one| one.url.clone()).collect(),
        credentials: service(),
        bind_timeout: Duration::from_secs(2),
        danger_allow_cleartext: true,
        ..LdapServers::default()
    };
    let answer = directory(servers).sign_in("alice", &Password::new("wrong".to_owned()));
    assert!(matches!(answer, Err(SignInError::Unavailable(_))), "{answer:?}");
    assert_eq!(shown.load(Ordering::SeqCst), 2);
}

#[test]
fn a_password_is_taken_to_the_next_server_when_the_first_does_not_answer() {
    let first = FakeLdap::start(Table { bind: Arc::new(silent_to_people), ..table(vec![person("alice", 1_104, &[])]) });
    let second = FakeLdap::start(table(vec![person("alice", 1_104, &[])]));
    let servers = LdapServers {
        urls: vec![first.url.clone(), second.url.clone()],
        credentials: service(),
        danger_allow_cleartext: true,
        ..LdapServers::default()
    };
    let directory = directory(servers);
    let started = Instant::now();
    let answer = directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned()));
    assert!(!matches!(answer, Err(SignInError::Unavailable(_))), "{answer:?}");
    assert!(started.elapsed() < FAILOVER, "{:?}", started.elapsed());
    let is_of_alice = |one: &Operation| matches!(one, Operation::Bind { name, .. } if name.contains("alice"));
    assert!(second.asked().iter().any(is_of_alice), "the second was asked");
    assert_eq!(directory.operations().moved, 1);
}
