//! Amazon Resource Names of roles and SAML providers.

use super::account::AccountId;
use super::limits::{PROVIDER_NAME_CHARS, ROLE_NAME_CHARS, ROLE_PATH_CHARS};
use super::partition::Partition;
use super::role_error::RoleError;

/// `arn:PARTITION:iam::ACCOUNT:RESOURCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    pub(super) partition: Partition,
    pub(super) account: AccountId,
    pub(super) resource: Resource<'a>,
    pub(super) text: &'a str,
}

/// What an ARN names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource<'a> {
    /// A role: its path without the first slash, and its name.
    Role(&'a str),
    /// A SAML provider.
    Provider,
}

impl<'a> Arn<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, RoleError> {
        let not_an_arn = || RoleError::NotAnArn { text: text.to_owned() };
        let rest = text.strip_prefix("arn:").ok_or_else(not_an_arn)?;
        let (partition, rest) = rest.split_once(":iam::").ok_or_else(not_an_arn)?;
        let (account, resource) = rest.split_once(':').ok_or_else(not_an_arn)?;
        let partition =
            Partition::parse(partition).ok_or_else(|| RoleError::Partition { partition: partition.to_owned() })?;
        let account = AccountId::parse(account).ok_or_else(|| RoleError::Account { account: account.to_owned() })?;
        let resource = if let Some(name) = resource.strip_prefix("role/") {
            Resource::Role(role_name(name)?)
        } else if let Some(name) = resource.strip_prefix("saml-provider/") {
            provider_name(name)?;
            Resource::Provider
        } else {
            return Err(not_an_arn());
        };
        Ok(Self { partition, account, resource, text })
    }
}

/// Checks a role's name, with the path that may stand before it.
fn role_name(text: &str) -> Result<&str, RoleError> {
    let (path, name) = text.rsplit_once('/').map_or((None, text), |(path, name)| (Some(path), name));
    let legal_path = path.is_none_or(|path| {
        // Two slashes more: IAM counts the one before and the one after.
        !path.is_empty() && path.len() + 2 <= ROLE_PATH_CHARS && path.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let legal_name = (1..=ROLE_NAME_CHARS).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte));
    if !legal_path || !legal_name {
        return Err(RoleError::RoleName { name: text.to_owned() });
    }
    if name.starts_with("AWSReservedSSO_") || path.is_some_and(|path| path.starts_with("aws-reserved/")) {
        return Err(RoleError::Reserved { name: text.to_owned() });
    }
    Ok(text)
}

fn provider_name(name: &str) -> Result<(), RoleError> {
    let legal = (1..=PROVIDER_NAME_CHARS).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if legal { Ok(()) } else { Err(RoleError::ProviderName { name: name.to_owned() }) }
}
