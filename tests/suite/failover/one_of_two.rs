//! A server with two domain controllers, under load, and one of them fails in each of its ways.

use std::time::{Duration, Instant};

use super::load::{Attempt, bounded, failures, time_to_recover, under_load};
use crate::support::relay::{Authority, Relay};
use crate::support::samba::Samba;
use crate::support::site::Site;
use crate::support::waiting::wait_until;

/// Eight at once: more than there are connections of the service account.
const PEOPLE: [&str; 8] = ["alice", "erin", "alice", "erin", "alice", "erin", "alice", "erin"];
/// What is promised.
const FAILOVER: Duration = Duration::from_secs(2);
/// How long a test may take once its servers run, whatever hangs.
const LIMIT: Duration = Duration::from_mins(3);

/// Two controllers, each behind a relay, and a server that prefers the first.
///
/// They have the same people and know nothing of each other. Samba, a single process here, waits for its own KDC and its
/// partner's when it replicates, and answers nobody meanwhile; `controllers` shows that pairs replicate.
struct Domain {
    site: Site,
    relays: [Relay; 2],
    controllers: [Samba; 2],
    _authority: Authority,
}

impl Domain {
    fn start() -> Self {
        let (controllers, authority) = ([(); 2].map(|()| Samba::start()), Authority::new());
        let relays = [0, 1].map(|place: usize| Relay::start(controllers[place].target(), &authority));
        let urls = [0, 1].map(|place: usize| relays[place].url());
        let site = Site::start(&urls, &authority.file(), &[]);
        Self { site, relays, controllers, _authority: authority }
    }

    /// Everybody signs in; after a while `fail` is done; gives every attempt, and when that was.
    fn fails(&self, fail: impl FnOnce(&Self)) -> (Vec<Attempt>, Instant) {
        let mut moment = Instant::now();
        let attempts = under_load(&self.site, &PEOPLE, |progress| {
            progress.wait_for(2 * PEOPLE.len(), moment);
            fail(self);
            moment = Instant::now();
            progress.wait_for(4 * PEOPLE.len(), moment);
        });
        (attempts, moment)
    }

    fn assert_nobody_noticed(&self, attempts: &[Attempt], moment: Instant) {
        let (under_way, others) = failures(attempts, moment);
        let causes = self.causes();
        assert_eq!((under_way, others), (0, 0), "of {} sign-ins: {causes:#?}", attempts.len());
        let recovered = time_to_recover(attempts, moment);
        assert!(recovered < FAILOVER, "{recovered:?}: {causes:#?}");
    }

    /// Why sign-ins failed.
    fn causes(&self) -> Vec<String> {
        let failed = self.site.audit(|record| record["outcome"] == "failed");
        failed.iter().map(|record| record["cause"].to_string()).collect()
    }
}

#[test]
fn a_controller_is_killed_under_load() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let (attempts, moment) = domain.fails(|domain| domain.controllers[0].kill());
        domain.assert_nobody_noticed(&attempts, moment);
    });
}

#[test]
fn open_connections_fall_silent_under_load() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let (attempts, moment) = domain.fails(|domain| domain.relays[0].freeze());
        domain.assert_nobody_noticed(&attempts, moment);
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

/// As a machine that swaps, or whose disk hangs: the kernel still takes connections.
#[test]
fn a_controller_itself_freezes_under_load() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let (attempts, moment) = domain.fails(|domain| domain.controllers[0].freeze());
        domain.controllers[0].thaw();
        domain.assert_nobody_noticed(&attempts, moment);
    });
}

#[test]
fn a_controller_ends_in_the_middle_of_a_request() {
    let domain = Domain::start();
    bounded(LIMIT, move || {
        let (attempts, moment) = domain.fails(|domain| {
            domain.relays[0].cut_in_next_request();
            domain.relays[0].cut_in_next_answer();
        });
        domain.assert_nobody_noticed(&attempts, moment);
        let (attempts, moment) = domain.fails(|domain| domain.relays[0].refuse());
        domain.assert_nobody_noticed(&attempts, moment);
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
