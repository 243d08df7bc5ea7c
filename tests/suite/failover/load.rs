//! Many people who sign in at once, without a pause, and what became of each.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::site::Site;

/// Eight at once: more than there are connections of the service account.
pub const PEOPLE: [&str; 8] = ["alice", "erin", "alice", "erin", "alice", "erin", "alice", "erin"];
/// What is promised.
pub const FAILOVER: Duration = Duration::from_secs(2);
/// How long what a test waits for may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// One sign-in.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub began: Instant,
    pub ended: Instant,
    pub succeeded: bool,
}

/// What has happened so far.
pub struct Progress {
    attempts: Mutex<Vec<Attempt>>,
}

impl Progress {
    pub fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap().clone()
    }

    /// Waits until so many sign-ins that began after `since` have succeeded.
    pub fn wait_for(&self, successes: usize, since: Instant) {
        let deadline = Instant::now() + PATIENCE;
        let of_then = |attempt: &&Attempt| attempt.succeeded && attempt.began >= since;
        while self.attempts().iter().filter(of_then).count() < successes {
            assert!(Instant::now() < deadline, "nobody can sign in: {:?}", self.attempts().last());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Lets `people` sign in again and again while `work` is done; gives every attempt.
pub fn under_load(site: &Site, people: &[&str], work: impl FnOnce(&Progress)) -> Vec<Attempt> {
    let progress = Progress { attempts: Mutex::default() };
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        for person in people {
            let (progress, over) = (&progress, &over);
            scope.spawn(move || {
                while !over.load(Ordering::SeqCst) {
                    let began = Instant::now();
                    let reply = site.sign_in(person, &format!("Passw0rd.{person}"));
                    let succeeded = reply.input("SAMLResponse").is_some();
                    let attempt = Attempt { began, ended: Instant::now(), succeeded };
                    progress.attempts.lock().unwrap().push(attempt);
                }
            });
        }
        // Also when it panics: the threads must end, or nobody hears of it.
        let _end = End(&over);
        work(&progress);
    });
    progress.attempts()
}

struct End<'a>(&'a AtomicBool);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Fails if a test is not over after `limit`, whatever it waits for.
pub fn bounded(limit: Duration, test: impl FnOnce() + Send + 'static) {
    let (over, wait) = channel::<()>();
    let running = thread::spawn(move || {
        // Dropped also when the test panics.
        let _over = over;
        test();
    });
    let ended = wait.recv_timeout(limit);
    assert_ne!(ended, Err(RecvTimeoutError::Timeout), "the test is not over after {limit:?}");
    if let Err(panic) = running.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Sign-ins that failed: those that were under way at `moment`, and the others.
pub fn failures(attempts: &[Attempt], moment: Instant) -> (usize, usize) {
    let (under_way, others): (Vec<&Attempt>, Vec<&Attempt>) = (attempts.iter())
        .filter(|attempt| !attempt.succeeded)
        .partition(|attempt| attempt.began <= moment && attempt.ended >= moment);
    (under_way.len(), others.len())
}

/// Sign-ins from before a failure until long after it.
pub struct Incident {
    attempts: Vec<Attempt>,
    moment: Instant,
}

/// Everybody signs in again and again; after a while `fail` is done.
pub fn while_all_sign_in(site: &Site, fail: impl FnOnce()) -> Incident {
    let mut moment = Instant::now();
    let attempts = under_load(site, &PEOPLE, |progress| {
        progress.wait_for(2 * PEOPLE.len(), moment);
        fail();
        moment = Instant::now();
        progress.wait_for(4 * PEOPLE.len(), moment);
    });
    Incident { attempts, moment }
}

impl Incident {
    /// Not one sign-in has failed, not even of those that were under way, and it did not take long.
    pub fn assert_nobody_noticed(&self, site: &Site) {
        let Self { attempts, moment } = self;
        let failed = site.audit(|record| record["event"] == "sign_in" && record["outcome"] == "failed");
        let causes: Vec<String> = failed.iter().map(|record| record["cause"].to_string()).collect();
        let all = attempts.len();
        assert_eq!(failures(attempts, *moment), (0, 0), "of {all} sign-ins: {causes:#?}");
        let under_way = attempts.iter().filter(|attempt| attempt.began < *moment && attempt.ended > *moment).count();
        assert!(under_way > 0, "none of {all} sign-ins was under way");
        let after = attempts.iter().filter(|attempt| attempt.began >= *moment).count();
        assert!(after >= 4 * PEOPLE.len(), "{after} of {all} sign-ins came after it");
        let recovered = time_to_recover(attempts, *moment);
        assert!(recovered < FAILOVER, "{recovered:?}: {causes:#?}");
    }
}

/// From `since` until the first sign-in that began after it has succeeded.
fn time_to_recover(attempts: &[Attempt], since: Instant) -> Duration {
    let later = attempts.iter().filter(|attempt| attempt.succeeded && attempt.began >= since);
    later.map(|attempt| attempt.ended).min().expect("nobody signs in any more").duration_since(since)
}
