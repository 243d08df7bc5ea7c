//! What is wrong with a value of the `Role` attribute.

use super::account::AccountId;
use super::partition::Partition;

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
