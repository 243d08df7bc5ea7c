//! Soft lockout: too many failed sign-ins are answered without asking the directory.
//!
//! It closes before Active Directory locks the account, so that a stranger who guesses cannot shut its owner out, and it
//! counts for each address too, so that one password tried on many users is noticed. A sign-in is charged before the
//! directory is asked and paid back if it does not fail: many guesses at once cannot slip through between check and charge.
//! Time is an argument, memory is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::clock::add_seconds;
use super::network::masked;

/// How many failures are borne.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutLimits {
    /// Failures for one user before the directory is no longer asked. Keep it below Active Directory's threshold.
    pub failures_per_user: u32,
    /// Failures from one address.
    pub failures_per_address: u32,
    /// Seconds after the first failure at which counting starts anew.
    pub window_seconds: i64,
    /// Most users, and most addresses, that are remembered.
    pub remembered: usize,
}

impl Default for LockoutLimits {
    fn default() -> Self {
        Self { failures_per_user: 5, failures_per_address: 50, window_seconds: 15 * 60, remembered: 100_000 }
    }
}

/// Why no attempt may be made now. For the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    /// Too many failures for this user.
    #[error("too many failed sign-ins for this user")]
    User,
    /// Too many failures from this address.
    #[error("too many failed sign-ins from this address")]
    Address,
}

/// An attempt that has been charged. Give it back to [`Lockout::succeeded`] or [`Lockout::undecided`]; dropped, it
/// stays charged.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    user: String,
    address: IpAddr,
}

/// The failures of the recent past.
#[derive(Debug)]
pub struct Lockout {
    limits: LockoutLimits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    users: Failures<String>,
    addresses: Failures<IpAddr>,
}

impl Lockout {
    /// Nobody has failed yet.
    #[must_use]
    pub fn new(limits: LockoutLimits) -> Self {
        Self { limits, state: Mutex::default() }
    }

    /// Charges an attempt, unless there have been too many failures.
    ///
    /// # Errors
    ///
    /// There have; nothing is charged.
    pub fn begin(&self, user_name: &str, address: IpAddr, now: Timestamp) -> Result<Attempt, Locked> {
        let attempt = Attempt { user: user_key(user_name), address: address_key(address) };
        let limits = self.limits;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.users.count(&attempt.user, now, limits.window_seconds) >= limits.failures_per_user {
            return Err(Locked::User);
        }
        if state.addresses.count(&attempt.address, now, limits.window_seconds) >= limits.failures_per_address {
            return Err(Locked::Address);
        }
        state.users.charge(attempt.user.clone(), now, limits);
        state.addresses.charge(attempt.address, now, limits);
        Ok(attempt)
    }

    /// The password was right: the user starts anew, and the address gets this attempt back.
    pub fn succeeded(&self, attempt: Attempt) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Attempt { user, address } = attempt;
        state.users.forget(&user);
        state.addresses.refund(&address);
    }

    /// The directory did not answer: the attempt is paid back.
    pub fn undecided(&self, attempt: Attempt) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Attempt { user, address } = attempt;
        state.users.refund(&user);
        state.addresses.refund(&address);
    }
}

/// Failures by key; the oldest are forgotten when there are too many keys.
#[derive(Debug)]
struct Failures<K> {
    by_key: BTreeMap<K, (Timestamp, u32)>,
    by_age: BTreeSet<(Timestamp, K)>,
}

impl<K> Default for Failures<K> {
    fn default() -> Self {
        Self { by_key: BTreeMap::new(), by_age: BTreeSet::new() }
    }
}

impl<K: Ord + Clone> Failures<K> {
    fn count(&mut self, key: &K, now: Timestamp, window_seconds: i64) -> u32 {
        match self.by_key.get(key) {
            Some(&(since, _)) if add_seconds(since, window_seconds) <= now => {
                self.forget(key);
                0
            }
            Some(&(_, count)) => count,
            None => 0,
        }
    }

    fn charge(&mut self, key: K, now: Timestamp, limits: LockoutLimits) {
        if let Some((_, count)) = self.by_key.get_mut(&key) {
            *count = count.saturating_add(1);
            return;
        }
        while self.by_key.len() >= limits.remembered.max(1) {
            let Some((_, oldest)) = self.by_age.pop_first() else { break };
            self.by_key.remove(&oldest);
        }
        self.by_age.insert((now, key.clone()));
        self.by_key.insert(key, (now, 1));
    }

