//! Everybody in a directory file is found by name, and what is wrong in one has a place in it.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::lang::Source;
use claimsmith::store::directory::Directory as _;
use claimsmith::store::file::FileDirectory;

pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("directory.yaml", text);
    let directory = match FileDirectory::from_yaml(&source) {
        Ok(directory) => directory,
        Err(error) => {
            if let Some((source, finding)) = error.diagnostic() {
                assert!(source.text.get(finding.span.start..finding.span.end).is_some(), "{error}");
            }
            return;
        }
    };
    for name in directory.user_names().expect("it is in memory") {
        let account = directory.account(&name).expect("it is in memory").expect(&name);
        assert_eq!(*account.name, *name);
        assert!(directory.identify(&name).expect("it is in memory").is_some(), "{name}");
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
