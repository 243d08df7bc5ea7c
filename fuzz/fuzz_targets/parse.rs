//! Every text is read without a panic, every finding lies in the text, and reading it again finds the same.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::lang::{Source, parse};

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("rules", text);
    let parsed = parse(text);
    for found in &parsed.diagnostics {
        assert!(text.get(found.span.start..found.span.end).is_some(), "{found:?}");
        let place = source.position(found.span.start);
        assert!(place.line >= 1 && place.column >= 1);
        // What ends a line has no column of its own.
        assert!(source.offset(place) <= found.span.start, "{found:?}");
    }
    for rule in &parsed.rule_set.rules {
        assert!(text.get(rule.span.start..rule.span.end).is_some(), "{rule:?}");
    }
    assert_eq!(parse(text).diagnostics, parsed.diagnostics);
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
