//! How far a long run is: one line on the terminal that changes in place, and nothing where there is no terminal.

use std::io::{self, IsTerminal as _, Write};
use std::time::{Duration, Instant};

/// The line is written no more often.
const PAUSE: Duration = Duration::from_millis(100);
/// To the start of the line, and clear it.
const CLEAR: &str = "\r\u{1b}[K";

/// A progress line on standard error. It goes away when dropped.
pub(super) struct Progress {
    out: Option<Box<dyn Write + Send>>,
    things: &'static str,
    all: usize,
    started: Instant,
    written: Option<Instant>,
}

impl Progress {
    /// For a run over `all` things, such as `users`.
    pub(super) fn new(things: &'static str, all: usize) -> Self {
        let stderr = io::stderr();
        let out: Option<Box<dyn Write + Send>> = if stderr.is_terminal() { Some(Box::new(stderr)) } else { None };
        Self { out, things, all, started: Instant::now(), written: None }
    }

    /// So many are done.
    pub(super) fn done(&mut self, done: usize) {
        let now = Instant::now();
        let Some(out) = &mut self.out else { return };
        // A run that is over at once shows nothing.
        if now.duration_since(self.written.unwrap_or(self.started)) < PAUSE {
            return;
        }
        self.written = Some(now);
        let line = line(self.things, done, self.all, now.duration_since(self.started));
        // Where it cannot be written, nobody waits for it.
        let _ = write!(out, "{CLEAR}{line}");
        let _ = out.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let (Some(out), Some(_)) = (&mut self.out, self.written) {
            let _ = write!(out, "{CLEAR}");
            let _ = out.flush();
        }
    }
}

/// `1200 of 4812 users, 25%, 950 a second`
fn line(things: &str, done: usize, all: usize, elapsed: Duration) -> String {
    let percent = (done * 100).checked_div(all).unwrap_or(100);
    let milliseconds = usize::try_from(elapsed.as_millis()).unwrap_or(usize::MAX);
    let rate = done.saturating_mul(1000).checked_div(milliseconds).unwrap_or(0);
    format!("{done} of {all} {things}, {percent}%, {rate} a second")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_line_says_how_far_it_is() {
        assert_eq!(line("users", 1200, 4812, Duration::from_millis(1263)), "1200 of 4812 users, 24%, 950 a second");
        assert_eq!(line("users", 0, 0, Duration::ZERO), "0 of 0 users, 100%, 0 a second");
    }

    #[test]
    fn the_line_is_gone_in_the_end() {
        let out = Shared::default();
        let started = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
        let mut progress =
            Progress { out: Some(Box::new(out.clone())), things: "users", all: 10, started, written: None };
        progress.done(1);
        progress.done(2);
        drop(progress);
        let written = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
        assert!(written.starts_with("\r\u{1b}[K1 of 10 users, 10%, "), "{written:?}");
        assert!(!written.contains("2 of 10"), "too often: {written:?}");
        assert!(written.ends_with(CLEAR));
    }
}
