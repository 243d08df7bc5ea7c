//! Soft lockout: too many failed sign-ins are answered without asking the directory.
//!
//! It closes before Active Directory locks the account, so that a stranger who guesses cannot shut its owner out, and it
//! counts for each address too, so that one password tried on many users is noticed. A sign-in is charged before the
//! password is checked and paid back if it does not fail: many guesses at once cannot slip through between check and charge.
//! A user has two counts, one for addresses from which they have signed in and one for all others: strangers cannot lock
//! somebody out of their usual place. Time is an argument, memory is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::clock::add_seconds;
use super::network::household;

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
    user: User,
    address: IpAddr,
}

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// An account, by its SID.
    Account(String),
    /// A name that no account has; made by [`Who::named`].
    Nobody(String),
}

impl Attempt {
    /// Whether it is charged to another account than the one with this SID.
    pub(super) fn is_of_another_than(&self, sid: &str) -> bool {
        !sid.is_empty() && matches!(&self.user.who, Who::Account(charged) if charged != sid)
    }
}

impl Who {
    /// A name that the directory does not know. `CORP\alice`, `Alice` and `alice@corp.example.com` are counted as one.
    #[must_use]
    pub fn named(typed: &str) -> Self {
        let bare = typed.rsplit_once('\\').map_or(typed, |(_, name)| name);
        let bare = bare.split_once('@').map_or(bare, |(name, _)| name);
        Self::Nobody(bare.trim().chars().take(256).collect::<String>().to_lowercase())
    }
}

/// The two counts of a user.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    who: Who,
    /// Whether the attempt comes from an address from which this user has signed in before.
    familiar: bool,
}

/// The failures of the recent past.
#[derive(Debug)]
pub struct Lockout {
    limits: LockoutLimits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    users: Failures<User>,
    addresses: Failures<IpAddr>,
    /// From where users have signed in, with the time of the last; the oldest are forgotten first.
    familiar: Failures<(Who, IpAddr)>,
}

impl Lockout {
    /// Nobody has failed yet.
    #[must_use]
    pub fn new(limits: LockoutLimits) -> Self {
        Self { limits, state: Mutex::default() }
    }

    /// Whether an address may make an attempt at all. Charges nothing; [`Lockout::begin`] asks again.
    ///
    /// # Errors
    ///
    /// There have been too many failures from it.
    pub fn admits(&self, address: IpAddr, now: Timestamp) -> Result<(), Locked> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let count = state.addresses.count(&household(address), now, self.limits.window_seconds);
        if count < self.limits.failures_per_address { Ok(()) } else { Err(Locked::Address) }
    }

    /// Charges an attempt, unless there have been too many failures.
    ///
    /// # Errors
    ///
    /// There have; nothing is charged.
    pub fn begin(&self, who: Who, address: IpAddr, now: Timestamp) -> Result<Attempt, Locked> {
        let limits = self.limits;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let place = (who, household(address));
        let familiar = state.familiar.by_key.contains_key(&place);
        let (who, address) = place;
        let attempt = Attempt { user: User { who, familiar }, address };
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

    /// The password was right: the user starts anew, and the address gets this attempt back. From now on the user's
    /// attempts from there are counted apart from those of strangers.
    pub fn succeeded(&self, attempt: Attempt, now: Timestamp) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Attempt { user, address } = attempt;
        state.users.forget(&user);
        state.addresses.refund(&address);
        let place = (user.who, address);
        state.familiar.forget(&place);
        state.familiar.charge(place, now, self.limits);
    }

    /// The attempt was about somebody else than was thought: it is charged to them, unless there have been too many failures
    /// for them.
    ///
    /// # Errors
    ///
    /// There have; then the attempt stays charged to its address alone.
    pub fn reassigned(&self, attempt: Attempt, who: Who, now: Timestamp) -> Result<Attempt, Locked> {
        let limits = self.limits;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Attempt { user, address } = attempt;
        state.users.refund(&user);
        let place = (who, address);
        let familiar = state.familiar.by_key.contains_key(&place);
        let user = User { who: place.0, familiar };
        if state.users.count(&user, now, limits.window_seconds) >= limits.failures_per_user {
            return Err(Locked::User);
        }
        state.users.charge(user.clone(), now, limits);
        Ok(Attempt { user, address })
    }

    /// The directory did not answer, or the password was right and opened nothing: the attempt is paid back.
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

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: LockoutLimits =
        LockoutLimits { failures_per_user: 3, failures_per_address: 5, window_seconds: 60, remembered: 4 };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn fail(lockout: &Lockout, user: &str, address: &str, second: i64) -> Result<(), Locked> {
        lockout.begin(Who::named(user), address.parse().unwrap(), at(second)).map(drop)
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
    fn strangers_cannot_lock_somebody_out_of_their_usual_place() {
        let lockout = Lockout::new(LIMITS);
        let alice = || Who::Account("S-1-5-21-1-2-3-1104".to_owned());
        let from = |address: &str, second: i64| lockout.begin(alice(), address.parse().unwrap(), at(second));
        lockout.succeeded(from("192.0.2.1", 0).unwrap(), at(0));
        for second in 1..=3 {
            let _ = from(&format!("198.51.100.{second}"), second).unwrap();
        }
        assert_eq!(from("198.51.100.9", 4).map(drop), Err(Locked::User));
        for second in 5..=7 {
            lockout.succeeded(from("192.0.2.1", second).unwrap(), at(second));
        }
        assert_eq!(from("198.51.100.9", 8).map(drop), Err(Locked::User), "her success gives strangers nothing");
        for second in 9..=11 {
            let _ = from("192.0.2.1", second).unwrap();
        }
        assert_eq!(from("192.0.2.1", 12).map(drop), Err(Locked::User), "a guesser beside her is stopped too");
        assert_eq!(lockout.admits("192.0.2.1".parse().unwrap(), at(12)), Ok(()));
    }

    #[test]
    fn an_attempt_about_somebody_else_is_charged_to_them() {
        let lockout = Lockout::new(LIMITS);
        let who = |sid: &str| Who::Account(sid.to_owned());
        let begin = |sid: &str| lockout.begin(who(sid), "192.0.2.1".parse().unwrap(), at(0));
        for _ in 0..3 {
            let attempt = begin("old").unwrap();
            assert!(attempt.is_of_another_than("new") && !attempt.is_of_another_than("old"));
            let _ = lockout.reassigned(attempt, who("new"), at(0)).unwrap();
        }
        assert_eq!(begin("new").map(drop), Err(Locked::User));
        let attempt = begin("old").unwrap();
        assert_eq!(lockout.reassigned(attempt, who("new"), at(0)).map(drop), Err(Locked::User));
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
            let attempt = lockout.begin(Who::named("alice"), "192.0.2.1".parse().unwrap(), at(second)).unwrap();
            if second % 2 == 0 { lockout.succeeded(attempt, at(second)) } else { lockout.undecided(attempt) }
        }
    }

    #[test]
    fn guesses_at_the_same_moment_are_charged_before_they_are_answered() {
        let lockout = Lockout::new(LIMITS);
        let begun: Vec<_> =
            (0..10).map(|_| lockout.begin(Who::named("alice"), "192.0.2.1".parse().unwrap(), at(0))).collect();
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
        drop(state);
        for number in 0..100 {
            let address = format!("10.1.0.{number}").parse().unwrap();
            let attempt = lockout.begin(Who::named(&format!("friend{number}")), address, at(1)).unwrap();
            lockout.succeeded(attempt, at(1));
        }
        assert_eq!(lockout.state.lock().unwrap().familiar.by_key.len(), 4);
    }
}
