//! Account numbers.

use std::fmt;

use super::limits::ACCOUNT_DIGITS;

/// Number of an AWS account: 12 ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(Box<str>);

impl AccountId {
    /// Reads an account number; `None` if it is not 12 ASCII digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let legal = text.len() == ACCOUNT_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
        legal.then(|| Self(text.into()))
    }

    /// The 12 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
