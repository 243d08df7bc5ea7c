//! `directory.active_directory`: a domain, and those beside it.

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use super::faults::Faults;
use super::servers::{Places, distinguished, seconds};
use super::{bind_keytab, group_names, secret};
use crate::input::Spanned;
use crate::store::active_directory::{ActiveDirectory, ActiveDirectorySettings, Domains};
use crate::store::directory::Password;
use crate::store::ldap::{Discovery, DiscoveryRecords, LdapServers, ServiceCredentials, Ticket};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DomainSection {
    #[serde(default)]
    pub(super) urls: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    site: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) start_tls: bool,
    #[serde(default)]
    ca_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    base: Option<Spanned<String>>,
    bind_name: String,
    #[serde(default)]
    bind_password: Option<Spanned<String>>,
    #[serde(default)]
    bind_password_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    pub(super) bind_keytab_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    connect_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    bind_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    request_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    connections: Option<NonZeroU16>,
    #[serde(default)]
    sign_in_connections: Option<NonZeroU16>,
    #[serde(default)]
    group_names: group_names::Section,
    #[serde(default)]
    pub(super) global_catalogue: Vec<String>,
    #[serde(default)]
    forest: Option<Spanned<String>>,
    #[serde(default)]
    unqualified_forest_groups: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) other_domains: Vec<Spanned<DomainSection>>,
}

impl DomainSection {
    /// The controllers that it names.
    pub(super) fn urls(&self) -> &[String] {
        self.urls.as_ref().map_or(&[], |urls| &urls.value)
    }
}

