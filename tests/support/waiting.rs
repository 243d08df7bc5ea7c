//! Waiting for what another process does.

use std::time::{Duration, Instant};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until something holds; `what` says what is missing if it never does.
pub fn wait_until(what: &str, holds: impl Fn() -> bool) {
    wait_until_every(Duration::from_millis(50), what, holds);
}

/// The same, looking at such intervals.
pub fn wait_until_every(interval: Duration, what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(interval);
    }
}