    fn refund(&mut self, key: &K) {
        let Some((_, count)) = self.by_key.get_mut(key) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.forget(key);
        }
    }

    fn forget(&mut self, key: &K) {
        if let Some((since, _)) = self.by_key.remove(key) {
            self.by_age.remove(&(since, key.clone()));
        }
    }
}

/// `CORP\alice`, `Alice` and `alice@corp.example.com` are counted as one: a guesser must not get a fresh count for each
/// spelling.
fn user_key(user_name: &str) -> String {
    let bare = user_name.rsplit_once('\\').map_or(user_name, |(_, name)| name);
    let bare = bare.split_once('@').map_or(bare, |(name, _)| name);
    bare.trim().chars().take(256).collect::<String>().to_lowercase()
}

/// One household or server has at least a /64 of IPv6 addresses to guess from.
fn address_key(address: IpAddr) -> IpAddr {
    let address = address.to_canonical();
    if address.is_ipv6() { masked(address, 64).unwrap_or(address) } else { address }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: LockoutLimits =
        LockoutLimits { failures_per_user: 3, failures_per_address: 5, window_seconds: 60, remembered: 4 };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn fail(lockout: &Lockout, user: &str, address: &str, second: i64) -> Result<(), Locked> {
        lockout.begin(user, address.parse().unwrap(), at(second)).map(drop)
    }

    #[test]
    fn every_spelling_of_a_name_counts_for_the_same_user() {
        let lockout = Lockout::new(LIMITS);
        assert_eq!(fail(&lockout, "alice", "192.0.2.1", 0), Ok(()));
        assert_eq!(fail(&lockout, r"CORP\Alice", "192.0.2.2", 1), Ok(()));
        assert_eq!(fail(&lockout, "ALICE@corp.example.com", "192.0.2.3", 2), Ok(()));
        assert_eq!(fail(&lockout, "alice", "192.0.2.4", 3), Err(Locked::User));
        assert_eq!(fail(&lockout, "bob", "192.0.2.4", 3), Ok(()));
    }

    #[test]
    fn one_address_cannot_try_a_password_on_everybody() {
        let lockout = Lockout::new(LIMITS);
        for user in ["a", "b", "c", "d", "e"] {
            assert_eq!(fail(&lockout, user, "2001:db8::1", 0), Ok(()));
        }
        assert_eq!(fail(&lockout, "f", "2001:db8::2", 0), Err(Locked::Address), "the same /64");
        assert_eq!(fail(&lockout, "f", "2001:db8:0:1::2", 0), Ok(()));
    }

    #[test]
    fn the_window_ends() {
        let lockout = Lockout::new(LIMITS);
        for second in 0..3 {
            assert_eq!(fail(&lockout, "alice", "192.0.2.1", second), Ok(()));
        }
        assert_eq!(fail(&lockout, "alice", "192.0.2.1", 59), Err(Locked::User));
        assert_eq!(fail(&lockout, "alice", "192.0.2.1", 60), Ok(()));
    }

    #[test]
    fn only_failures_are_charged() {
        let lockout = Lockout::new(LIMITS);
        for second in 0..20 {
            let attempt = lockout.begin("alice", "192.0.2.1".parse().unwrap(), at(second)).unwrap();
            if second % 2 == 0 { lockout.succeeded(attempt) } else { lockout.undecided(attempt) }
        }
    }

    #[test]
    fn guesses_at_the_same_moment_are_charged_before_they_are_answered() {
        let lockout = Lockout::new(LIMITS);
        let begun: Vec<_> = (0..10).map(|_| lockout.begin("alice", "192.0.2.1".parse().unwrap(), at(0))).collect();
        assert_eq!(begun.iter().filter(|attempt| attempt.is_ok()).count(), 3);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_are_forgotten_first() {
        let lockout = Lockout::new(LIMITS);
        for number in 0..1000 {
            let address = format!("10.0.{}.{}", number / 256, number % 256);
            assert_eq!(fail(&lockout, &format!("user{number}"), &address, 0), Ok(()));
        }
        let state = lockout.state.lock().unwrap();
        assert_eq!((state.users.by_key.len(), state.users.by_age.len()), (4, 4));
        assert_eq!((state.addresses.by_key.len(), state.addresses.by_age.len()), (4, 4));
    }
}
