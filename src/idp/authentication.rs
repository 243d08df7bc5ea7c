//! Who is it? The only makers of an [`AuthenticatedUser`]: the checks of a password, of a ticket, and of a live session.

use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::StoreError;
use crate::kerberos::{AcceptedTicket, TicketRefusal};
use crate::store::directory::{Account, Directory, Password, Refusal, SignInError};
use crate::store::password_change::ChangeError;

use super::client::Client;
use super::lockout::{Attempt, Locked, Lockout, Who};
use super::method::Method;
use super::random::{NoRandomness, Rng};
use super::seal::SealError;
use super::session::{Session, Sessions};
use super::ticket::Realms;

/// Longest user name that is looked up, in characters.
const USER_NAME_CHARACTERS: usize = 256;
/// Longest password that is checked, in bytes. Active Directory's own limit is 256 characters.
const PASSWORD_BYTES: usize = 1024;

/// What was typed into the form.
#[derive(Debug)]
pub struct Credentials {
    /// The name as typed.
    pub user_name: String,
    /// The password as typed.
    pub password: Password,
}

impl Credentials {
    /// Takes over what was typed.
    #[must_use]
    pub fn typed(user_name: String, password: String) -> Self {
        Self { user_name, password: Password::new(password) }
    }
}

/// Proof that a user is who they say: their password or their ticket was checked, now or at the start
/// of a session that still holds.
#[derive(Debug)]
pub struct AuthenticatedUser {
    account: Account,
    session: Session,
    checked_now: bool,
}

impl AuthenticatedUser {
    /// The account, as the directory knows it now.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The session that began with the password or the ticket.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// How they signed in.
    #[must_use]
    pub fn method(&self) -> Method {
        self.session.method
    }

    /// Whether the password or the ticket came with this very request.
    #[must_use]
    pub fn checked_now(&self) -> bool {
        self.checked_now
    }
}

