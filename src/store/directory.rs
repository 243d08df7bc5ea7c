//! What every directory can do, whatever it is made of.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use super::ldap::Condition;
pub use super::password::Password;
use super::password_change::PasswordChange;
pub use super::refusal::{Refusal, SignInError};
use super::user_name::spellings;
use crate::engine::{AttributeStore, Claim, StoreError};

/// The name under which rules ask the directory.
pub const DIRECTORY_STORE: &str = "Active Directory";

/// A user as a directory knows them: the claims with which the acceptance rules start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// `DOMAIN\user`, spelled as the directory spells it.
    pub name: Arc<str>,
    /// Windows account name, UPN, primary SID, group SIDs, …; issuer `AD AUTHORITY`.
    pub claims: Vec<Claim>,
    /// Which account it is, beyond its name.
    pub mark: AccountMark,
    /// When the password ends. `None` if it never does, or nobody can tell.
    pub password_ends: Option<Timestamp>,
    /// What was read of the user together with the account.
    pub ahead: ReadAhead,
}

impl Account {
    /// Whether this is the account's login name, as directories compare them: without regard to case, and to how accents
    /// are written.
    #[must_use]
    pub fn is_called(&self, login: &str) -> bool {
        let own = self.name.split_once('\\').map_or(&*self.name, |(_, own)| own);
        // A letter that is not of ASCII is never a way to write one that is: the Kelvin sign is no `K`.
        let spelled_alike = || !spellings(&own.to_lowercase()).is_disjoint(&spellings(&login.to_lowercase()));
        own.eq_ignore_ascii_case(login) || !own.is_ascii() && !login.is_ascii() && spelled_alike()
    }
}

/// A store that answers the questions about one user from what was read of them with their account, and passes all
/// others on to the directory. It is for the request for which the account was read: it never looks again.
#[derive(Clone, Default)]
pub struct ReadAhead(Option<Arc<dyn AttributeStore>>);

impl ReadAhead {
    /// With a store that knows the user.
    #[must_use]
    pub fn new(store: Arc<dyn AttributeStore>) -> Self {
        Self(Some(store))
    }

    /// The store to ask in place of the directory; `None` if nothing was read beyond the account.
    #[must_use]
    pub fn store(&self) -> Option<&Arc<dyn AttributeStore>> {
        self.0.as_ref()
    }
}

/// Accounts are the same whatever else was read.
impl PartialEq for ReadAhead {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for ReadAhead {}

impl fmt::Debug for ReadAhead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "ReadAhead(…)" } else { "ReadAhead" })
    }
}

/// Which account it was and which password it had, so that a session ends with either. An empty text is one that the
/// directory does not show; no session holds with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountMark {
    /// What tells the account from every other, since its name may be given to somebody else later: in Active Directory
    /// its SID [MS-DTYP 2.4.2], elsewhere such as its `entryUUID` [RFC 4530].
    pub sid: String,
    /// Another one after each change of the password; says nothing about the password itself.
    pub password: String,
}

impl AccountMark {
    /// Whether a session that began with this mark may go on with an account that now has the mark `now`.
    ///
    /// # Errors
    ///
    /// It is another account or another password, or nobody can tell.
    pub(super) fn still(&self, now: &Self) -> Result<(), Refusal> {
        if self.sid.is_empty() || now.sid.is_empty() {
            return Err(Refusal::Other("what tells the account from every other cannot be read".to_owned()));
        }
        if self.sid != now.sid {
            return Err(Refusal::AnotherAccount);
        }
        if self.password.is_empty() || now.password.is_empty() {
            return Err(Refusal::Other("whether the password was changed cannot be read".to_owned()));
        }
        if self.password == now.password { Ok(()) } else { Err(Refusal::PasswordChanged) }
    }
}

/// A directory of people: knows accounts, checks passwords, and answers as an attribute store.
pub trait Directory: AttributeStore {
    /// The account of a user named `DOMAIN\user`, `user@domain` or `user`. `None` if there is nobody, or no one person.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError>;

    /// What tells the account of the user whom a name means from every other, however the name is spelled: a SID, or what
    /// the directory has in its place. `None` if there is nobody, or no one person, or the directory has no such thing.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError>;

    /// The same from what is remembered, without asking anybody. `None` if nothing is.
    fn remembered(&self, _user_name: &str) -> Option<String> {
        None
    }

