//! The claim or role that somebody asks about.

use std::fmt;

use crate::aws::attribute::{self, Attribute, Recognized};
use crate::aws::{AccountId, Role};
use crate::engine::Claim;

/// A claim, or an AWS role, which is a claim of a certain form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A role.
    Role {
        /// The account.
        account: String,
        /// The role's name, with its path if it has one.
        name: String,
    },
    /// A claim.
    Claim {
        /// Its type.
        claim_type: String,
        /// Its value, if that matters.
        value: Option<String>,
    },
}

/// A text that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no role: write it as `ACCOUNT/NAME`, such as `123456789012/ReadOnly`, with an account of 12 digits")]
pub struct NoRole(String);

impl Wanted {
    /// Reads `ACCOUNT/NAME`.
    ///
    /// # Errors
    ///
    /// It is not of this form.
    pub fn role(text: &str) -> Result<Self, NoRole> {
        let wrong = || NoRole(text.to_owned());
        let (account, name) = text.split_once('/').ok_or_else(wrong)?;
        let account = AccountId::parse(account).ok_or_else(wrong)?;
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(wrong());
        }
        Ok(Self::Role { account: account.to_string(), name: name.to_owned() })
    }

    /// Reads `TYPE` or `TYPE=VALUE`. The first `=` divides them.
    #[must_use]
    pub fn claim(text: &str) -> Self {
        match text.split_once('=') {
            Some((claim_type, value)) => {
                Self::Claim { claim_type: claim_type.to_owned(), value: Some(value.to_owned()) }
            }
            None => Self::Claim { claim_type: text.to_owned(), value: None },
        }
    }

    /// Whether claims of this type are meant.
    #[must_use]
    pub fn is_type(&self, claim_type: &str) -> bool {
        match self {
            Self::Role { .. } => attribute::recognize(claim_type) == Recognized::Known(Attribute::Role),
            Self::Claim { claim_type: wanted, .. } => wanted == claim_type,
        }
    }

    /// Whether this value is meant, in a claim of the right type.
    #[must_use]
    pub fn is_value(&self, value: &str) -> bool {
        match self {
            Self::Role { account, name } => {
                Role::parse(value).is_ok_and(|role| role.account.to_string() == *account && role.name == *name)
            }
            Self::Claim { value: wanted, .. } => wanted.as_deref().is_none_or(|wanted| wanted == value),
        }
    }

    /// Whether a claim is meant.
    #[must_use]
    pub fn fits(&self, claim: &Claim) -> bool {
        self.is_type(&claim.claim_type) && self.is_value(&claim.value)
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role { account, name } => write!(out, "{account}/{name}"),
            Self::Claim { claim_type, value: Some(value) } => write!(out, "{claim_type} = {value}"),
            Self::Claim { claim_type, value: None } => write!(out, "{claim_type}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_an_account_and_a_name() {
        let role = Wanted::role("123456789012/team/Admin").unwrap();
        let arns =
            |name: &str| format!("arn:aws:iam::123456789012:role/{name},arn:aws:iam::123456789012:saml-provider/X");
        assert!(role.is_value(&arns("team/Admin")) && !role.is_value(&arns("Admin")));
        assert!(role.is_type("https://aws.amazon.com/SAML/Attributes/Role") && !role.is_type("Role"));
        for wrong in ["", "Admin", "123/Admin", "123456789012/", "123456789012/Ad min", "x23456789012/A"] {
            assert_eq!(Wanted::role(wrong), Err(NoRole(wrong.to_owned())));
        }
    }

    #[test]
    fn the_first_equals_sign_divides_type_and_value() {
        let Wanted::Claim { claim_type, value } = Wanted::claim("a=b=c") else { panic!("a claim") };
        assert_eq!((claim_type.as_str(), value.as_deref()), ("a", Some("b=c")));
    }
}