/// Opens a domain.
pub(super) fn one(section: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Option<ActiveDirectory> {
    let settings = found_settings(section, faults)?;
    opened(section, settings, faults)
}

/// The settings of a domain with its controllers, named or to be found.
pub(super) fn found_settings(
    section: &Spanned<DomainSection>,
    faults: &mut Faults<'_>,
) -> Option<ActiveDirectorySettings> {
    let mut found = settings(section, section.value.urls(), faults)?;
    found.servers.discovery = discovery(&section.value);
    Some(found)
}

/// Opens the domain at home and those that it names beside itself.
pub(super) fn several(home: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Option<Domains> {
    let mut others = Vec::new();
    for other in &home.value.other_domains {
        if let Some(further) = other.value.other_domains.first() {
            let help = "list all domains under `other_domains` of the first one";
            faults.at(further, "the other domains have no others of their own", help);
        }
        if let Some(keytab) = &other.value.bind_keytab_file {
            let help = "name a `bind_password_file`; the first domain may have the keytab";
            faults.at(keytab, "Kerberos knows one keytab for each process, that of the first domain", help);
        }
        others.push(found_settings(other, faults)?);
    }
    let settings = found_settings(home, faults)?;
    match Domains::new(settings, others) {
        Ok(domains) => Some(domains),
        Err(error) => {
            let Spanned { value: DomainSection { urls, ca_file, .. }, .. } = home;
            Places { section: home, urls: urls.as_ref(), ca_file: ca_file.as_ref() }.unusable(&error, faults);
            None
        }
    }
}

/// Opens a domain with these settings.
pub(super) fn opened(
    section: &Spanned<DomainSection>,
    settings: ActiveDirectorySettings,
    faults: &mut Faults<'_>,
) -> Option<ActiveDirectory> {
    match ActiveDirectory::new(settings) {
        Ok(directory) => Some(directory),
        Err(error) => {
            let Spanned { value: DomainSection { urls, ca_file, .. }, .. } = section;
            Places { section, urls: urls.as_ref(), ca_file: ca_file.as_ref() }.unusable(&error, faults);
            None
        }
    }
}

/// As whom the domain is asked: by password or by keytab. Made anew for each list of servers.
fn credentials(
    section: &Spanned<DomainSection>,
    faults: &mut Faults<'_>,
) -> Option<Box<dyn Fn() -> ServiceCredentials>> {
    let domain = &section.value;
    let (written, file) = (domain.bind_password.as_ref(), domain.bind_password_file.as_ref());
    if let Some(keytab) = &domain.bind_keytab_file {
        if written.is_some() || file.is_some() {
            faults.at(keytab, "the service account has a password and a keytab", "keep one of them");
            return None;
        }
        let client = bind_keytab::client(keytab, &domain.bind_name, faults)?;
        return Some(Box::new(move || ServiceCredentials::Sasl(Arc::new(Ticket::of(client.clone())))));
    }
    if written.is_none() && file.is_none() {
        let help =
            "add `bind_password_file: FILE` or `bind_keytab_file: FILE`; Active Directory answers no searches without";
        faults.at(section, "the service account has no password", help);
    }
    let password = secret::read("bind_password", written, file, faults)?;
    let name = domain.bind_name.clone();
    Some(Box::new(move || ServiceCredentials::Password {
        name: name.clone(),
        password: Password::new(password.as_str().to_owned()),
    }))
}

/// The settings of a domain, with the controllers at `urls`.
pub(super) fn settings(
    section: &Spanned<DomainSection>,
    urls: &[String],
    faults: &mut Faults<'_>,
) -> Option<ActiveDirectorySettings> {
    let domain = &section.value;
    let credentials = credentials(section, faults)?;
    let default = LdapServers::default();
    let connect_timeout = seconds(domain.connect_timeout_seconds.as_ref(), default.connect_timeout, faults);
    let bind_timeout = seconds(domain.bind_timeout_seconds.as_ref(), default.bind_timeout, faults);
    let request_timeout = seconds(domain.request_timeout_seconds.as_ref(), default.request_timeout, faults);
    let most = |given: Option<NonZeroU16>, default| given.map_or(default, |most| usize::from(most.get()));
    let ca_file = domain.ca_file.as_ref().map(|file| faults.path(&file.value));
    let servers = |urls: &[String]| LdapServers {
        urls: urls.to_vec(),
        start_tls: domain.start_tls,
        ca_file: ca_file.clone(),
        credentials: credentials(),
        connect_timeout,
        bind_timeout,
        request_timeout,
        connections: most(domain.connections, default.connections),
        sign_in_connections: most(domain.sign_in_connections, default.sign_in_connections),
        ..LdapServers::default()
    };
    let by_dns = catalogue_discovery(domain);
    if let Some(forest) = domain.forest.as_ref().filter(|_| !domain.global_catalogue.is_empty()) {
        let told = "the global catalogue is named by its addresses and by its forest";
        faults.at(forest, told, "keep one of `global_catalogue` and `forest`");
    }
    if let (Some(site), None, None) = (&domain.site, &domain.domain, &by_dns) {
        faults.at(site, "a site says nothing about servers named in `urls`", "name the `domain` instead of `urls`");
    }
    let is_asked = by_dns.is_some() || !domain.global_catalogue.is_empty();
    let global_catalogue = is_asked.then(|| LdapServers { discovery: by_dns, ..servers(&domain.global_catalogue) });
    let unqualified = domain.unqualified_forest_groups.as_ref().filter(|unqualified| unqualified.value);
    if let (Some(unqualified), None) = (unqualified, &global_catalogue) {
        let help = "add `forest: DOMAIN` or `global_catalogue: [ldaps://HOST:3269]`, or leave the key out";
        faults.at(unqualified, "groups of other domains have no names without a global catalogue", help);
    }
    Some(ActiveDirectorySettings {
        servers: servers(urls),
        base: domain.base.as_ref().map(|base| distinguished(base, faults)),
        global_catalogue,
        unqualified_forest_groups: unqualified.is_some(),
        group_names: domain.group_names.settings(),
        ..ActiveDirectorySettings::default()
    })
}

/// How the domain's controllers are found in DNS, if they are not named.
pub(super) fn discovery(section: &DomainSection) -> Option<Discovery> {
    let records = DiscoveryRecords::DomainControllers { site: site(section) };
    Some(Discovery { domain: section.domain.clone()?, records, name_servers: Vec::new() })
}

/// The same for the servers of the global catalogue.
pub(super) fn catalogue_discovery(section: &DomainSection) -> Option<Discovery> {
    let records = DiscoveryRecords::GlobalCatalogue { site: site(section) };
    Some(Discovery { domain: section.forest.as_ref()?.value.clone(), records, name_servers: Vec::new() })
}

fn site(section: &DomainSection) -> Option<String> {
    section.site.as_ref().map(|site| site.value.clone())
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::*;
    use crate::input;
    use crate::lang::Source;
    use crate::store::active_directory::GroupNames;

    const SECTION: &str = "\
urls: [ldaps://dc1.corp.example.com]
start_tls: true
ca_file: ca.pem
base: OU=People,DC=corp,DC=example,DC=com
bind_name: svc@corp.example.com
bind_password: secret
connect_timeout_seconds: 11
bind_timeout_seconds: 12
request_timeout_seconds: 13
connections: 14
sign_in_connections: 15
group_names: { entries: 16, minutes: 17, unknown_minutes: 18 }
global_catalogue: [ldaps://dc1.corp.example.com:3269]
unqualified_forest_groups: true
";

    #[test]
    fn every_key_has_its_setting() {
        let source = Source::new("claimsmith.yaml", SECTION);
        let section: Spanned<DomainSection> = input::yaml(&source).unwrap();
        let mut faults = Faults::new(&source, Path::new("/etc/claimsmith"));
        let settings = found_settings(&section, &mut faults).unwrap();
        assert!(faults.is_empty());
        assert_eq!(settings.base.as_deref(), Some("OU=People,DC=corp,DC=example,DC=com"));
        assert!(settings.unqualified_forest_groups);
        let (age, unknown_age) = (Duration::from_mins(17), Duration::from_mins(18));
        assert_eq!(settings.group_names, GroupNames { entries: 16, age, unknown_age });
        let catalogue = settings.global_catalogue.unwrap();
        assert_eq!(settings.servers.urls, ["ldaps://dc1.corp.example.com"]);
        assert_eq!(catalogue.urls, ["ldaps://dc1.corp.example.com:3269"]);
        for servers in [settings.servers, catalogue] {
            assert!(servers.start_tls && !servers.danger_allow_cleartext && servers.discovery.is_none());
            assert_eq!(servers.ca_file.as_deref(), Some(Path::new("/etc/claimsmith/ca.pem")));
            let limits = [servers.connect_timeout, servers.bind_timeout, servers.request_timeout];
            assert_eq!(limits.map(|limit| limit.as_secs()), [11, 12, 13]);
            assert_eq!((servers.connections, servers.sign_in_connections), (14, 15));
            assert!(matches!(
                servers.credentials,
                ServiceCredentials::Password { name, password } if name == "svc@corp.example.com" && password.reveal() == "secret"
            ));
        }
    }
}