    /// As [`Directory::identify`], for whoever must not rely on what was remembered: a name may have been given to somebody
    /// else. `None` also where that is as good as the answer just given.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn identify_again(&self, _user_name: &str) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// Checks a password and gives the account it opens.
    ///
    /// # Errors
    ///
    /// The directory refused, or did not answer.
    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError>;

    /// The account of a user who has shown in another way than with a password who they are, as long as a sign-in with
    /// the right password could succeed.
    ///
    /// # Errors
    ///
    /// There is nobody, the account is disabled, locked or has expired, nothing of that can be read, or the directory
    /// did not answer.
    fn admit(&self, user_name: &str, now: Timestamp) -> Result<Account, SignInError>;

    /// The account of a user whose password was checked some time ago, as long as a new sign-in with that password
    /// could succeed. `mark` is what the account had then.
    ///
    /// # Errors
    ///
    /// As of [`Directory::admit`]; and its name was given to somebody else, its password was changed, or nothing of that
    /// can be read.
    fn still_account(&self, user_name: &str, mark: &AccountMark, now: Timestamp) -> Result<Account, SignInError> {
        let account = self.admit(user_name, now)?;
        mark.still(&account.mark)?;
        Ok(account)
    }

    /// The account of a user, and what keeps them from signing in now, whatever their password: the account is switched
    /// off, locked or over, or its password is. What cannot be read keeps nobody, so nobody signs in by this answer.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        let Some(account) = self.account(user_name)? else { return Ok(None) };
        let refusal = match self.still_account(user_name, &account.mark, now) {
            Err(SignInError::Refused(refusal)) if refusal.is_of_the_account() => Some(refusal),
            Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => return Err(error),
            _ => None,
        };
        Ok(Some((account, refusal)))
    }

    /// How people change their passwords here. `None` if they cannot.
    fn password_change(&self) -> Option<&dyn PasswordChange> {
        None
    }

    /// How the directory gets on with its servers. `None` if it has none.
    fn condition(&self) -> Option<Condition> {
        None
    }

    /// As [`Directory::account_now`], for whoever looks only at claims of some types: a directory may save itself the
    /// effort that others take.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn account_in_part(
        &self,
        user_name: &str,
        now: Timestamp,
        _is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        self.account_now(user_name, now)
    }

    /// The names of all users, each fit for [`Directory::account`], in a stable order.
    ///
    /// # Errors
    ///
    /// The directory did not answer, or cannot list its users.
    fn user_names(&self) -> Result<Vec<String>, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_name_is_compared_as_directories_do_and_no_more_loosely() {
        let account = |name: &str| Account {
            name: name.into(),
            claims: Vec::new(),
            mark: AccountMark::default(),
            password_ends: None,
            ahead: ReadAhead::default(),
        };
        for (own, login) in [("CORP\\alice", "Alice"), ("CORP\\Zo\u{eb}", "zoe\u{308}"), ("CORP\\ZO\u{cb}", "zo\u{eb}")]
        {
            assert!(account(own).is_called(login), "{own} {login}");
        }
        for (own, login) in [("CORP\\alice", "12345"), ("CORP\\alice", "alice "), ("CORP\\kate", "\u{212a}ate")] {
            assert!(!account(own).is_called(login), "{own} {login}");
        }
    }

    #[test]
    fn a_session_holds_for_one_account_with_one_password() {
        let mark = |sid: &str, password: &str| AccountMark { sid: sid.to_owned(), password: password.to_owned() };
        let then = mark("S-1-5-21-1-2-3-1104", "a");
        assert_eq!(then.still(&then.clone()), Ok(()));
        assert_eq!(then.still(&mark("S-1-5-21-1-2-3-1105", "a")), Err(Refusal::AnotherAccount));
        assert_eq!(then.still(&mark("S-1-5-21-1-2-3-1104", "b")), Err(Refusal::PasswordChanged));
        for unreadable in [mark("", "a"), mark("S-1-5-21-1-2-3-1104", ""), AccountMark::default()] {
            assert!(matches!(then.still(&unreadable), Err(Refusal::Other(_))), "{unreadable:?}");
            assert!(matches!(unreadable.still(&unreadable.clone()), Err(Refusal::Other(_))), "{unreadable:?}");
        }
    }
}
