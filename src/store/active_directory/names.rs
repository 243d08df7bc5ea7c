//! Names of groups by their SIDs, remembered for a while.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ldap3::Scope;

use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::failure::Failure;
use crate::store::sid::Sid;

/// How many SIDs are asked for at once: the time that a domain controller takes grows faster than their number.
const CHUNK: usize = 100;

/// Remembers the `sAMAccountName` of SIDs, and which SIDs have none.
pub(super) struct Names {
    most: usize,
    age: Duration,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    by_sid: HashMap<Sid, (Instant, Option<Arc<str>>)>,
    /// Oldest first.
    order: VecDeque<(Instant, Sid)>,
}

/// What is remembered of a SID.
#[derive(Debug, PartialEq, Eq)]
enum Memory {
    Unknown,
    /// Its name, or that it has none.
    Known(Option<Arc<str>>),
}

impl Names {
    pub(super) fn new(most: usize, age: Duration) -> Self {
        Self { most, age, known: Mutex::default() }
    }

    /// The names of these SIDs, which are of the domain at `base`, sorted. SIDs without a name there are left out.
    pub(super) fn resolve(
        &self,
        sids: &[Sid],
        connection: &mut Connection,
        base: &str,
        deadline: Instant,
    ) -> Result<Vec<Arc<str>>, Failure> {
        let mut names = Vec::with_capacity(sids.len());
        let mut missing = Vec::new();
        for sid in sids {
            match self.recall(sid, Instant::now()) {
                Memory::Known(name) => names.extend(name),
                Memory::Unknown => missing.push(sid),
            }
        }
        for chunk in missing.chunks(CHUNK) {
            let mut found = ask(chunk, connection, base, deadline)?;
            let now = Instant::now();
            for &sid in chunk {
                let name = found.remove(sid);
                self.remember(sid.clone(), name.clone(), now);
                names.extend(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn recall(&self, sid: &Sid, now: Instant) -> Memory {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match known.by_sid.get(sid) {
            Some((since, name)) if now.saturating_duration_since(*since) < self.age => Memory::Known(name.clone()),
            _ => Memory::Unknown,
        }
    }

    fn remember(&self, sid: Sid, name: Option<Arc<str>>, now: Instant) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.most == 0 {
            return;
        }
        known.by_sid.insert(sid.clone(), (now, name));
        known.order.push_back((now, sid));
        // What was asked for again stands in the line twice; its older place is passed over.
        while known.by_sid.len() > self.most || known.order.len() > 2 * self.most {
            let Some((since, oldest)) = known.order.pop_front() else { return };
            if known.by_sid.get(&oldest).is_some_and(|(at, _)| *at == since) {
                known.by_sid.remove(&oldest);
            }
        }
    }
}

fn ask(
    sids: &[&Sid],
    connection: &mut Connection,
    base: &str,
    deadline: Instant,
) -> Result<HashMap<Sid, Arc<str>>, Failure> {
    let mut filter = "(|".to_owned();
    for sid in sids {
        filter.push_str("(objectSid=");
        for byte in sid.to_bytes() {
            // Writing to a text cannot fail.
            let _ = write!(filter, "\\{byte:02x}");
        }
        filter.push(')');
    }
    filter.push(')');
    let search = Search { base, scope: Scope::Subtree, filter: &filter, attributes: &["objectSid", "sAMAccountName"] };
    let entries = connection.search(search, deadline)?;
    Ok(entries
        .iter()
        .filter_map(|entry| Some((entry.sids("objectsid").pop()?, entry.text("samaccountname")?.into())))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid(rid: u32) -> Sid {
        "S-1-5-21-1-2-3".parse::<Sid>().unwrap().with_rid(rid)
    }

    #[test]
    fn names_are_forgotten_with_age() {
        let names = Names::new(10, Duration::from_mins(1));
        let start = Instant::now();
        names.remember(sid(1), Some("a".into()), start);
        names.remember(sid(2), None, start);
        assert_eq!(names.recall(&sid(1), start), Memory::Known(Some("a".into())));
        assert_eq!(names.recall(&sid(2), start), Memory::Known(None));
        assert_eq!(names.recall(&sid(3), start), Memory::Unknown);
        assert_eq!(names.recall(&sid(1), start + Duration::from_mins(1)), Memory::Unknown);
    }

    #[test]
    fn the_oldest_makes_room() {
        let names = Names::new(2, Duration::from_mins(1));
        let start = Instant::now();
        for (second, rid) in [1, 2, 1, 3].into_iter().enumerate() {
            names.remember(sid(rid), None, start + Duration::from_secs(u64::try_from(second).unwrap()));
        }
        assert_eq!(names.recall(&sid(2), start), Memory::Unknown);
        for rid in [1, 3] {
            assert_eq!(names.recall(&sid(rid), start), Memory::Known(None));
        }
        for rid in 0..1_000 {
            names.remember(sid(rid % 2), None, start + Duration::from_secs(10 + u64::from(rid)));
        }
        assert!(names.known.lock().unwrap().order.len() <= 4);
    }
}
