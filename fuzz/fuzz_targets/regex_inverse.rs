//! An input that is said to become a wanted text does become it, and how far a pattern gets is a place in the value.
//!
//! The pattern, a line `--`, the replacement, a line `--`, the wanted text.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::engine::regex::{DotNetRegex, Replacement, Steps};

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut pieces = text.splitn(3, "\n--\n");
    let mut piece = || pieces.next().unwrap_or_default();
    let (pattern, replacement, wanted) = (piece(), piece(), piece());
    // People ask for values of claims.
    if wanted.len() > 200 {
        return;
    }
    let Ok(regex) = DotNetRegex::new(pattern) else { return };
    let steps = Steps::new(1 << 20);
    let replacement = Replacement::parse(replacement, &regex);
    if let Some((input, _)) = regex.input_for(&replacement, wanted, &steps) {
        let plenty = Steps::new(1 << 24);
        assert_eq!(regex.is_match(&input, &plenty), Ok(true), "{input}");
        assert_eq!(regex.replace(&input, &replacement, 1 << 20, &plenty).as_deref(), Ok(wanted), "{input}");
    }
    if let Some(reach) = regex.reach(wanted) {
        assert!(wanted.get(reach.start..reach.end).is_some(), "{reach:?}");
        if reach.exact {
            assert_ne!(regex.is_match(wanted, &steps), Ok(true), "{reach:?}");
        }
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
