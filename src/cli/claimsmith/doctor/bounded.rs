//! Work that may hang, with an end.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Does the work on a thread of its own. `None` if it takes longer; then it is left alone.
pub(super) fn bounded<T: Send + 'static>(limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = done.send(work());
    });
    wait.recv_timeout(limit).ok()
}
