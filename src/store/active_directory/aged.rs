//! A memory that is bounded in number and in age.

use std::borrow::Borrow;
use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Remembers values by key, the latest of each, up to a number of keys. How long a value lasts is asked when it is
/// recalled.
pub(super) struct Aged<K, V> {
    most: usize,
    start: Instant,
    known: Mutex<Known<K, V>>,
}

/// Times are seconds since the start, which take half the room of an [`Instant`].
struct Known<K, V> {
    by_key: HashMap<K, (u32, V)>,
    /// Oldest first. What was remembered again stands in it twice; its older place is passed over.
    order: VecDeque<(u32, K)>,
}

impl<K: Eq + Hash + Clone, V: Clone> Aged<K, V> {
    /// An empty memory for at most so many keys; 0 remembers nothing.
    pub(super) fn new(most: usize) -> Self {
        let known = Known { by_key: HashMap::new(), order: VecDeque::new() };
        Self { most, start: Instant::now(), known: Mutex::new(known) }
    }

    /// The value of a key, unless it is older than it `lasts`.
    pub(super) fn recall<Q>(&self, key: &Q, now: Instant, lasts: impl Fn(&V) -> Duration) -> Option<V>
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let seconds = self.seconds(now);
        let known = self.known();
        let (since, value) = known.by_key.get(key)?;
        (u64::from(seconds.saturating_sub(*since)) < lasts(value).as_secs()).then(|| value.clone())
    }

    /// Remembers a value, in the place of the oldest if there are too many.
    pub(super) fn remember(&self, key: K, value: V, now: Instant) {
        if self.most == 0 {
            return;
        }
        let since = self.seconds(now);
        let mut known = self.known();
        known.by_key.insert(key.clone(), (since, value));
        known.order.push_back((since, key));
        while known.by_key.len() > self.most || known.order.len() > self.most.saturating_mul(2) {
            let Some((since, oldest)) = known.order.pop_front() else { return };
            if known.by_key.get(&oldest).is_some_and(|(at, _)| *at == since) {
                known.by_key.remove(&oldest);
            }
        }
    }

    /// Forgets a key.
    pub(super) fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        self.known().by_key.remove(key);
    }

    fn seconds(&self, now: Instant) -> u32 {
        u32::try_from(now.saturating_duration_since(self.start).as_secs()).unwrap_or(u32::MAX)
    }

    fn known(&self) -> MutexGuard<'_, Known<K, V>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn values_last_as_long_as_they_say() {
        let memory = Aged::new(10);
        let start = memory.start;
        memory.remember("long", 60, start);
        memory.remember("short", 10, start);
        let recall = |key: &str, second: u64| {
            memory.recall(key, start + Duration::from_secs(second), |&lasts| Duration::from_secs(lasts))
        };
        assert_eq!((recall("long", 59), recall("long", 60)), (Some(60), None));
        assert_eq!((recall("short", 9), recall("short", 10)), (Some(10), None));
        assert_eq!(recall("never", 0), None);
        memory.forget("long");
        assert_eq!(recall("long", 0), None);
    }

    #[test]
    fn the_oldest_makes_room() {
        let memory = Aged::new(2);
        let start = memory.start;
        for (second, key) in [1, 2, 1, 3].into_iter().enumerate() {
            memory.remember(key, (), start + Duration::from_secs(u64::try_from(second).unwrap()));
        }
        let knows = |key: i32| memory.recall(&key, start, |()| MINUTE).is_some();
        assert_eq!([1, 2, 3].map(knows), [true, false, true]);
        for second in 0..1_000 {
            memory.remember(i32::try_from(second % 2).unwrap(), (), start + Duration::from_secs(10 + second));
        }
        assert!(memory.known().order.len() <= 4);
        let nothing = Aged::new(0);
        nothing.remember(1, (), start);
        assert_eq!(nothing.recall(&1, start, |()| MINUTE), None);
    }
}
