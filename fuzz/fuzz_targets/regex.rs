//! Any pattern on any input: a match is found where there is one, `$&` changes nothing, and the steps are an end.
//!
//! The pattern, a line `--`, the input, a line `--`, the replacement.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::engine::regex::{DotNetRegex, Replacement, Steps};

const LIMIT_BYTES: usize = 1 << 16;
const LIMIT_STEPS: usize = 1 << 20;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut pieces = text.splitn(3, "\n--\n");
    let mut piece = || pieces.next().unwrap_or_default();
    let (pattern, input, replacement) = (piece(), piece(), piece());
    let regex = match DotNetRegex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => return assert!(pattern.is_char_boundary(error.offset)),
    };
    let steps = Steps::new(LIMIT_STEPS);
    let found = regex.find(input, &steps);
    let is_match = regex.is_match(input, &steps);
    if let (Ok(found), Ok(is_match)) = (&found, &is_match) {
        assert_eq!(found.is_some(), *is_match);
    }
    if let Ok(Some(found)) = &found {
        assert!(input.get(found.range.clone()).is_some());
    }
    let replaced = regex.replace(input, &Replacement::parse(replacement, &regex), LIMIT_BYTES, &steps);
    if let Ok(replaced) = &replaced {
        assert!(replaced.len() <= LIMIT_BYTES || is_match == Ok(false));
        if is_match == Ok(false) {
            assert_eq!(replaced, input);
        }
    }
    if let Ok(same) = regex.replace(input, &Replacement::parse("$&", &regex), LIMIT_BYTES, &steps) {
        assert_eq!(same, input);
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
