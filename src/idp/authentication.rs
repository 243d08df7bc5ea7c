//! Who is it? The only makers of an [`AuthenticatedUser`]: the password check, and the check of a live session.

use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::StoreError;
use crate::store::directory::{Account, Directory, Password, Refusal, SignInError};

use super::client::Client;
use super::lockout::{Locked, Lockout, Who};
use super::random::{NoRandomness, Rng};
use super::seal::SealError;
use super::session::{Session, Sessions};

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

/// Proof that a user is who they say: their password was checked, now or at the start of a session that still holds.
#[derive(Debug)]
pub struct AuthenticatedUser {
    account: Account,
    session: Session,
    password_checked_now: bool,
}

impl AuthenticatedUser {
    /// The account, as the directory knows it now.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The session that began with the password.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Whether the password came with this very request.
    #[must_use]
    pub fn password_checked_now(&self) -> bool {
        self.password_checked_now
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
    /// Too many failures before.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The directory says no.
    #[error(transparent)]
    Directory(#[from] Refusal),
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
    /// A session could not be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A session could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
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
        let attempt = self.lockout.begin(who, client.counted_address(), now).map_err(Cause::Locked)?;
        if password.is_empty() {
            // A bind without a password would be an anonymous one, which succeeds [RFC 4513 5.1.2].
            return Err(Cause::Directory(Refusal::EmptyPassword).into());
        }
        let account = match self.directory.sign_in(user_name, password) {
            Ok(account) => account,
            Err(SignInError::Refused(refusal)) => return Err(Cause::Directory(refusal).into()),
            Err(SignInError::Unavailable(error)) => {
                self.lockout.undecided(attempt);
                return Err(error.into());
            }
        };
        self.lockout.succeeded(attempt, now);
        let session = Session::start(&account, now, rng)?;
        Ok(AuthenticatedUser { account, session, password_checked_now: true })
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
            Ok(account) => Ok(Some(AuthenticatedUser { account, session, password_checked_now: false })),
            Err(SignInError::Refused(refusal)) => {
                self.sessions.end(&session, now);
                Err(Cause::Session { user: session.user, refusal }.into())
            }
            Err(SignInError::Unavailable(error)) => Err(error.into()),
        }
    }
}
