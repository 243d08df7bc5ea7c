//! How soon people sign in again when a controller fails under load.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::samba::Samba;
use crate::support::site::Site;

/// People at the same time.
const PEOPLE: usize = 8;
/// Before and after the failure.
const SPAN: Duration = Duration::from_secs(4);

/// A way to fail.
type Failure = (&'static str, fn(&Samba));

/// Kills and freezes the controller that serves.
pub fn measure() {
    let ways: [Failure; 2] = [("killed", Samba::kill), ("frozen", Samba::freeze)];
    for (how, fail) in ways {
        let controllers = Samba::pair();
        let urls = [0, 1].map(|place: usize| controllers[place].url());
        let site = Site::for_load(&urls, &controllers[0].ca_file());
        let (over, failed_at) = (AtomicBool::new(false), Mutex::new(None));
        let attempts: Mutex<Vec<(Instant, Instant, bool)>> = Mutex::default();
        thread::scope(|scope| {
            for _ in 0..PEOPLE {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let began = Instant::now();
                        let succeeded = site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some();
                        attempts.lock().unwrap().push((began, Instant::now(), succeeded));
                    }
                });
            }
            thread::sleep(SPAN);
            fail(&controllers[0]);
            *failed_at.lock().unwrap() = Some(Instant::now());
            thread::sleep(SPAN);
            over.store(true, Ordering::SeqCst);
        });
        let failed_at = failed_at.into_inner().unwrap().unwrap();
        let attempts = attempts.into_inner().unwrap();
        let later = attempts.iter().filter(|(began, _, succeeded)| *succeeded && *began >= failed_at);
        let recovered = later.map(|(_, ended, _)| *ended).min().expect("nobody signs in any more");
        let longest = attempts.iter().map(|(began, ended, _)| *ended - *began).max().unwrap();
        println!(
            "failover, {how}: {:.0} ms to the next success; the longest sign-in took {:.0} ms; {} of {} failed",
            (recovered - failed_at).as_secs_f64() * 1e3,
            longest.as_secs_f64() * 1e3,
            attempts.iter().filter(|(_, _, succeeded)| !succeeded).count(),
            attempts.len()
        );
    }
}
