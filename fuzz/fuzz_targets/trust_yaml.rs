//! Whatever `trust.yaml` says, a trust is loaded or every flaw has a place in its file, and the same each time.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::config::trust::{self, Flaw};

const RULES: &str = "c:[Type == \"a\"] => issue(claim = c);\n";

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let files = [("trust.yaml", text), ("authorization.claims", RULES), ("issuance.claims", RULES)];
    let loaded = trust::from_texts("trust", &files);
    let again = trust::from_texts("trust", &files);
    match (&loaded, &again) {
        (Ok(loaded), Ok(again)) => {
            assert!(!loaded.relying_party.identifier.is_empty());
            assert_eq!(loaded.rules_sha256, again.rules_sha256);
        }
        (Err(error), Err(again)) => {
            assert_eq!(error.to_string(), again.to_string());
            for flaw in &error.flaws {
                let Flaw::Findings { source, diagnostics } = flaw else { continue };
                for found in diagnostics {
                    assert!(source.text.get(found.span.start..found.span.end).is_some(), "{found:?}");
                }
            }
        }
        _ => panic!("it is not the same each time"),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
