//! Many people who sign in at once, without a pause, and what became of each.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::site::Site;

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

/// From `since` until the first sign-in that began after it has succeeded.
pub fn time_to_recover(attempts: &[Attempt], since: Instant) -> Duration {
    let later = attempts.iter().filter(|attempt| attempt.succeeded && attempt.began >= since);
    later.map(|attempt| attempt.ended).min().expect("nobody signs in any more").duration_since(since)
}

/// Sign-ins that failed: those that were under way at `moment`, and the others.
pub fn failures(attempts: &[Attempt], moment: Instant) -> (usize, usize) {
    let (under_way, others): (Vec<&Attempt>, Vec<&Attempt>) = (attempts.iter())
        .filter(|attempt| !attempt.succeeded)
        .partition(|attempt| attempt.began <= moment && attempt.ended >= moment);
    (under_way.len(), others.len())
}
