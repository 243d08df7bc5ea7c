//! Identifiers for entries that state none: the same in every run, on every machine.

use std::collections::BTreeSet;

use aws_lc_rs::digest;

use super::entry::{DOMAIN_USERS, DOMAIN_USERS_RID};
use crate::store::sid::Sid;

/// Relative identifiers below this one belong to Windows [MS-ADTS 6.1.1.4.12].
const FIRST_RID: u32 = 1_000;
/// Derived relative identifiers lie below this one [MS-SAMR 3.1.1.9.2.1].
const LAST_RID: u32 = 0x3fff_ffff;
/// Accounts that every domain has under a fixed number.
const WELL_KNOWN: &[(&str, u32)] = &[
    ("administrator", 500),
    ("guest", 501),
    ("krbtgt", 502),
    ("domain admins", 512),
    ("domain guests", 514),
    ("domain computers", 515),
    ("domain controllers", 516),
    ("enterprise admins", 519),
];

/// Gives out SIDs of one domain, never one twice.
pub(super) struct Sids {
    domain: Sid,
    taken: BTreeSet<Sid>,
}

impl Sids {
    /// Starts with the SIDs that entries state.
    pub(super) fn new(domain: Sid, stated: impl IntoIterator<Item = Sid>) -> Self {
        Self { domain, taken: stated.into_iter().collect() }
    }

    /// The SID of an account that states none: from its name, so that adding an account leaves the others alone.
    pub(super) fn derive(&mut self, login: &str) -> Sid {
        let login = login.to_lowercase();
        let mut rid = if login == DOMAIN_USERS.to_lowercase() {
            DOMAIN_USERS_RID
        } else {
            let known = WELL_KNOWN.iter().find(|(name, _)| *name == login);
            known.map_or_else(|| FIRST_RID + first_word(&login) % (LAST_RID - FIRST_RID), |&(_, rid)| rid)
        };
        loop {
            let sid = self.domain.with_rid(rid);
            if self.taken.insert(sid.clone()) {
                return sid;
            }
            rid = if rid >= LAST_RID { FIRST_RID } else { rid + 1 };
        }
    }
}

/// The `objectGUID` of an entry that states none: an identifier of version 8 [RFC 9562 5.8] made from its SID.
pub(super) fn derive_guid(sid: &Sid) -> [u8; 16] {
    let hash = hash(&format!("objectGUID {sid}"));
    let mut guid = [0; 16];
    guid.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
    // Windows stores the third group little-endian, so the version is in the byte after it.
    guid[7] = guid[7] & 0x0f | 0x80;
    guid[8] = guid[8] & 0x3f | 0x80;
    guid
}

fn first_word(text: &str) -> u32 {
    let hash = hash(text);
    hash.as_ref().first_chunk().map_or(0, |&word| u32::from_be_bytes(word))
}

fn hash(text: &str) -> digest::Digest {
    digest::digest(&digest::SHA256, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain() -> Sid {
        "S-1-5-21-1004336348-1177238915-682003330".parse().unwrap()
    }

    #[test]
    fn identifiers_are_the_same_in_every_run() {
        let alice = Sids::new(domain(), []).derive("Alice");
        assert_eq!(alice, Sids::new(domain(), []).derive("alice"));
        assert_eq!(alice.to_string(), "S-1-5-21-1004336348-1177238915-682003330-735578801");
        assert_eq!(derive_guid(&alice), derive_guid(&alice));
    }

    #[test]
    fn no_identifier_is_given_twice() {
        let mut sids = Sids::new(domain(), []);
        let first = sids.derive("alice");
        assert_eq!(sids.derive("alice").rid(), first.rid().map(|rid| rid + 1));
        assert_eq!(sids.derive("Domain Users").rid(), Some(513));
    }
}
