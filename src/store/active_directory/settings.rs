//! How to reach a domain.

use url::Url;

use super::names::GroupNames;
use crate::store::ldap::endpoint::{is_of_a_catalogue, is_of_a_domain};
use crate::store::ldap::settings::{LdapServers, ServiceCredentials, SettingsError};

/// How to reach a domain, and as whom.
#[derive(Debug)]
pub struct ActiveDirectorySettings {
    /// The domain controllers, and the service account that searches.
    pub servers: LdapServers,
    /// Where people are looked for, such as `OU=People,DC=corp,DC=example,DC=com`. The whole domain unless stated.
    pub base: Option<String>,
    /// Servers of the forest's global catalogue, asked for the names of other domains' groups. Without them these groups
    /// have no names, only SIDs.
    pub global_catalogue: Option<LdapServers>,
    /// Whether `tokenGroups` without a form of its own names groups of other domains of the forest too. Such a group then
    /// counts as one of this domain with the same name.
    pub unqualified_forest_groups: bool,
    /// How many people come in one page when all are listed. A domain controller gives no more than 1,000.
    pub page_entries: i32,
    /// How many names of groups are remembered, and how long.
    pub group_names: GroupNames,
}

impl Default for ActiveDirectorySettings {
    fn default() -> Self {
        Self {
            servers: LdapServers::default(),
            base: None,
            global_catalogue: None,
            unqualified_forest_groups: false,
            page_entries: 500,
            group_names: GroupNames::default(),
        }
    }
}

impl ActiveDirectorySettings {
    /// Whether the settings can work with Active Directory.
    pub(super) fn validate(&self) -> Result<(), SettingsError> {
        if matches!(self.servers.credentials, ServiceCredentials::Anonymous) {
            return Err(SettingsError::NoServiceAccount);
        }
        if let Some(catalogue) = &self.global_catalogue {
            let is_none = |url: &&Url| url.port().is_none_or(is_of_a_domain);
            if let Some(url) = catalogue.validate()?.iter().find(is_none) {
                return Err(SettingsError::NoGlobalCatalogue(url.to_string()));
            }
        }
        let urls = self.servers.validate()?;
        let of_the_forest = |url: &&Url| url.port().is_some_and(is_of_a_catalogue);
        match urls.iter().find(of_the_forest) {
            Some(url) => Err(SettingsError::GlobalCatalogue(url.to_string())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::directory::Password;

    fn validate(url: &str, start_tls: bool) -> Result<(), SettingsError> {
        let credentials =
            ServiceCredentials::Password { name: "svc".to_owned(), password: Password::new("secret".to_owned()) };
        let servers = LdapServers { urls: vec![url.to_owned()], start_tls, credentials, ..LdapServers::default() };
        ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() }.validate()
    }

    #[test]
    fn the_global_catalogue_is_refused() {
        assert_eq!(validate("ldaps://dc1", false), Ok(()));
        for (url, start_tls) in [("ldaps://dc1:3269", false), ("ldap://dc1:3268", true), ("ldaps://dc1:3268/", false)] {
            let error = validate(url, start_tls).unwrap_err();
            assert_eq!(error, SettingsError::GlobalCatalogue(url.to_owned()));
            assert!(error.to_string().contains("636"), "{error}");
        }
    }

    #[test]
    fn a_service_account_is_needed() {
        let servers = LdapServers { urls: vec!["ldaps://dc1".to_owned()], ..LdapServers::default() };
        let settings = ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() };
        assert_eq!(settings.validate(), Err(SettingsError::NoServiceAccount));
    }
}
