//! Roles in the order of the console's chooser: by account.

use std::collections::BTreeMap;

use crate::aws::Role;

/// An account in the chooser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account<'a> {
    pub(super) number: &'a str,
    pub(super) alias: Option<&'a str>,
    /// Sorted by name.
    pub(super) roles: Vec<&'a Role>,
}

impl Account<'_> {
    /// `Account: alias (123456789012)`, or with the number alone: command-line clients read it so.
    pub(super) fn label(&self) -> String {
        self.alias
            .map_or_else(|| format!("Account: {}", self.number), |alias| format!("Account: {alias} ({})", self.number))
    }
}

/// The accounts of these roles, by number.
pub(super) fn by_account<'a>(roles: &'a [Role], aliases: &'a BTreeMap<String, String>) -> Vec<Account<'a>> {
    let mut accounts: BTreeMap<&str, Vec<&Role>> = BTreeMap::new();
    for role in roles {
        accounts.entry(role.account.as_str()).or_default().push(role);
    }
    let account = |(number, mut roles): (&'a str, Vec<&'a Role>)| {
        roles.sort_by(|one, other| one.name.cmp(&other.name));
        Account { number, alias: aliases.get(number).map(String::as_str), roles }
    };
    accounts.into_iter().map(account).collect()
}
