//! How many connections there are at a time, and how long a bind is waited for. Against a made-up server.

use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use claimsmith::store::ActiveDirectory;
use claimsmith::store::directory::{Directory as _, Password, SignInError};

use crate::support::fake_ldap::domain::{person, settings, table};
use crate::support::fake_ldap::{Bind, FakeLdap, Operation};

const PEOPLE: u32 = 8;
const MOST: usize = 2;

/// How many binds are in hand now, and how many were at a time.
#[derive(Default)]
struct Crowd {
    counts: Mutex<(usize, usize)>,
    changed: Condvar,
}

impl Crowd {
    /// Answers to binds of this name come late: when more than `MOST` wait for one, which ends the test, or after a while.
    fn answers(self: &Arc<Self>, whose: &'static str) -> Bind {
        let crowd = Arc::clone(self);
        Arc::new(move |name, _| {
            if name.contains(whose) {
                let mut counts = crowd.counts.lock().unwrap();
                counts.0 += 1;
                counts.1 = counts.1.max(counts.0);
                crowd.changed.notify_all();
                let limit = Duration::from_millis(150);
                let (mut counts, _) =
                    crowd.changed.wait_timeout_while(counts, limit, |(_, most)| *most <= MOST).unwrap();
                counts.0 -= 1;
            }
            (0, String::new())
        })
    }

    fn most(&self) -> usize {
        self.counts.lock().unwrap().1
    }
}

fn server() -> FakeLdap {
    FakeLdap::start(table((0..PEOPLE).map(|number| person(&format!("p{number}"), 2_000 + number, &[])).collect()))
}

fn all_at_once(work: impl Fn(&str) + Sync) {
    let work = &work;
    thread::scope(|scope| {
        for number in 0..PEOPLE {
            scope.spawn(move || work(&format!("p{number}")));
        }
    });
}

#[test]
fn the_service_account_has_no_more_connections_than_it_may() {
    let (server, crowd) = (server(), Arc::new(Crowd::default()));
    server.table().bind = crowd.answers("svc");
    let mut settings = settings(&server);
    settings.servers.connections = MOST;
    let directory = ActiveDirectory::new(settings).unwrap();
    all_at_once(|name| assert!(directory.account(name).unwrap().is_some(), "{name}"));
    assert_eq!(crowd.most(), MOST);
    let connects = server.asked().into_iter().filter(|asked| *asked == Operation::Connect).count();
    assert_eq!(connects, MOST, "they are kept, and used again");
}

#[test]
fn no_more_passwords_are_checked_at_a_time_than_may_be() {
    let (server, crowd) = (server(), Arc::new(Crowd::default()));
    server.table().bind = crowd.answers("OU=People");
    let mut settings = settings(&server);
    settings.servers.sign_in_connections = MOST;
    let directory = ActiveDirectory::connect(settings).unwrap();
    all_at_once(|name| drop(directory.sign_in(name, &Password::new("secret".to_owned())).unwrap()));
    assert_eq!(crowd.most(), MOST);
}

#[test]
fn a_bind_that_is_not_answered_ends_in_its_own_time() {
    let server = FakeLdap::start(table(vec![person("alice", 1104, &[])]));
    let mut settings = settings(&server);
    (settings.servers.bind_timeout, settings.servers.request_timeout) =
        (Duration::from_millis(200), Duration::from_secs(30));
    let directory = ActiveDirectory::connect(settings).unwrap();
    // Answers come when the test is over.
    let (answers, wait) = std::sync::mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    server.table().bind = Arc::new(move |_, _| {
        let _ = wait.lock().unwrap().recv();
        (0, String::new())
    });
    let begun = Instant::now();
    let error = directory.sign_in("alice", &Password::new("Passw0rd.alice".to_owned())).unwrap_err();
    assert!(matches!(&error, SignInError::Unavailable(error) if error.to_string().contains("binding")), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    drop(answers);
}
