//! What is read of a keytab, written again, is read the same; and a name that is printed is read as that name.
#![cfg_attr(fuzzing, no_main)]

use claimsmith::kerberos::keytab::Entry;
use claimsmith::kerberos::{Keytab, Principal};

pub fn holds(bytes: &[u8]) {
    if let Some(principal) = std::str::from_utf8(bytes).ok().and_then(Principal::parse) {
        assert_eq!(Principal::parse(&principal.to_string()), Some(principal));
    }
    let Ok(keytab) = Keytab::parse(bytes) else { return };
    let written = [&[5, 2][..], &keytab.entries.iter().flat_map(written).collect::<Vec<u8>>()].concat();
    // A name that is no UTF-8 grows when it is read, and may grow too long.
    if let Ok(again) = Keytab::parse(&written) {
        assert_eq!(again, keytab);
    }
    for principal in keytab.principals() {
        assert!(keytab.of(principal).any(|entry| entry.principal == *principal));
    }
}

/// An entry with an empty key.
fn written(entry: &Entry) -> Vec<u8> {
    let text = |text: &String| [&short(text.len()), text.as_bytes()].concat();
    let Principal { components, realm } = &entry.principal;
    let mut record = short(components.len()).to_vec();
    record.extend(text(realm));
    record.extend(components.iter().flat_map(text));
    record.extend([0; 8]);
    // A number of 0 in four bytes does not count.
    record.push(if entry.version < 256 { entry.version.to_be_bytes()[3] } else { 0 });
    record.extend(entry.encryption_type.to_be_bytes());
    record.extend(short(0));
    record.extend(entry.version.to_be_bytes());
    [&u32::try_from(record.len()).unwrap_or_default().to_be_bytes()[..], &record].concat()
}

fn short(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes()
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| holds(bytes));
