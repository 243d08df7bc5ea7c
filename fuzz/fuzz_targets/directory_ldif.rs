//! An export that can be read line by line is read the same as a whole, and everybody in it is found by name.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::input::{Lines, decode};
use claimsmith::store::directory::Directory as _;
use claimsmith::store::file::FileDirectory;

pub fn holds(bytes: &[u8]) {
    let by_line = Lines::new(bytes, "export.ldif", u64::MAX).and_then(FileDirectory::read_ldif);
    let whole = decode(bytes, "export.ldif").and_then(|source| FileDirectory::from_ldif(&source));
    assert_eq!(
        by_line.as_ref().err().is_some(),
        whole.as_ref().err().is_some(),
        "{:?} {:?}",
        by_line.err(),
        whole.err()
    );
    let (Ok(directory), Ok(whole)) = (by_line, whole) else { return };
    let names = directory.user_names().expect("it is in memory");
    assert_eq!(names, whole.user_names().expect("it is in memory"));
    for name in names {
        // A control character may stand in a name of an export, and nobody types one.
        if name.chars().any(char::is_control) {
            continue;
        }
        if let Some(account) = directory.account(&name).expect("it is in memory") {
            assert!(account.name.eq_ignore_ascii_case(&name), "{} {name}", account.name);
            assert_eq!(whole.account(&name), Ok(Some(account)));
        }
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
