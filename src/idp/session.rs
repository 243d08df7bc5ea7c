//! The session of a signed-in user: a sealed value in a cookie.
//!
//! The server keeps no table of sessions. A session is made at sign-in only, never taken over from what the browser sent
//! before, so a fixed cookie gains nothing. Ending one is remembered until it would have ended anyway.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::clock::add_seconds;
use super::method::Method;
use super::random::{self, NoRandomness, Rng};
use super::seal::{KEY_BYTES, SealError, Sealer};
use crate::store::directory::{Account, AccountMark};

/// Domain separation: a value sealed for something else is no session.
const PURPOSE: &str = "claimsmith session";

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Seconds after sign-in at which a session ends, used or not.
    pub absolute_seconds: i64,
    /// Seconds without use after which it ends.
    pub idle_seconds: i64,
    /// Most signed-out sessions that are remembered.
    pub remembered_sign_outs: usize,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { absolute_seconds: 8 * 60 * 60, idle_seconds: 60 * 60, remembered_sign_outs: 100_000 }
    }
}

/// What a session says. Opened from a sealed value, it still has to be checked against the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Name of the session; becomes the SAML session index.
    pub id: String,
    /// `DOMAIN\user`.
    pub user: String,
    /// Which account that was, and which password was right.
    pub account: AccountMark,
    /// How they signed in.
    #[serde(default)]
    pub method: Method,
    /// When that was checked, seconds since 1970.
    pub signed_in: i64,
    /// When it was last sealed, seconds since 1970.
    pub last_used: i64,
}

impl Session {
    /// A new session for a user whose password or ticket has just been checked.
    ///
    /// # Errors
    ///
    /// There is no randomness.
    pub(super) fn start(
        account: &Account,
        method: Method,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<Self, NoRandomness> {
        let second = now.as_second();
        Ok(Self {
            id: random::saml_id(rng)?,
            user: account.name.to_string(),
            account: account.mark.clone(),
            method,
            signed_in: second,
            last_used: second,
        })
    }

    /// When the password or the ticket was checked.
    #[must_use]
    pub fn signed_in(&self) -> Timestamp {
        Timestamp::from_second(self.signed_in).unwrap_or(Timestamp::MIN)
    }

    fn last_used(&self) -> Timestamp {
        Timestamp::from_second(self.last_used).unwrap_or(Timestamp::MIN)
    }
}

/// Makes, opens and ends sessions.
#[derive(Debug)]
pub struct Sessions {
    limits: SessionLimits,
    sealer: Sealer,
    ended: Mutex<Ended>,
}

impl Sessions {
    /// Sessions sealed with the first of `keys`; the others open older ones.
    #[must_use]
    pub fn new(limits: SessionLimits, keys: &[[u8; KEY_BYTES]]) -> Self {
        Self { limits, sealer: Sealer::new(PURPOSE, keys), ended: Mutex::default() }
    }

    /// The value for the cookie, used now.
    ///
    /// # Errors
    ///
    /// No randomness or no key.
    pub fn seal(&self, session: &Session, now: Timestamp, rng: &dyn Rng) -> Result<String, SealError> {
        let used = Session { last_used: now.as_second(), ..session.clone() };
        let plain = serde_json::to_vec(&used).map_err(|_| SealError::Key)?;
        self.sealer.seal(&plain, rng)
    }

    /// The session in a cookie. `None` if it is not ours, too old, unused for too long, or signed out.
    #[must_use]
    pub fn open(&self, sealed: &str, now: Timestamp) -> Option<Session> {
        let session: Session = serde_json::from_slice(&self.sealer.open(sealed)?).ok()?;
        let from_the_future = session.signed_in() > add_seconds(now, 60);
        let too_old = now >= self.ends(&session);
        let idle = now >= add_seconds(session.last_used(), self.limits.idle_seconds);
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).holds(&session);
        (!from_the_future && !too_old && !idle && !ended).then_some(session)
    }

    /// Whether the cookie should be sealed anew so that use keeps the session alive.
    #[must_use]
    pub fn needs_renewal(&self, session: &Session, now: Timestamp) -> bool {
        now >= add_seconds(session.last_used(), (self.limits.idle_seconds / 10).max(1))
    }

    /// When the session ends at the latest.
    #[must_use]
    pub fn ends(&self, session: &Session) -> Timestamp {
        add_seconds(session.signed_in(), self.limits.absolute_seconds)
    }

    /// Ends a session: its value opens nothing from now on.
    pub fn end(&self, session: &Session, now: Timestamp) {
        let until = self.ends(session);
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.add(session.id.clone(), until, now, self.limits.remembered_sign_outs);
    }
}

