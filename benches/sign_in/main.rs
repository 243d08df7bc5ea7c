//! A sign-in against a real Active Directory: what it costs the directory, how long it takes, how many there are in a
//! second, how soon another controller serves, and what 100,000 names of groups weigh.
//!
//! The server is the program itself, with the domain controllers of the tests and the shipped AWS rules; each sign-in is
//! a new connection over HTTPS, from the form's fields to the signed response. The yardstick is one LDAP bind, with its
//! connection and TLS, by hand, in the same run.
//!
//! `cargo bench --bench sign_in`
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark fails by panicking, prints its figures, and shares with the tests what it does not use whole"
)]

mod bind;
mod failover;
mod memory;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use support::relay::{Authority, Relay};
use support::samba::{Samba, shared_domain};
use support::site::Site;

/// Sign-ins of one person after another, with everything remembered.
const WARM: usize = 300;
/// Servers that are started afresh, each for one sign-in.
const COLD: usize = 20;
/// How long people sign in at the same time.
const LOAD: Duration = Duration::from_secs(5);

fn main() {
    // `cargo test --benches` only wants to know that it starts.
    if std::env::args().any(|word| word == "--test") {
        return;
    }
    let domain = shared_domain();
    operations(domain);
    times(domain);
    load(domain);
    failover::measure();
    memory::measure();
}

fn sign_in(site: &Site) {
    assert!(signs_in(site), "{:?}", site.audit(|record| record["outcome"] == "failed"));
}

fn signs_in(site: &Site) -> bool {
    site.sign_in("alice", "Passw0rd.alice").input("SAMLResponse").is_some()
}

fn operations(domain: &Samba) {
    let authority = Authority::new();
    let relay = Relay::start(domain.target(), &authority);
    let site = Site::start(&[relay.url()], &authority.file(), &[]);
    for kind in ["cold", "warm"] {
        let (counts, ()) = relay.during(|| sign_in(&site));
        let (binds, searches) = counts.binds_and_searches();
        println!("operations, {kind}: {} connections, {binds} binds, {searches} searches", counts.connections);
    }
}

fn times(domain: &Samba) {
    let cold: Vec<Duration> = (0..COLD)
        .map(|_| {
            let site = Site::start(&[domain.url()], &domain.ca_file(), &[]);
            timed(|| sign_in(&site))
        })
        .collect();
    let site = Site::start(&[domain.url()], &domain.ca_file(), &[]);
    sign_in(&site);
    let (mut warm, mut binds) = (Vec::new(), Vec::new());
    for _ in 0..WARM {
        // In turn, so that other work on the machine slows both.
        binds.push(timed(|| bind::as_person(domain, "alice")));
        warm.push(timed(|| sign_in(&site)));
    }
    let yardstick = percentile(&mut binds, 50);
    println!("one LDAP bind: {}", told(&mut binds));
    println!("sign-in, cold: {}", told(&mut cold.clone()));
    let median = percentile(&mut warm, 50);
    let ratio = median.as_secs_f64() / yardstick.as_secs_f64();
    println!("sign-in, warm: {}; {ratio:.2} x one LDAP bind", told(&mut warm));
}

/// Samba lets ten connections wait to be accepted: of more people at a time, some fail to connect.
fn load(domain: &Samba) {
    let site = Site::for_load(&[domain.url()], &domain.ca_file());
    sign_in(&site);
    for people in [1, 8, 32] {
        let over = AtomicBool::new(false);
        let began = Instant::now();
        let failed = AtomicUsize::new(0);
        let done: usize = thread::scope(|scope| {
            let running: Vec<_> = (0..people)
                .map(|_| {
                    scope.spawn(|| {
                        let mut done = 0;
                        while !over.load(Ordering::SeqCst) {
                            if signs_in(&site) {
                                done += 1;
                            } else {
                                failed.fetch_add(1, Ordering::SeqCst);
                            }
                        }
                        done
                    })
                })
                .collect();
            thread::sleep(LOAD);
            over.store(true, Ordering::SeqCst);
            running.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        let a_second = done as f64 / began.elapsed().as_secs_f64();
        println!("{people} at a time: {a_second:.0} sign-ins a second, {} failed beside {done}", failed.into_inner());
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn told(times: &mut [Duration]) -> String {
    let [middle, late] = [50, 99].map(|percent| percentile(times, percent).as_secs_f64() * 1e3);
    format!("p50 {middle:.1} ms, p99 {late:.1} ms ({} runs)", times.len())
}
