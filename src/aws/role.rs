//! Values of the `Role` attribute: a role, and the SAML provider that vouches for the user.

use std::fmt;

use super::account::AccountId;
use super::arn::{Arn, Resource};
use super::partition::Partition;

/// A role that a response offers. Displays as `123456789012/ReadOnly`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Role {
    /// The account that both the role and the provider belong to.
    pub account: AccountId,
    /// Its name, with its path if it has one: `ReadOnly`, `team/ReadOnly`.
    pub name: String,
    /// The partition that both belong to.
    pub partition: Partition,
    /// ARN of the SAML provider.
    pub provider_arn: String,
    /// ARN of the role.
    pub role_arn: String,
}

impl Role {
    /// Reads a value of the `Role` attribute: `role-arn,provider-arn`, in either order.
    ///
    /// # Errors
    ///
    /// What keeps AWS from using it.
    pub fn parse(value: &str) -> Result<Self, RoleError> {
        if value.contains(char::is_whitespace) {
            return Err(RoleError::Space);
        }
        // A role's name may contain a comma, so the comma that counts is the one before the second ARN.
        let comma = value.find(",arn:").ok_or(RoleError::NotAPair)?;
        let (first, second) = value.split_at_checked(comma).ok_or(RoleError::NotAPair)?;
        let second = second.strip_prefix(',').ok_or(RoleError::NotAPair)?;
        let (first, second) = (Arn::parse(first)?, Arn::parse(second)?);
        let (name, role, provider) = match (first.resource, second.resource) {
            (Resource::Role(name), Resource::Provider) => (name, first, second),
            (Resource::Provider, Resource::Role(name)) => (name, second, first),
            (Resource::Role(_), Resource::Role(_)) => return Err(RoleError::NoProvider),
            (Resource::Provider, Resource::Provider) => return Err(RoleError::NoRole),
        };
        if role.partition != provider.partition {
            return Err(RoleError::Partitions { role: role.partition, provider: provider.partition });
        }
        if role.account != provider.account {
            return Err(RoleError::Accounts { role: role.account, provider: provider.account });
        }
        Ok(Self {
            name: name.to_owned(),
            provider_arn: provider.text.to_owned(),
            role_arn: role.text.to_owned(),
            partition: role.partition,
            account: role.account,
        })
    }

    /// The value of the `Role` attribute, role first.
    #[must_use]
    pub fn value(&self) -> String {
        format!("{},{}", self.role_arn, self.provider_arn)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.account, self.name)
    }
}

/// Why AWS cannot use a value of the `Role` attribute.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// There are no two ARNs with a comma between.
    #[error("it is not two ARNs with one comma between them")]
    NotAPair,
    /// A space, tab or line end is in it.
    #[error("it contains a space")]
    Space,
    /// Both ARNs name roles.
    #[error("both ARNs name roles, and no SAML provider is named")]
    NoProvider,
    /// Both ARNs name providers.
    #[error("both ARNs name SAML providers, and no role is named")]
    NoRole,
    /// A part is no ARN of a role or SAML provider.
    #[error("`{text}` is not the ARN of an IAM role or SAML provider")]
    NotAnArn {
        /// That part.
        text: String,
    },
    /// There is no such partition.
    #[error("`{partition}` is not a partition of AWS")]
    Partition {
        /// As written.
        partition: String,
    },
    /// The account number is not one.
    #[error("`{account}` is not an account number")]
    Account {
        /// As written.
        account: String,
    },
    /// IAM allows no such role name or path.
    #[error("`{name}` is not a legal role name")]
    RoleName {
        /// As written, with its path.
        name: String,
    },
    /// IAM allows no such provider name.
    #[error("`{name}` is not a legal SAML provider name")]
    ProviderName {
        /// As written.
        name: String,
    },
    /// The role is managed by IAM Identity Center.
    #[error("the role `{name}` belongs to IAM Identity Center")]
    Reserved {
        /// As written, with its path.
        name: String,
    },
    /// Role and provider belong to different accounts.
    #[error("the role is in account {role}, the SAML provider in account {provider}")]
    Accounts {
        /// The role's.
        role: AccountId,
        /// The provider's.
        provider: AccountId,
    },
    /// Role and provider belong to different partitions.
    #[error("the role is in partition {role}, the SAML provider in partition {provider}")]
    Partitions {
        /// The role's.
        role: Partition,
        /// The provider's.
        provider: Partition,
    },
}

impl RoleError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::NotAPair | Self::NotAnArn { .. } | Self::NoProvider | Self::NoRole => {
                "issue `arn:aws:iam::ACCOUNT:role/NAME,arn:aws:iam::ACCOUNT:saml-provider/NAME`; \
                 a group name that comes through unchanged means that the condition of the rule matches more \
                 than the pattern of its RegExReplace"
            }
            Self::Space => "take the space out of the rule, or of the group's name",
            Self::Partition { .. } => "use `aws`, `aws-cn` or `aws-us-gov`",
            Self::Account { .. } => "an account number has 12 digits, with its leading zeros",
            Self::RoleName { .. } => {
                "a role's name has 1 to 64 of the characters a-z A-Z 0-9 _ + = , . @ -; a path ends with a slash"
            }
            Self::ProviderName { .. } => "a SAML provider's name has 1 to 128 of the characters a-z A-Z 0-9 _ . -",
            Self::Reserved { .. } => {
                "such a role can be taken only through IAM Identity Center; create an IAM role that trusts the SAML \
                 provider"
            }
            Self::Accounts { .. } => "every account needs a SAML provider of its own; use one account number for both",
            Self::Partitions { .. } => "use one partition for both",
        }
    }
}
