//! The way of a record to the audit log: by itself, or counted among many that are like it.

use std::sync::Arc;

use jiff::Timestamp;

use super::audit::{AuditRecord, AuditSink, Event, Folded, Outcome};
use super::client::Client;
use super::clock::Clock;
use super::counters::{Counter, Counters};
use super::folding::refusals::{LIMITS, Reason, Refused};
use super::folding::{Fold, Folding, Noted, Source};

/// Longest cause of a refusal that costs a stranger nothing, in characters: they write a part of it.
const CAUSE_CHARACTERS: usize = 300;

/// What takes records. What it has counted is told at the latest when it is dropped.
pub(super) struct Records {
    sink: Arc<dyn AuditSink>,
    clock: Arc<dyn Clock>,
    counters: Counters,
    folding: Folding<Refused>,
}

impl Records {
    pub(super) fn new(sink: Arc<dyn AuditSink>, clock: Arc<dyn Clock>) -> Self {
        Self { sink, clock, counters: Counters::default(), folding: Folding::new(LIMITS) }
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Whether the record was written. One that was not is counted and logged; nothing may be issued without.
    pub(super) fn write(&self, record: &AuditRecord) -> bool {
        let is_written = self.put(record);
        if is_written {
            self.counter(record.event, record.outcome).add_one();
        }
        is_written
    }

    /// Writes the record of a refusal, or counts it where there are too many for the same reason. Gives the reference
    /// number under which it is found.
    pub(super) fn refuse(&self, mut record: AuditRecord, reason: Reason, client: &Client, now: Timestamp) -> String {
        let (kind, source) = (Refused::of(&record, reason), Source::of(client));
        let noted = self.folding.note(kind, source, now, &record.reference);
        match noted {
            Noted::Single => {}
            Noted::Last(until) => record.folds_until = Some(written(until)),
            Noted::Folded(reference) => {
                self.counters.folded.add_one();
                self.counter(record.event, record.outcome).add_one();
                return reference;
            }
        }
        record.cause = record.cause.map(|cause| cut(&cause));
        if !self.write(&record) {
            self.folding.unwritten(kind, source);
        }
        record.reference
    }

    /// Tells what was counted in windows that are over.
    pub(super) fn tell_folded(&self) {
        let now = self.clock.now();
        self.tell(self.folding.ended(now), now);
    }

    fn tell(&self, folds: Vec<Fold<Refused>>, now: Timestamp) {
        let mut folds = folds.into_iter();
        while let Some(fold) = folds.next() {
            if !self.put(&told(&fold, now)) {
                // Where one cannot be written, the others cannot, and each try is a line in the log.
                self.folding.put_back(std::iter::once(fold).chain(folds));
                return;
            }
        }
    }

    fn put(&self, record: &AuditRecord) -> bool {
        let Err(error) = self.sink.record(record) else { return true };
        self.counters.audit_failures.add_one();
        tracing::error!(
            %error,
            reference = record.reference,
            "an audit record cannot be written, so nothing is issued; see where standard output goes"
        );
        false
    }

    fn counter(&self, event: Event, outcome: Outcome) -> &Counter {
        let counters = &self.counters;
        match (event, outcome) {
            (Event::SignIn, Outcome::Done) => &counters.sign_ins,
            (Event::SignIn, Outcome::Refused) => &counters.sign_ins_refused,
            (Event::SignIn, Outcome::Failed) => &counters.sign_ins_failed,
            (Event::Issuance, Outcome::Done) => &counters.responses,
            (Event::Issuance, Outcome::Refused) => &counters.issuances_refused,
            (Event::Issuance, Outcome::Failed) => &counters.issuances_failed,
            (Event::Request, _) => &counters.requests_refused,
            (Event::SignOut, _) => &counters.sign_outs,
            (Event::PasswordChange, Outcome::Done) => &counters.password_changes,
            (Event::PasswordChange, Outcome::Refused) => &counters.password_changes_refused,
            (Event::PasswordChange, Outcome::Failed) => &counters.password_changes_failed,
        }
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        self.tell(self.folding.all(), self.clock.now());
    }
}

/// A moment, as records have it.
pub(super) fn written(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn told(fold: &Fold<Refused>, now: Timestamp) -> AuditRecord {
    let Refused { event, outcome, method, reason } = fold.kind;
    let folded = Folded { count: fold.count, first: written(fold.first), last: written(fold.last) };
    AuditRecord {
        method,
        client_address: fold.source.to_string(),
        cause: Some(reason.0.to_owned()),
        folded: Some(folded),
        ..AuditRecord::new(written(now), fold.reference.clone(), event, outcome)
    }
}

fn cut(cause: &str) -> String {
    let shown = |character: char| if character.is_control() { ' ' } else { character };
    cause.chars().take(CAUSE_CHARACTERS).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use crate::idp::audit::MemoryAudit;
    use crate::idp::clock::ManualClock;

    /// Takes records unless it is full.
    #[derive(Default)]
    struct Disk {
        records: MemoryAudit,
        is_full: AtomicBool,
    }

    impl AuditSink for Disk {
        fn record(&self, record: &AuditRecord) -> io::Result<()> {
            if self.is_full.load(Ordering::SeqCst) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.records.record(record)
        }
    }

    fn stage() -> (Arc<Disk>, Arc<ManualClock>, Records) {
        let disk = Arc::new(Disk::default());
        let clock = Arc::new(ManualClock::new("2026-11-21T10:00:00Z".parse().unwrap()));
        let records = Records::new(disk.clone(), clock.clone());
        (disk, clock, records)
    }

    fn refuse(records: &Records, reason: &'static str, reference: &str) -> String {
        let now = records.clock.now();
        let client = Client { address: "192.0.2.7".parse().ok(), proxy: None, user_agent: None, endpoint_path: "/" };
        let mut record = AuditRecord::new(written(now), reference.to_owned(), Event::Request, Outcome::Refused);
        record.cause = Some(format!("{reason}: {}", "\u{1}".repeat(100_000)));
        records.refuse(record, Reason(reason), &client, now)
    }

    #[test]
    fn what_a_full_disk_did_not_take_is_told_when_there_is_room() {
        let (disk, clock, records) = stage();
        for number in 0..12 {
            for reason in ["a", "b", "c"] {
                refuse(&records, reason, &format!("{reason}{number}"));
            }
        }
        clock.advance(jiff::SignedDuration::from_mins(15));
        disk.is_full.store(true, Ordering::SeqCst);
        records.tell_folded();
        records.tell_folded();
        assert_eq!(records.counters().audit_failures.value(), 2, "one try each time");
        assert_eq!(disk.records.records().len(), 30);
        disk.is_full.store(false, Ordering::SeqCst);
        records.tell_folded();
        let told = disk.records.records().split_off(30);
        let said: Vec<_> = told.iter().map(|told| (told.cause.as_deref(), told.reference.as_str())).collect();
        assert_eq!(said, [(Some("a"), "a9"), (Some("b"), "b9"), (Some("c"), "c9")]);
        assert!(told.iter().all(|told| told.folded.as_ref().unwrap().count == 2));
        assert_eq!(records.counters().requests_refused.value(), 36, "each counts");
        assert_eq!(records.counters().folded.value(), 6);
    }

    #[test]
    fn what_stands_for_others_can_be_found() {
        let (disk, _, records) = stage();
        disk.is_full.store(true, Ordering::SeqCst);
        for number in 0..20 {
            assert_eq!(refuse(&records, "a", &format!("lost{number}")), format!("lost{number}"));
        }
        disk.is_full.store(false, Ordering::SeqCst);
        let numbers: Vec<String> = (0..12).map(|number| refuse(&records, "a", &format!("a{number}"))).collect();
        assert_eq!(numbers[9..], ["a9", "a9", "a9"], "what no record could be written of takes nobody's place");
        assert_eq!(disk.records.records().pop().unwrap().reference, "a9");
        assert_eq!(disk.records.records().len(), 10);
    }

    #[test]
    fn the_end_tells_what_was_counted() {
        let (disk, _, records) = stage();
        for _ in 0..25 {
            refuse(&records, "a", "A");
        }
        drop(records);
        let told = disk.records.records().pop().unwrap();
        let folded = Folded {
            count: 15,
            first: "2026-11-21T10:00:00.000Z".to_owned(),
            last: "2026-11-21T10:00:00.000Z".to_owned(),
        };
        assert_eq!((told.folded, told.client_address.as_str()), (Some(folded), "192.0.2.7"));
    }

    #[test]
    fn what_a_stranger_writes_into_a_cause_is_cut() {
        let (disk, _, records) = stage();
        refuse(&records, "a", "A");
        let line = serde_json::to_string(&disk.records.records()[0]).unwrap();
        assert!(line.len() < 600, "{line}");
    }
}