/// Why a sign-in was refused. For the audit log; the person is told the same in all cases of [`NotSignedIn::Refused`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    /// Nothing, or nothing that could be a name, was typed.
    #[error("no usable user name")]
    UserName,
    /// The password is longer than any.
    #[error("password too long")]
    LongPassword,
    /// Too many failures before: no password was looked at.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The password was right, and too many have failed before for the account that it opens under this name.
    #[error(transparent)]
    Opened(Locked),
    /// The directory says no.
    #[error(transparent)]
    Directory(#[from] Refusal),
    /// The ticket lets nobody in.
    #[error(transparent)]
    Ticket(#[from] TicketRefusal),
    /// The ticket is good, and of a realm that nobody is expected from.
    #[error("the ticket is of the realm `{0}`, which is not among `realms`")]
    Realm(String),
    /// The ticket is good, and not that of a person.
    #[error("the ticket is of `{0}`, which is no person's name")]
    NotAPerson(String),
    /// The ticket is good, and the directory found somebody by it who is called something else.
    #[error("the ticket is of `{client}`, which is not the login name of `{account}`")]
    AnotherName {
        /// The principal.
        client: String,
        /// `DOMAIN\user`.
        account: String,
    },
    /// The directory says no to the user of a session.
    #[error("the session of `{user}` ended: {refusal}")]
    Session {
        /// `DOMAIN\user`.
        user: String,
        /// What the directory says.
        refusal: Refusal,
    },
}

/// Nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum NotSignedIn {
    /// Refused.
    #[error(transparent)]
    Refused(#[from] Cause),
    /// The directory did not answer.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
    /// The password is theirs, and the directory did not answer what was asked after that.
    #[error("the password is right, and no more is known: {0}")]
    Unfinished(StoreError),
    /// A session could not be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A session could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// A password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// The old one lets nobody in.
    #[error(transparent)]
    Refused(#[from] Cause),
    /// What the directory said of the change.
    #[error(transparent)]
    Directory(#[from] ChangeError),
}

/// No password was looked at.
enum NotBegun {
    Refused(Cause),
    Unavailable(StoreError),
}

impl From<Cause> for NotBegun {
    fn from(cause: Cause) -> Self {
        Self::Refused(cause)
    }
}

impl From<StoreError> for NotBegun {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<NotBegun> for NotSignedIn {
    fn from(not_begun: NotBegun) -> Self {
        match not_begun {
            NotBegun::Refused(cause) => Self::Refused(cause),
            NotBegun::Unavailable(error) => Self::Unavailable(error),
        }
    }
}

/// Checks passwords and sessions against one directory.
pub struct Authentication {
    /// Knows the accounts.
    pub directory: Arc<dyn Directory>,
    /// Counts failures.
    pub lockout: Lockout,
    /// Makes and opens sessions.
    pub sessions: Sessions,
}

impl Authentication {
    /// Checks a password. A right one starts a new session. Blocks while the directory is asked.
    ///
    /// # Errors
    ///
    /// The password does not let anybody in, or the directory did not answer.
    pub fn check_password(
        &self,
        credentials: &Credentials,
        client: &Client,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<AuthenticatedUser, NotSignedIn> {
        let (user_name, attempt) = self.begin(credentials, client, now)?;
        if credentials.password.is_empty() {
            // A bind without a password would be an anonymous one, which succeeds [RFC 4513 5.1.2].
            return Err(Cause::Directory(Refusal::EmptyPassword).into());
        }
        let account = match self.directory.sign_in(user_name, &credentials.password) {
            Ok(account) => account,
            Err(SignInError::Refused(refusal)) => {
                if refusal.proves_the_password() {
                    // No guess has failed. It is paid back and no more: a plain success would also forget those before.
                    self.lockout.undecided(attempt);
                } else {
                    self.failed(attempt, user_name, now);
                }
                return Err(Cause::Directory(refusal).into());
            }
            Err(SignInError::Unavailable(error)) => {
                self.lockout.undecided(attempt);
                return Err(error.into());
            }
            Err(SignInError::Unfinished(error)) => {
                self.lockout.undecided(attempt);
                return Err(NotSignedIn::Unfinished(error));
            }
        };
        let attempt = self.of_whom_it_opened(attempt, &account, now).map_err(Cause::Opened)?;
        self.lockout.succeeded(attempt, now);
        let session = Session::start(&account, Method::Password, now, rng)?;
        Ok(AuthenticatedUser { account, session, checked_now: true })
    }

    /// Replaces a password by whoever knows it. A wrong old one is counted like a failed sign-in. Blocks while the
    /// directory is asked.
    ///
    /// # Errors
    ///
    /// The old password does not let anybody in, the directory does not take the new one, or it did not answer.
    pub fn change_password(
        &self,
        credentials: &Credentials,
        new: &Password,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), NotChanged> {
        let Some(directory) = self.directory.password_change() else {
            return Err(ChangeError::Other("this directory cannot change passwords".to_owned()).into());
        };
        let (user_name, attempt) = self.begin(credentials, client, now).map_err(|error| match error {
            NotBegun::Refused(cause) => NotChanged::Refused(cause),
            NotBegun::Unavailable(error) => ChangeError::Unavailable(error).into(),
        })?;
        match directory.change_password(user_name, &credentials.password, new, now) {
            Ok(()) => self.lockout.succeeded(attempt, now),
            Err(ChangeError::Refused(refusal)) => {
                self.failed(attempt, user_name, now);
                return Err(Cause::Directory(refusal).into());
            }
            Err(error) => {
                self.lockout.undecided(attempt);
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Charges an attempt to whom the typed name means, before anything is checked that a guesser wants to know.
    fn begin<'a>(
        &self,
        credentials: &'a Credentials,
        client: &Client,
        now: Timestamp,
    ) -> Result<(&'a str, Attempt), NotBegun> {
        let Credentials { user_name, password } = credentials;
        let user_name = user_name.trim();
        let is_name = !user_name.is_empty()
            && user_name.chars().count() <= USER_NAME_CHARACTERS
            && !user_name.chars().any(char::is_control);
        if !is_name {
            return Err(Cause::UserName.into());
        }
        if password.reveal().len() > PASSWORD_BYTES {
            return Err(Cause::LongPassword.into());
        }
        self.lockout.admits(client.counted_address(), now).map_err(Cause::Locked)?;
        // Counted is the account and not its spelling: a guesser must not get a fresh count for each name it has.
        let who = self.directory.identify(user_name)?.map_or_else(|| Who::named(user_name), Who::Account);
        let begun = self.lockout.begin(who, client.counted_address(), now);
        let attempt = match begun {
            // Whoever was given the name of somebody who is locked is not.
            Err(Locked::User) => match self.directory.identify_again(user_name)? {
                Some(sid) => self.lockout.begin(Who::Account(sid), client.counted_address(), now),
                None => begun,
            },
            begun => begun,
        };
        Ok((user_name, attempt.map_err(Cause::Locked)?))
    }

    /// The attempt stays charged, to whom the directory took the name for when it looked.
    fn failed(&self, attempt: Attempt, user_name: &str, now: Timestamp) {
        if let Some(sid) = self.directory.remembered(user_name).filter(|sid| attempt.is_of_another_than(sid)) {
            // If they are locked, one failure more says nothing.
            let _ = self.lockout.reassigned(attempt, Who::Account(sid), now);
        }
    }

    /// A password is not taken while whoever it opens is locked, under whatever name.
    fn of_whom_it_opened(&self, attempt: Attempt, account: &Account, now: Timestamp) -> Result<Attempt, Locked> {
        let sid = &account.mark.sid;
        if !attempt.is_of_another_than(sid) {
            return Ok(attempt);
        }
        self.lockout.reassigned(attempt, Who::Account(sid.clone()), now)
    }

    /// The user of a ticket, if the directory lets them in. Starts a new session. Blocks while the directory is asked.
    ///
    /// The lockout is not asked and counts nothing: a ticket is no guess, and one that was refused names nobody who could be
    /// trusted to be meant.
    ///
    /// # Errors
    ///
    /// The ticket is of another realm or of no person, the account may not be used, or the directory did not answer.
    pub fn check_ticket(
        &self,
        ticket: &AcceptedTicket,
        realms: &Realms,
        now: Timestamp,
        rng: &dyn Rng,
    ) -> Result<AuthenticatedUser, NotSignedIn> {
        let client = ticket.client();
        let domain = realms.domain_of(client).ok_or_else(|| Cause::Realm(client.realm.clone()))?;
        let login = client.login().ok_or_else(|| Cause::NotAPerson(client.to_string()))?;
        // As `login@domain` it could be the user principal name that somebody else was given.
        let account = match self.directory.admit(&format!("{domain}\\{login}"), now) {
            Ok(account) => account,
            Err(SignInError::Refused(refusal)) => return Err(Cause::Directory(refusal).into()),
            Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => return Err(error.into()),
        };
        // A directory may find people by more than their login names, such as a mail address that they set themselves.
        if !account.is_called(login) {
            return Err(Cause::AnotherName { client: client.to_string(), account: account.name.to_string() }.into());
        }
        let session = Session::start(&account, Method::Kerberos, now, rng)?;
        Ok(AuthenticatedUser { account, session, checked_now: true })
    }

    /// The user of a live session, if the directory still lets them in; `None` if there is no live session. Blocks while
    /// the directory is asked.
    ///
    /// # Errors
    ///
    /// The account may no longer be used, or the directory did not answer.
    pub fn check_session(&self, sealed: &str, now: Timestamp) -> Result<Option<AuthenticatedUser>, NotSignedIn> {
        let Some(session) = self.sessions.open(sealed, now) else { return Ok(None) };
        match self.directory.still_account(&session.user, &session.account, now) {
            Ok(account) => Ok(Some(AuthenticatedUser { account, session, checked_now: false })),
            Err(SignInError::Refused(refusal)) => {
                self.sessions.end(&session, now);
                Err(Cause::Session { user: session.user, refusal }.into())
            }
            Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => Err(error.into()),
        }
    }
}
