//! Values of the `Role` attribute: a role, and the SAML provider that vouches for the user.

use std::fmt;

use super::account::AccountId;
use super::arn::{Arn, Resource};
use super::partition::Partition;
use super::role_error::RoleError;

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
