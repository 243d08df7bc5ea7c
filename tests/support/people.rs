//! A directory whose people and moods a test controls.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::claim_types::{UPN, WINDOWS_ACCOUNT_NAME};
use claimsmith::engine::{AttributeStore, Claim, Query, Row, StoreError};
use claimsmith::store::directory::{Account, AccountMark, Directory, Password, ReadAhead, Refusal, SignInError};
use claimsmith::store::password_change::{ChangeError, PasswordChange, PasswordPolicy};
use jiff::Timestamp;

/// Everybody's password is `Passw0rd.NAME`.
pub fn password(name: &str) -> String {
    format!("Passw0rd.{name}")
}

/// What an account and its password are known by at first.
pub fn usual_mark(name: &str) -> AccountMark {
    AccountMark { sid: format!("S-1-5-21-1-2-3-{name}"), password: "first".to_owned() }
}

/// What the directory does.
#[derive(Clone, Debug, Default)]
pub struct Mood {
    /// Does not answer.
    pub down: bool,
    /// Panics when asked: a mistake of ours.
    pub broken: bool,
    /// Takes this long.
    pub slow: Duration,
    /// Why a user with the right password is refused.
    pub refusals: BTreeMap<String, Refusal>,
    /// What a user's account and password are known by, if not the usual.
    pub marks: BTreeMap<String, AccountMark>,
    /// How often a password was looked at.
    pub asked: usize,
    /// What the directory says to a new password when the old one is right; nothing if it takes it.
    pub change_refused: Option<ChangeError>,
    /// What it demands of new passwords.
    pub policy: Option<PasswordPolicy>,
    /// When passwords end.
    pub password_ends: Option<Timestamp>,
    /// Passwords that were changed, by user.
    pub changed: BTreeMap<String, String>,
}

/// alice, bob and carol of `CORP`, each in one group.
#[derive(Default)]
pub struct People {
    pub mood: Mutex<Mood>,
    /// Value of the attribute `mail`, if not the usual one.
    pub mail: Mutex<BTreeMap<String, String>>,
    /// How many ask at this moment.
    pub asking: AtomicUsize,
    /// How many have asked at once, at the most.
    pub most_asking: AtomicUsize,
}

impl People {
    fn group(name: &str) -> Option<&'static str> {
        match name {
            "alice" => Some("AWS-123456789012-ReadOnly"),
            "bob" => Some("AWS-123456789012-Billing"),
            "carol" => Some("Staff"),
            _ => None,
        }
    }

    fn bare(user_name: &str) -> String {
        let name = user_name.rsplit('\\').next().unwrap();
        match &*name.split('@').next().unwrap().to_lowercase() {
            // As Active Directory compares names, and another name of hers.
            "\u{e1}lice" | "\u{ff41}lice" | "a.liddell" => "alice".to_owned(),
            name => name.to_owned(),
        }
    }

    fn password_of(&self, name: &str) -> String {
        self.mood.lock().unwrap().changed.get(name).cloned().unwrap_or_else(|| password(name))
    }

    fn answers(&self) -> Result<(), StoreError> {
        let mood = self.mood.lock().unwrap().clone();
        self.most_asking.fetch_max(self.asking.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(mood.slow);
        self.asking.fetch_sub(1, Ordering::SeqCst);
        assert!(!mood.broken, "the directory is broken");
        if mood.down {
            return Err(StoreError::Unavailable { store: "People".to_owned(), reason: "it is down".to_owned() });
        }
        Ok(())
    }
}

impl AttributeStore for People {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.answers()?;
        let answer = |query: &Query| {
            let name = Self::bare(query.parameters.first()?);
            let value: Arc<str> = if query.text.contains("tokenGroups") {
                Self::group(&name)?.into()
            } else {
                let mail = self.mail.lock().unwrap().get(&name).cloned();
                mail.unwrap_or_else(|| format!("{name}@corp.example.com")).into()
            };
            Some(vec![vec![Some(value)]])
        };
        Ok(queries.iter().map(|query| answer(query).unwrap_or_default()).collect())
    }
}

impl PasswordChange for People {
    fn password_policy(&self, _user_name: &str) -> Result<Option<PasswordPolicy>, StoreError> {
        self.answers()?;
        Ok(self.mood.lock().unwrap().policy.clone())
    }

    fn change_password(
        &self,
        user_name: &str,
        old: &Password,
        new: &Password,
        _now: Timestamp,
    ) -> Result<(), ChangeError> {
        match self.sign_in(user_name, old) {
            Ok(_) => {}
            Err(SignInError::Refused(refusal)) if refusal.proves_the_password() => {}
            Err(SignInError::Refused(refusal)) => return Err(refusal.into()),
            Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => return Err(error.into()),
        }
        let name = Self::bare(user_name);
        let mut mood = self.mood.lock().unwrap();
        if let Some(error) = mood.change_refused.clone() {
            return Err(error);
        }
        mood.refusals.remove(&name);
        mood.marks.insert(name.clone(), AccountMark { password: "second".to_owned(), ..usual_mark(&name) });
        mood.changed.insert(name, new.reveal().to_owned());
        Ok(())
    }
}

impl Directory for People {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        self.answers()?;
        let name = Self::bare(user_name);
        let claim = |kind: &str, value: String| Claim::new(kind, value, AD_AUTHORITY);
        let password_ends = self.mood.lock().unwrap().password_ends;
        Ok(Self::group(&name).map(|_| Account {
            name: format!(r"CORP\{name}").into(),
            claims: vec![
                claim(WINDOWS_ACCOUNT_NAME, format!(r"CORP\{name}")),
                claim(UPN, format!("{name}@corp.example.com")),
            ],
            mark: self.mood.lock().unwrap().marks.get(&name).cloned().unwrap_or_else(|| usual_mark(&name)),
            password_ends,
            ahead: ReadAhead::default(),
        }))
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.account(user_name)?.map(|account| account.mark.sid))
    }

    fn sign_in(&self, user_name: &str, typed: &Password) -> Result<Account, SignInError> {
        self.mood.lock().unwrap().asked += 1;
        let account = self.account(user_name)?.ok_or(Refusal::UnknownUser)?;
        let name = Self::bare(user_name);
        if typed.reveal() != self.password_of(&name) {
            return Err(Refusal::WrongPassword.into());
        }
        match self.mood.lock().unwrap().refusals.get(&name) {
            Some(refusal) => Err(refusal.clone().into()),
            None => Ok(account),
        }
    }

    fn admit(&self, user_name: &str, _now: Timestamp) -> Result<Account, SignInError> {
        let account = self.account(user_name)?.ok_or(Refusal::UnknownUser)?;
        match self.mood.lock().unwrap().refusals.get(&Self::bare(user_name)) {
            Some(refusal) => Err(refusal.clone().into()),
            None => Ok(account),
        }
    }

    fn password_change(&self) -> Option<&dyn PasswordChange> {
        Some(self)
    }

    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        Ok(["alice", "bob", "carol"].map(|name| format!(r"CORP\{name}")).to_vec())
    }
}
