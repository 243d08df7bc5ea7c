//! Printing what was read and reading it again gives the same rules, and printing them again the same text.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::lang::{parse, print};

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let parsed = parse(text);
    if !parsed.is_ok() {
        return;
    }
    let printed = print(&parsed.rule_set);
    let again = parse(&printed);
    assert!(again.is_ok(), "{printed}");
    assert_eq!(print(&again.rule_set), printed);
    assert_eq!(again.rule_set.without_places(), parsed.rule_set.without_places());
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
