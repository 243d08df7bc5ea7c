//! Whatever `claimsmith.yaml` says, it is loaded or refused with one line for each fault, and the same each time.
#![cfg_attr(fuzzing, no_main)]

use std::fs;
use std::path::Path;

use claimsmith::config::server;
use claimsmith::config::trust::Flaw;

pub fn holds(bytes: &[u8]) {
    let folder = std::env::temp_dir().join(format!("claimsmith-fuzz-{}", std::process::id()));
    let path = folder.join("claimsmith.yaml");
    fs::create_dir_all(&folder).and_then(|()| fs::write(&path, bytes)).expect("a place for files of a test");
    let told = load(&path);
    assert_eq!(load(&path), told);
    fs::remove_dir_all(&folder).expect("it is ours");
}

/// What is told of a configuration that cannot be used.
fn load(path: &Path) -> Option<String> {
    let error = server::load(path).err()?;
    for flaw in &error.flaws {
        let Flaw::Findings { source, diagnostics } = flaw else { continue };
        for found in diagnostics {
            assert!(source.text.get(found.span.start..found.span.end).is_some(), "{found:?}");
            assert!(!found.message.contains('\n'), "{found:?}");
        }
    }
    Some(error.to_string())
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
