//! Names of groups by their SIDs, remembered for a while.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ldap3::Scope;

use super::aged::Aged;
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::failure::Failure;
use crate::store::sid::Sid;

/// How many SIDs are asked for at once: the time that a domain controller takes grows faster than their number.
const CHUNK: usize = 100;

/// How many names are remembered, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupNames {
    /// How many SIDs, with a name or without. About 120 bytes each.
    pub entries: usize,
    /// How long a name is remembered: so long may a group keep its old name after it was renamed.
    pub age: Duration,
    /// How long it is remembered that a SID has no name.
    pub unknown_age: Duration,
}

impl Default for GroupNames {
    fn default() -> Self {
        Self { entries: 50_000, age: Duration::from_mins(10), unknown_age: Duration::from_mins(1) }
    }
}

/// Names by the SIDs that were asked for.
pub(super) type Found = HashMap<Sid, Arc<str>>;

/// Remembers the `sAMAccountName` of SIDs, and which SIDs have none. Nobody waits for the network with a lock in hand,
/// and what somebody is asking for already is not asked for again.
pub(super) struct Names {
    settings: GroupNames,
    /// The domains of the SIDs; a SID is remembered as a place in it and its last number.
    domains: Mutex<Vec<Sid>>,
    known: Aged<Key, Option<Arc<str>>>,
    asking: Mutex<HashSet<Key>>,
    answered: Condvar,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    domain: u32,
    rid: u32,
}

/// What somebody asks for just now. Given up on drop, answered or not.
struct Claimed<'a> {
    names: &'a Names,
    keys: Vec<Key>,
}

