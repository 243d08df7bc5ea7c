//! Requests that are refused for what they are as HTTP: a line of the log for each, or one for many.
//!
//! They concern nobody's account, so they have no place in the audit log. Still anybody can cause any number of them, and
//! the log may lie on the disk of the audit log.

use axum::http::StatusCode;
use jiff::Timestamp;

use crate::idp::folding::{Fold, Folding, FoldingLimits, Noted, Source};

/// Of every kind, whoever sends them.
const LIMITS: FoldingLimits = FoldingLimits { singles: 100, window_seconds: 15 * 60, remembered: 0 };

/// Logs refused requests. What it has counted is told at the latest when it is dropped.
pub(super) struct Refusals(Folding<(u16, &'static str)>);

impl Refusals {
    pub(super) fn new() -> Self {
        Self(Folding::new(LIMITS))
    }

    /// Logs a refusal, or counts it. Gives the reference number under which it is found.
    pub(super) fn log(&self, status: StatusCode, title: &'static str, reference: String, now: Timestamp) -> String {
        let status = status.as_u16();
        match self.0.note((status, title), Source::Others, now, &reference) {
            Noted::Single => tracing::info!(status, reference, "request refused: {title}"),
            Noted::Last(until) => {
                let folds_until = until.to_string();
                tracing::info!(status, reference, folds_until, "request refused: {title}");
            }
            Noted::Folded(reference) => return reference,
        }
        reference
    }

    /// Tells what was counted in windows that are over.
    pub(super) fn tell(&self, now: Timestamp) {
        tell(self.0.ended(now));
    }
}

impl Drop for Refusals {
    fn drop(&mut self) {
        tell(self.0.all());
    }
}

fn tell(folds: Vec<Fold<(u16, &'static str)>>) {
    for fold in folds {
        let ((status, title), reference) = (fold.kind, fold.reference);
        let (count, first, last) = (fold.count, fold.first.to_string(), fold.last.to_string());
        tracing::info!(status, reference, count, first, last, "requests refused: {title}");
    }
}
