//! What must hold of messages of LDAP servers, whatever they are: cargo feature `laws`, for the targets in `fuzz/`.

use ldap3::{ResultEntry, SearchEntry};

use super::ber::{self, answer};
use super::entry::Entry;

/// As much as is taken of one message here.
const MOST_BYTES: usize = 1 << 20;
/// More attributes than are sent in part.
const MOST_RANGES: usize = 1 << 16;

/// What is let through to the LDAP library, it reads as a whole; an entry is the same each time it is made; and asking for
/// the rest of its attributes comes to an end.
///
/// # Panics
///
/// If not so.
pub fn message(bytes: &[u8]) {
    let Ok(Some(length)) = ber::whole(bytes, MOST_BYTES) else { return };
    assert!(length <= bytes.len());
    let (message, _) = bytes.split_at(length);
    assert_eq!(message.split_last().map(|(_, cut)| ber::whole(cut, MOST_BYTES)), Some(Ok(None)));
    let Ok(read) = ber::answer(message) else { return };
    if read.operation != answer::ENTRY {
        assert_eq!(ber::result(read.content).is_ok(), read.operation != answer::REFERENCE);
    }
    let [one, other] = [message; 2].map(library_entry);
    assert_eq!(one.is_some(), read.operation == answer::ENTRY);
    let (Some(mut one), Some(other)) = (one, other) else { return };
    assert_eq!(one, other);
    let asked = (0..MOST_RANGES).map_while(|_| one.next_range()).count();
    assert!(asked < MOST_RANGES);
}

/// The entry in a message, as the library reads it.
fn library_entry(message: &[u8]) -> Option<Entry> {
    let (rest, tag) = ldap3::asn1::parse_tag(message).ok()?;
    assert!(rest.is_empty());
    let operation = tag.expect_constructed()?.into_iter().nth(1)?;
    let is_entry = operation.id == u64::from(answer::ENTRY & 0x1f);
    is_entry.then(|| Entry::from(SearchEntry::construct(ResultEntry::new(operation))))
}
