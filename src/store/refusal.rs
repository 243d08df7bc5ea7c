//! Why somebody is not let in.

use crate::engine::StoreError;

/// Why a directory does not let somebody in. For the audit log; the person sees one text for all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nobody of that name, or more than one.
    #[error("unknown user")]
    UnknownUser,
    /// The name says a domain whose people do not sign in here.
    #[error("user of another domain: {0}")]
    OtherDomain(String),
    /// The password is not theirs.
    #[error("wrong password")]
    WrongPassword,
    /// Nothing was typed.
    #[error("empty password")]
    EmptyPassword,
    /// The account is switched off.
    #[error("account disabled")]
    Disabled,
    /// Too many wrong passwords.
    #[error("account locked out")]
    LockedOut,
    /// The account's time is over.
    #[error("account expired")]
    AccountExpired,
    /// The password's time is over. Said to whoever knows it, and to nobody else.
    #[error("password expired")]
    PasswordExpired,
    /// The password must be changed first. Said to whoever knows it, and to nobody else.
    #[error("password must change")]
    PasswordMustChange,
    /// The password is another one than at sign-in.
    #[error("password changed since sign-in")]
    PasswordChanged,
    /// The name is now that of another account.
    #[error("the name belongs to another account now")]
    AnotherAccount,
    /// Not at this hour.
    #[error("logon not allowed at this hour")]
    LogonHours,
    /// Not from this machine.
    #[error("logon not allowed from this workstation")]
    LogonWorkstation,
    /// The directory refused for a reason of its own.
    #[error("refused by the directory: {0}")]
    Other(String),
}

impl Refusal {
    /// A name in the domain `named`, where only people of `served` sign in.
    pub(super) fn other_domain(named: &str, served: &str) -> Self {
        Self::OtherDomain(format!("the name says `{named}`, and people of `{served}` sign in here"))
    }

    /// Whether it is about the account, whatever is typed: switched off, locked, or its time or its password's is over.
    #[must_use]
    pub const fn is_of_the_account(&self) -> bool {
        matches!(
            self,
            Self::Disabled | Self::LockedOut | Self::AccountExpired | Self::PasswordExpired | Self::PasswordMustChange
        )
    }

    /// Whether it says that the password is right, and only its time is over.
    #[must_use]
    pub const fn proves_the_password(&self) -> bool {
        matches!(self, Self::PasswordExpired | Self::PasswordMustChange)
    }

    /// Whether it lasts until an administrator changes the account. A lock and an old password end by themselves, or by
    /// what the user does.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        matches!(self, Self::Disabled | Self::AccountExpired)
    }
}

/// Why a sign-in failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The directory answered no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The directory did not answer.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
    /// The password is theirs, and the directory did not answer what was asked after that.
    #[error("the password is right, and no more is known: {0}")]
    Unfinished(StoreError),
}
