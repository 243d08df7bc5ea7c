//! Whatever rules say, all that is found in them lies in them, and what is offered as a fix are pieces that do not overlap.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::engine::Stage;
use claimsmith::engine::trust::Profile;
use claimsmith::harness::check::{self, Settings};
use claimsmith::lang::{Diagnostic, Fix, Source};

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("rules", text);
    let settings = Settings::default();
    let alone = check::rule_set(&source, &settings);
    let sets = [(Stage::Authorization, &source), (Stage::Issuance, &source)];
    let of_trust = check::trust(Some(Profile::Aws), &sets, &settings);
    for found in alone.iter().chain(of_trust.iter().flatten()) {
        lies_in(text, found);
    }
    assert_eq!(check::rule_set(&source, &settings), alone);
}

fn lies_in(text: &str, found: &Diagnostic) {
    assert!(text.get(found.span.start..found.span.end).is_some(), "{found:?}");
    assert!(!found.message.contains('\n'), "{found:?}");
    let Some(Fix { edits, .. }) = &found.fix else { return };
    let mut end = 0;
    for edit in edits {
        assert!(edit.span.start >= end && text.get(edit.span.start..edit.span.end).is_some(), "{found:?}");
        end = edit.span.end;
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
