//! How to reach a domain.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::names::GroupNames;
use crate::store::directory::Password;
use crate::store::ldap::settings::{SettingsError, parse_url};

/// Where the global catalogue answers, in the clear and over TLS [MS-ADTS 3.1.1.3.1.10].
const GLOBAL_CATALOGUE: [u16; 2] = [3268, 3269];

/// How to reach a domain, and as whom.
#[derive(Debug)]
pub struct ActiveDirectorySettings {
    /// Domain controllers, `ldaps://dc1.corp.example.com` or `ldap://…`; the first that answers is used.
    pub urls: Vec<String>,
    /// Turns on TLS after connecting to an `ldap://` address [RFC 4511 4.14].
    pub start_tls: bool,
    /// A PEM file with the certificate authorities to trust, instead of those of the machine.
    pub ca_file: Option<PathBuf>,
    /// Where people are looked for, such as `OU=People,DC=corp,DC=example,DC=com`. The whole domain unless stated.
    pub base: Option<String>,
    /// The service account that searches: `user@domain`, `DOMAIN\user` or a distinguished name.
    pub bind_name: String,
    /// Its password.
    pub bind_password: Password,
    /// How long connecting may take, with TLS and the bind of the service account.
    pub connect_timeout: Duration,
    /// How long one question to the directory may take in all.
    pub request_timeout: Duration,
    /// Most connections of the service account at a time.
    pub connections: usize,
    /// How many people come in one page when all are listed. A domain controller gives no more than 1,000.
    pub page_entries: i32,
    /// How many names of groups are remembered, and how long.
    pub group_names: GroupNames,
    /// Sends passwords over the network as they are. For tests only.
    pub danger_allow_cleartext: bool,
}

impl Default for ActiveDirectorySettings {
    fn default() -> Self {
        Self {
            urls: Vec::new(),
            start_tls: false,
            ca_file: None,
            base: None,
            bind_name: String::new(),
            bind_password: Password::new(String::new()),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            connections: 4,
            page_entries: 500,
            group_names: GroupNames::default(),
            danger_allow_cleartext: false,
        }
    }
}

impl ActiveDirectorySettings {
    /// The addresses, if all settings can work.
    pub(super) fn validate(&self) -> Result<Vec<Url>, SettingsError> {
        if self.urls.is_empty() {
            return Err(SettingsError::NoUrl);
        }
        if self.bind_name.is_empty() || self.bind_password.is_empty() {
            return Err(SettingsError::NoServiceAccount);
        }
        self.urls.iter().map(|url| self.validate_url(url)).collect()
    }

    fn validate_url(&self, text: &str) -> Result<Url, SettingsError> {
        let url = parse_url(text, self.start_tls, self.danger_allow_cleartext)?;
        if url.port().is_some_and(|port| GLOBAL_CATALOGUE.contains(&port)) {
            return Err(SettingsError::GlobalCatalogue(text.to_owned()));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn validate(url: &str, start_tls: bool) -> Result<Vec<Url>, SettingsError> {
        let settings = ActiveDirectorySettings {
            urls: vec![url.to_owned()],
            start_tls,
            bind_name: "svc".to_owned(),
            bind_password: Password::new("secret".to_owned()),
            ..ActiveDirectorySettings::default()
        };
        settings.validate()
    }

    #[test]
    fn encrypted_addresses_are_taken() {
        for (url, start_tls) in
            [("ldaps://dc1.corp.example.com", false), ("ldap://dc1:1389/", true), ("ldaps://127.0.0.1:636", true)]
        {
            assert!(validate(url, start_tls).is_ok(), "{url}");
        }
    }

    #[test]
    fn other_addresses_are_refused() {
        for url in [
            "",
            "dc1",
            "http://dc1",
            "ldapi://%2ftmp",
            "ldaps://",
            "ldaps:///",
            "ldaps://[::1]",
            "ldaps://dc1/dc=corp",
            "ldaps://dc1/?sub",
        ] {
            assert!(matches!(validate(url, true), Err(SettingsError::Url { .. })), "{url}");
        }
        for (url, start_tls) in [("ldaps://dc1:3269", false), ("ldap://dc1:3268", true), ("ldaps://dc1:3268/", false)] {
            let error = validate(url, start_tls).unwrap_err();
            assert_eq!(error, SettingsError::GlobalCatalogue(url.to_owned()));
            assert!(error.to_string().contains("636"), "{error}");
        }
        assert_eq!(validate("ldap://dc1", false), Err(SettingsError::Cleartext("ldap://dc1".to_owned())));
        let text = validate("ldaps://svc:hunter2@dc1", false).unwrap_err().to_string();
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_service_account_is_needed() {
        let settings = ActiveDirectorySettings { urls: vec!["ldaps://dc1".to_owned()], ..Default::default() };
        assert_eq!(settings.validate(), Err(SettingsError::NoServiceAccount));
        assert_eq!(ActiveDirectorySettings::default().validate(), Err(SettingsError::NoUrl));
    }
}
