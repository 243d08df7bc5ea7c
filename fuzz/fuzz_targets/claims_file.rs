//! A claims file, a test file and `rulecheck.yaml`: what is wrong in one is told the same each time, with a place in it.
#![cfg_attr(fuzzing, no_main)]

use std::path::Path;

use claimsmith::config::rulecheck;
use claimsmith::config::trust::{Flaw, LoadError};
use claimsmith::harness::claims;
use claimsmith::lang::Source;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = || Source::new("file.yaml", text);
    match claims::parse(&source()) {
        Ok(found) => assert_eq!(claims::parse(&source()), Ok(found)),
        Err(error) => {
            if let Some((source, finding)) = error.diagnostic() {
                assert!(source.text.get(finding.span.start..finding.span.end).is_some(), "{error}");
            }
        }
    }
    // No folder: what the file names is not there.
    let read = || rulecheck::read(source(), Path::new("/nowhere/rulecheck.yaml"));
    match read() {
        Ok(file) => assert!(file.allow.iter().all(|(_, span)| text.get(span.start..span.end).is_some())),
        Err(error) => {
            lies_in_it(&error);
            assert_eq!(read().map(drop).map_err(|error| error.to_string()), Err(error.to_string()));
        }
    }
}

fn lies_in_it(error: &LoadError) {
    for flaw in &error.flaws {
        let Flaw::Findings { source, diagnostics } = flaw else { continue };
        for found in diagnostics {
            assert!(source.text.get(found.span.start..found.span.end).is_some(), "{found:?}");
        }
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
