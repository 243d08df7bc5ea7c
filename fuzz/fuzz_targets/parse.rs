//! Law: every text is read without a panic, and every finding lies in the text.
#![no_main]

use claimsmith::lang::{Source, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz", text);
    for found in parse(text).diagnostics {
        assert!(text.get(found.span.start..found.span.end).is_some(), "{found:?}");
        let place = source.position(found.span.start);
        assert!(place.line >= 1 && place.column >= 1);
    }
});