/// The sessions that were signed out and would otherwise still be alive.
#[derive(Debug, Default)]
struct Ended {
    ids: BTreeSet<String>,
    by_end: BTreeMap<Timestamp, Vec<String>>,
    /// When memory ran out, every session begun before this was ended: it fails closed.
    all_begun_before: Option<i64>,
}

impl Ended {
    fn holds(&self, session: &Session) -> bool {
        self.ids.contains(&session.id) || self.all_begun_before.is_some_and(|second| session.signed_in <= second)
    }

    fn add(&mut self, id: String, until: Timestamp, now: Timestamp, most: usize) {
        while let Some(entry) = self.by_end.first_entry().filter(|entry| *entry.key() <= now) {
            for id in entry.remove() {
                self.ids.remove(&id);
            }
        }
        if self.ids.len() >= most {
            self.ids.clear();
            self.by_end.clear();
            self.all_begun_before = Some(now.as_second());
        } else if self.ids.insert(id.clone()) {
            self.by_end.entry(until).or_default().push(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idp::random::SystemRng;
    use crate::store::directory::ReadAhead;

    const LIMITS: SessionLimits = SessionLimits { absolute_seconds: 1000, idle_seconds: 100, remembered_sign_outs: 3 };

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn account(name: &str) -> Account {
        Account {
            name: name.into(),
            claims: Vec::new(),
            mark: AccountMark::default(),
            password_ends: None,
            ahead: ReadAhead::default(),
        }
    }

    fn sessions() -> (Sessions, Session, String) {
        let sessions = Sessions::new(LIMITS, &[[1; 32]]);
        let session = Session::start(&account(r"CORP\alice"), Method::Password, at(0), &SystemRng::new()).unwrap();
        let sealed = sessions.seal(&session, at(0), &SystemRng::new()).unwrap();
        (sessions, session, sealed)
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_not_longer_than_it_may() {
        let (sessions, session, mut sealed) = sessions();
        assert_eq!(sessions.open(&sealed, at(99)), Some(session.clone()));
        assert_eq!(sessions.open(&sealed, at(100)), None, "unused for too long");
        for second in (0..1000).step_by(90) {
            let open = sessions.open(&sealed, at(second)).unwrap();
            assert!(second == 0 || sessions.needs_renewal(&open, at(second)));
            sealed = sessions.seal(&open, at(second), &SystemRng::new()).unwrap();
        }
        assert_eq!(sessions.open(&sealed, at(1000)), None, "too old although it was used");
    }

    #[test]
    fn a_signed_out_session_opens_nothing_whichever_of_its_values_is_sent() {
        let (sessions, session, sealed) = sessions();
        let renewed = sessions.seal(&session, at(50), &SystemRng::new()).unwrap();
        sessions.end(&session, at(51));
        assert_eq!(sessions.open(&sealed, at(52)), None);
        assert_eq!(sessions.open(&renewed, at(52)), None);
    }

    #[test]
    fn when_too_many_sign_outs_must_be_remembered_all_sessions_end() {
        let (sessions, _, sealed) = sessions();
        for second in 1..=4 {
            let other = Session::start(&account(r"CORP\bob"), Method::Password, at(second), &SystemRng::new()).unwrap();
            sessions.end(&other, at(second));
        }
        assert_eq!(sessions.open(&sealed, at(5)), None);
        let later = Session::start(&account(r"CORP\alice"), Method::Password, at(6), &SystemRng::new()).unwrap();
        let sealed = sessions.seal(&later, at(6), &SystemRng::new()).unwrap();
        assert!(sessions.open(&sealed, at(7)).is_some(), "a sign-in after that works");
    }

    #[test]
    fn sign_outs_are_forgotten_once_the_session_would_have_ended() {
        let (sessions, session, _) = sessions();
        sessions.end(&session, at(1));
        let other = Session::start(&account(r"CORP\bob"), Method::Password, at(2000), &SystemRng::new()).unwrap();
        sessions.end(&other, at(2000));
        assert_eq!(sessions.ended.lock().unwrap().ids.len(), 1);
    }

    #[test]
    fn a_session_that_was_sealed_before_there_were_tickets_began_with_a_password() {
        let (_, session, _) = sessions();
        let mut written = serde_json::to_value(&session).unwrap();
        written.as_object_mut().unwrap().remove("method");
        assert_eq!(serde_json::from_value::<Session>(written).unwrap(), session);
    }

    #[test]
    fn two_sign_ins_give_two_sessions() {
        let (_, session, _) = sessions();
        assert_ne!(
            Session::start(&account(r"CORP\alice"), Method::Password, at(0), &SystemRng::new()).unwrap().id,
            session.id
        );
    }
}
