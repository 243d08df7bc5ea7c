//! Any pattern on any input: no panic, and `$&` changes nothing.
#![no_main]

use claimsmith::engine::regex::{DotNetRegex, Replacement, Steps};
use libfuzzer_sys::fuzz_target;

/// Far beyond what the inputs of a fuzzer need.
const LIMIT_BYTES: usize = 1 << 20;
/// Enough for several hard searches.
const LIMIT_STEPS: usize = 1 << 23;

fuzz_target!(|case: (&str, &str, &str)| {
    let (pattern, input, replacement) = case;
    let regex = match DotNetRegex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => {
            assert!(pattern.is_char_boundary(error.offset));
            return;
        }
    };
    let steps = Steps::new(LIMIT_STEPS);
    let _ = regex.replace(input, &Replacement::parse(replacement, &regex), LIMIT_BYTES, &steps);
    if let Ok(same) = regex.replace(input, &Replacement::parse("$&", &regex), LIMIT_BYTES, &steps) {
        assert_eq!(same, input);
    }
});
