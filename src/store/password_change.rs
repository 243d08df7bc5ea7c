//! Changing a password by whoever knows it: what a directory offers that can do so.

use jiff::Timestamp;

use super::password::Password;
pub use super::password_policy::{Demand, PasswordPolicy};
use super::refusal::Refusal;
use crate::engine::StoreError;

/// A directory in which people can change their own passwords. Never a reset: without the old password nothing changes.
pub trait PasswordChange: Send + Sync {
    /// What a new password of this user must be. `None` if there is no such user, or nobody may read it.
    ///
    /// # Errors
    ///
    /// The directory did not answer.
    fn password_policy(&self, user_name: &str) -> Result<Option<PasswordPolicy>, StoreError>;

    /// Replaces the old password by the new one. The old one may have expired, or be one that must be changed.
    ///
    /// # Errors
    ///
    /// The old password does not open the account, the directory does not take the new one, or it did not answer.
    fn change_password(
        &self,
        user_name: &str,
        old: &Password,
        new: &Password,
        now: Timestamp,
    ) -> Result<(), ChangeError>;
}

/// Why a password was not changed. For the audit log; holds no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The old password does not open the account, whatever the new one is.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The old password is right, and the directory does not take the new one. The demands that it misses, as far as
    /// they can be told; none if the directory does not say.
    #[error("the new password does not meet the policy: {}", told(.0))]
    Policy(Vec<Demand>),
    /// The old password is right, and the user may not change it.
    #[error("the user may not change their password")]
    NotAllowed,
    /// The old password is right, and the directory would not change it for a reason of its own.
    #[error("refused by the directory: {0}")]
    Other(String),
    /// The directory did not answer, before anything was changed.
    #[error(transparent)]
    Unavailable(#[from] StoreError),
    /// The old password is right, and the directory did not take the question for the change: it did not make it.
    #[error("the old password is right, and the change could not be asked for: {0}")]
    Unasked(StoreError),
    /// The directory did not answer when it was asked for the change: it may have made it.
    #[error("it is not known whether the password was changed: {0}")]
    Undecided(StoreError),
}

fn told(missed: &[Demand]) -> String {
    if missed.is_empty() {
        return "the directory does not say which part of it".to_owned();
    }
    missed.iter().map(Demand::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_what_was_missed() {
        let error = |missed| ChangeError::Policy(missed).to_string();
        let why = "the new password does not meet the policy: ";
        assert_eq!(error(Vec::new()), format!("{why}the directory does not say which part of it"));
        let missed = vec![Demand::Least { characters: 12 }, Demand::Most { characters: 256 }];
        assert_eq!(error(missed), format!("{why}at least 12 characters; at most 256 characters"));
    }
}
