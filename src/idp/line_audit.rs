//! Audit records as lines of JSON, written on a thread of its own: whoever reads them may stop to.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::thread;
use std::time::Duration;

use super::audit::{AuditRecord, AuditSink};

/// How long a record may take to be written.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most records that wait to be written.
const MOST_WAITING: usize = 1_024;

/// Writes each record as one line of JSON, at once. While one is overdue, others are refused at once, so that nobody else
/// waits for a reader that has stopped.
pub struct LineAudit {
    lines: SyncSender<Line>,
    is_overdue: Arc<AtomicBool>,
    patience: Duration,
}

struct Line {
    text: Vec<u8>,
    /// Nobody waits any more: what it is about did not happen.
    is_given_up: Arc<AtomicBool>,
    written: Sender<io::Result<()>>,
}

impl LineAudit {
    /// Records go to `out`, which should keep nothing back.
    ///
    /// # Errors
    ///
    /// There is no thread to write them.
    pub fn new(out: Box<dyn Write + Send>) -> io::Result<Self> {
        Self::with_patience(out, PATIENCE)
    }

    fn with_patience(out: Box<dyn Write + Send>, patience: Duration) -> io::Result<Self> {
        let (lines, waiting) = mpsc::sync_channel(MOST_WAITING);
        let is_overdue = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&is_overdue);
        thread::Builder::new().name("audit".to_owned()).spawn(move || write_all(out, &waiting, &ended))?;
        Ok(Self { lines, is_overdue, patience })
    }
}

impl AuditSink for LineAudit {
    fn record(&self, record: &AuditRecord) -> io::Result<()> {
        let overdue = || io::Error::new(io::ErrorKind::TimedOut, "whatever reads standard output has stopped to");
        if self.is_overdue.load(Ordering::SeqCst) {
            return Err(overdue());
        }
        let mut text = serde_json::to_vec(record)?;
        text.push(b'\n');
        let (written, result) = mpsc::channel();
        let is_given_up = Arc::new(AtomicBool::new(false));
        let line = Line { text, is_given_up: Arc::clone(&is_given_up), written };
        self.lines.try_send(line).map_err(|_| overdue())?;
        if let Ok(written) = result.recv_timeout(self.patience) {
            return written;
        }
        // In this order: the writer takes it back after it has looked at the line, whatever it finds.
        self.is_overdue.store(true, Ordering::SeqCst);
        is_given_up.store(true, Ordering::SeqCst);
        let Ok(written) = result.try_recv() else { return Err(overdue()) };
        // It was written just now, perhaps before this was said.
        self.is_overdue.store(false, Ordering::SeqCst);
        written
    }
}

fn write_all(mut out: Box<dyn Write + Send>, lines: &Receiver<Line>, is_overdue: &AtomicBool) {
    // The last line may have been written in part.
    let mut is_broken = false;
    for Line { mut text, is_given_up, written } in lines {
        if !is_given_up.load(Ordering::SeqCst) {
            if is_broken {
                text.insert(0, b'\n');
            }
            let result = out.write_all(&text).and_then(|()| out.flush());
            is_broken = result.is_err();
            // Nobody may wait any more.
            let _ = written.send(result);
        }
        is_overdue.store(false, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Instant;

    use super::*;
    use crate::idp::audit::{Event, Outcome};

    /// Takes half a line, fails once, and takes everything from then on.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut disk = self.0.lock().unwrap();
            disk.1 += 1;
            match disk.1 {
                1 => {
                    disk.0.extend(&bytes[..10]);
                    Ok(10)
                }
                2 => Err(io::ErrorKind::StorageFull.into()),
                _ => {
                    disk.0.extend(bytes);
                    Ok(bytes.len())
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn record() -> AuditRecord {
        let (time, reference) = ("2026-11-21T10:00:00.000Z".to_owned(), "AAAA-BBBB".to_owned());
        AuditRecord {
            client_address: "192.0.2.1".into(),
            ..AuditRecord::new(time, reference, Event::SignIn, Outcome::Done)
        }
    }

    #[test]
    fn a_line_that_broke_off_spoils_no_other() {
        let disk = Disk::default();
        let audit = LineAudit::new(Box::new(disk.clone())).unwrap();
        let record = record();
        assert_eq!(audit.record(&record).unwrap_err().kind(), io::ErrorKind::StorageFull);
        audit.record(&record).unwrap();
        let text = String::from_utf8(disk.0.lock().unwrap().0.clone()).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        assert!(lines[1].ends_with("\"client_address\":\"192.0.2.1\"}"), "{text}");
    }

    /// Takes nothing until it may.
    struct Pipe(Receiver<()>);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Whoever could hold it up has gone.
            let _ = self.0.recv();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_reader_that_stops_holds_nobody_up_and_may_go_on() {
        let (go_on, held) = mpsc::channel();
        let audit = LineAudit::with_patience(Box::new(Pipe(held)), Duration::from_millis(50)).unwrap();
        for _ in 0..2 * MOST_WAITING {
            assert_eq!(audit.record(&record()).unwrap_err().kind(), io::ErrorKind::TimedOut);
        }
        drop(go_on);
        let began = Instant::now();
        while audit.record(&record()).is_err() {
            assert!(began.elapsed() < Duration::from_secs(10), "nobody is let in again");
            thread::yield_now();
        }
    }
}
