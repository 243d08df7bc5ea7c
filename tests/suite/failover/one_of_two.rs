//! A server with two ways to its domain, under load, and one of them fails in each of its ways.

use std::time::{Duration, Instant};

use super::load::{FAILOVER, PEOPLE, bounded, failures, under_load, while_all_sign_in};
use crate::support::relay::{Authority, Relay};
use crate::support::samba::Samba;
use crate::support::site::Site;
use crate::support::waiting::wait_until;

/// How long a test may take once its servers run, whatever hangs.
const LIMIT: Duration = Duration::from_mins(3);

/// Two ways to a domain that fail apart from each other, and a server that prefers the first. What fails here is the way
/// and not the controller, so that one does for both; `controllers` has two that are killed and frozen.
struct Domain {
    site: Site,
    relays: [Relay; 2],
    _controller: Samba,
    _authority: Authority,
}

impl Domain {
    fn start() -> Self {
        let (controller, authority) = (Samba::start(), Authority::new());
        let relays = [0, 1].map(|_| Relay::start(controller.target(), &authority));
        let urls = [0, 1].map(|place: usize| relays[place].url());
        let site = Site::start(&urls, &authority.file(), &[]);
        Self { site, relays, _controller: controller, _authority: authority }
    }
}

#[test]
fn open_connections_fall_silent_under_load() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        while_all_sign_in(&domain.site, || domain.relays[0].freeze()).assert_nobody_noticed(&domain.site);
        assert!(domain.site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some());
        domain.relays[0].heal();
        wait_until("the first controller is preferred again", || {
            let signs_in = || domain.site.sign_in("erin", "Passw0rd.erin").input("SAMLResponse").is_some();
            let (counts, succeeded) = domain.relays[0].during(signs_in);
            assert!(succeeded, "nothing is lost on the way back");
            counts.binds_and_searches().0 > 0
        });
    });
}

#[test]
fn a_controller_ends_in_the_middle_of_a_request() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let cut = || {
            domain.relays[0].cut_in_next_request();
            domain.relays[0].cut_in_next_answer();
        };
        while_all_sign_in(&domain.site, cut).assert_nobody_noticed(&domain.site);
        while_all_sign_in(&domain.site, || domain.relays[0].refuse()).assert_nobody_noticed(&domain.site);
    });
}

#[test]
fn a_controller_takes_connections_and_never_answers() {
    let (domain, authority) = (Samba::start(), Authority::new());
    bounded(LIMIT, move || {
        let relays = [0, 1].map(|_| Relay::start(domain.target(), &authority));
        relays[0].freeze();
        let site = Site::start(&[relays[0].url(), relays[1].url()], &authority.file(), &[]);
        let began = Instant::now();
        assert!(site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some());
        assert!(began.elapsed() < FAILOVER, "{:?}", began.elapsed());
        let asked = relays[0].counts();
        let attempts = under_load(&site, &PEOPLE, |progress| progress.wait_for(2 * PEOPLE.len(), began));
        assert_eq!(failures(&attempts, began), (0, 0));
        assert!(relays[0].counts().connections - asked.connections < attempts.len() / 2, "it is left alone");
    });
}

#[test]
fn both_go_and_come_back_and_the_first_is_preferred_again() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let ([first, second], site) = (&domain.relays, &domain.site);
        assert!(site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some());
        for relay in &domain.relays {
            relay.refuse();
        }
        // More failures than the lockout bears, had it counted them.
        for _ in 0..6 {
            let began = Instant::now();
            let reply = site.sign_in("alice", "Passw0rd.alice");
            assert!(reply.input("SAMLResponse").is_none());
            assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
        }
        let failed = || site.audit(|record| record["event"] == "sign_in" && record["outcome"] == "failed");
        wait_until("every failure is in the audit log", || failed().len() >= 6);
        let failed = failed();
        assert_eq!(failed.len(), 6);
        let cause = failed[5]["cause"].as_str().unwrap();
        assert!(cause.contains("did not answer"), "{cause}");

        second.heal();
        let signs_in = || site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some();
        wait_until("a controller that is back is asked", signs_in);
        let before = first.counts();
        assert!(signs_in());
        assert_eq!(first.counts(), before, "nobody listens there");

        first.heal();
        wait_until("the first controller is preferred again", || {
            let (counts, succeeded) = first.during(signs_in);
            assert!(succeeded, "nothing is lost on the way back");
            counts.binds_and_searches().0 > 0
        });
    });
}