impl Names {
    pub(super) fn new(settings: GroupNames) -> Self {
        Self {
            settings,
            domains: Mutex::default(),
            known: Aged::new(settings.entries),
            asking: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// The names of these SIDs of domains, in their order. SIDs without a name are left out. `ask` is called with those
    /// that are not remembered, some at a time.
    pub(super) fn resolve<E>(
        &self,
        sids: &[Sid],
        deadline: Instant,
        mut ask: impl FnMut(&[&Sid]) -> Result<Found, E>,
    ) -> Result<Vec<(Sid, Arc<str>)>, E> {
        let mut named: Vec<Option<Arc<str>>> = vec![None; sids.len()];
        let mut open: Vec<(usize, &Sid, Key)> =
            sids.iter().enumerate().filter_map(|(place, sid)| Some((place, sid, self.key(sid)?))).collect();
        while !open.is_empty() {
            let (mine, others) = self.sort_out(open, &mut named, deadline);
            let claimed = Claimed { names: self, keys: mine.iter().map(|(.., key)| *key).collect() };
            for chunk in mine.chunks(CHUNK) {
                let wanted: Vec<&Sid> = chunk.iter().map(|(_, sid, _)| *sid).collect();
                let mut found = ask(&wanted)?;
                let now = Instant::now();
                for &(place, sid, key) in chunk {
                    let name = found.remove(sid);
                    self.known.remember(key, name.clone(), now);
                    if let Some(slot) = named.get_mut(place) {
                        *slot = name;
                    }
                }
            }
            drop(claimed);
            self.await_others(&others, deadline);
            open = others;
        }
        Ok(sids.iter().zip(named).filter_map(|(sid, name)| Some((sid.clone(), name?))).collect())
    }

    /// Fills in what is remembered. The rest is what the caller asks for now, and what others are asking for. After the
    /// deadline nobody waits for others.
    #[expect(clippy::type_complexity, reason = "two parts of one list")]
    fn sort_out<'s>(
        &self,
        open: Vec<(usize, &'s Sid, Key)>,
        named: &mut [Option<Arc<str>>],
        deadline: Instant,
    ) -> (Vec<(usize, &'s Sid, Key)>, Vec<(usize, &'s Sid, Key)>) {
        let now = Instant::now();
        let mut asking = self.asking();
        let (mut mine, mut others) = (Vec::new(), Vec::new());
        for (place, sid, key) in open {
            // Looked up with the list of questions in hand: an answer is remembered before its question leaves the list.
            if let Some(name) = self.recall(key, now) {
                if let Some(slot) = named.get_mut(place) {
                    *slot = name;
                }
            } else if asking.insert(key) || now >= deadline {
                mine.push((place, sid, key));
            } else {
                others.push((place, sid, key));
            }
        }
        (mine, others)
    }

    fn await_others(&self, others: &[(usize, &Sid, Key)], deadline: Instant) {
        let limit = deadline.saturating_duration_since(Instant::now());
        let busy = |asking: &mut HashSet<Key>| others.iter().any(|(.., key)| asking.contains(key));
        drop(self.answered.wait_timeout_while(self.asking(), limit, busy));
    }

    #[expect(clippy::option_option, reason = "whether it is known, and then whether there is a name")]
    fn recall(&self, key: Key, now: Instant) -> Option<Option<Arc<str>>> {
        let GroupNames { age, unknown_age, .. } = self.settings;
        self.known.recall(&key, now, |name| if name.is_some() { age } else { unknown_age })
    }

    /// `None` for a SID that is of no domain.
    fn key(&self, sid: &Sid) -> Option<Key> {
        let (domain, rid) = (sid.domain()?, sid.rid()?);
        let mut domains = self.domains.lock().unwrap_or_else(PoisonError::into_inner);
        let place = domains.iter().position(|known| *known == domain).unwrap_or_else(|| {
            domains.push(domain);
            domains.len() - 1
        });
        Some(Key { domain: u32::try_from(place).ok()?, rid })
    }

    fn asking(&self) -> MutexGuard<'_, HashSet<Key>> {
        self.asking.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claimed<'_> {
    fn drop(&mut self) {
        let mut asking = self.names.asking();
        for key in &self.keys {
            asking.remove(key);
        }
        drop(asking);
        self.names.answered.notify_all();
    }
}

/// Asks a server for the names of SIDs, below `base`.
pub(super) fn ask(sids: &[&Sid], connection: &mut Connection, base: &str, deadline: Instant) -> Result<Found, Failure> {
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
    use std::convert::Infallible;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const SETTINGS: GroupNames =
        GroupNames { entries: 1_000, age: Duration::from_mins(10), unknown_age: Duration::from_mins(1) };

    fn sid(rid: u32) -> Sid {
        "S-1-5-21-1-2-3".parse::<Sid>().unwrap().with_rid(rid)
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(10)
    }

    /// Even numbers have names.
    fn table(wanted: &[&Sid]) -> Found {
        let even = wanted.iter().filter(|sid| sid.rid().unwrap() % 2 == 0);
        even.map(|&sid| (sid.clone(), format!("g{}", sid.rid().unwrap()).into())).collect()
    }

    fn names_of(found: &[(Sid, Arc<str>)]) -> Vec<&str> {
        found.iter().map(|(_, name)| &**name).collect()
    }

    #[test]
    fn a_hundred_are_asked_for_at_once_and_none_twice() {
        let names = Names::new(SETTINGS);
        let sids: Vec<Sid> = (0..250).map(sid).collect();
        let mut asked = Vec::new();
        let mut resolve = || {
            let answer = names.resolve(&sids, soon(), |wanted| {
                asked.push(wanted.len());
                Ok::<_, Infallible>(table(wanted))
            });
            answer.unwrap()
        };
        let first = resolve();
        assert_eq!(first.len(), 125);
        assert_eq!((names_of(&first)[1], &first[1].0), ("g2", &sid(2)));
        assert_eq!(resolve(), first);
        assert_eq!(asked, [100, 100, 50], "SIDs without names are remembered too");
    }

    #[test]
    fn names_and_their_absence_last_each_their_time() {
        let names = Names::new(SETTINGS);
        let now = Instant::now();
        let key = |rid| names.key(&sid(rid)).unwrap();
        names.known.remember(key(1), Some("a".into()), now);
        names.known.remember(key(2), None, now);
        assert_eq!(names.recall(key(1), now + Duration::from_secs(599)), Some(Some("a".into())));
        assert_eq!(names.recall(key(1), now + Duration::from_secs(601)), None);
        assert_eq!(names.recall(key(2), now + Duration::from_secs(59)), Some(None));
        assert_eq!(names.recall(key(2), now + Duration::from_secs(61)), None);
    }

    #[test]
    fn domains_are_told_apart_and_others_have_no_names() {
        let names = Names::new(SETTINGS);
        let foreign: Sid = "S-1-5-21-9-9-9-2".parse().unwrap();
        let builtin: Sid = "S-1-5-32-544".parse().unwrap();
        let found = names
            .resolve(&[sid(2), foreign.clone(), builtin], soon(), |wanted| {
                let name = |sid: &Sid| if *sid == foreign { "foreign" } else { "own" };
                Ok::<_, Infallible>(wanted.iter().map(|&sid| (sid.clone(), name(sid).into())).collect())
            })
            .unwrap();
        assert_eq!(names_of(&found), ["own", "foreign"]);
    }

    #[test]
    fn a_memory_that_is_too_small_changes_no_answer() {
        for entries in [0, 1, 7] {
            let names = Names::new(GroupNames { entries, ..SETTINGS });
            let sids: Vec<Sid> = (0..250).map(sid).collect();
            let mut asked = 0;
            for _ in 0..2 {
                let found = names.resolve(&sids, soon(), |wanted| {
                    asked += wanted.len();
                    Ok::<_, Infallible>(table(wanted))
                });
                assert_eq!(found.unwrap().len(), 125, "{entries}");
            }
            assert!(asked >= 500 - entries, "no more than {entries} are remembered: {asked}");
        }
    }

    #[test]
    fn who_comes_second_waits_for_the_answer_to_the_first() {
        let names = Names::new(SETTINGS);
        let (asked, inside) = (AtomicUsize::new(0), Barrier::new(2));
        let ask = |wanted: &[&Sid]| {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                inside.wait();
            }
            Ok::<_, Infallible>(table(wanted))
        };
        std::thread::scope(|scope| {
            let first = scope.spawn(|| names.resolve(&[sid(2)], soon(), ask));
            while asked.load(Ordering::SeqCst) == 0 {
                std::thread::yield_now();
            }
            let second = scope.spawn(|| names.resolve(&[sid(2)], soon(), ask));
            // The first is inside its question for as long as nobody meets it at the barrier.
            inside.wait();
            assert_eq!(first.join().unwrap(), second.join().unwrap());
        });
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_question_that_failed_is_asked_again_by_who_waits() {
        let names = Names::new(SETTINGS);
        assert_eq!(names.resolve(&[sid(2)], soon(), |_| Err("lost")), Err("lost"));
        assert!(names.asking().is_empty());
        let found = names.resolve(&[sid(2)], soon(), |wanted| Ok::<_, Infallible>(table(wanted))).unwrap();
        assert_eq!(names_of(&found), ["g2"]);
    }

    #[test]
    fn a_remembered_name_takes_little_room() {
        // With 100,000 names of 33 letters the process grew by 12 MB.
        assert!(size_of::<(Key, (u32, Option<Arc<str>>))>() <= 32);
    }

    #[test]
    fn after_the_deadline_nobody_waits() {
        let names = Names::new(SETTINGS);
        names.asking().insert(names.key(&sid(2)).unwrap());
        let found = names.resolve(&[sid(2)], Instant::now(), |wanted| Ok::<_, Infallible>(table(wanted))).unwrap();
        assert_eq!(names_of(&found), ["g2"]);
    }
}
