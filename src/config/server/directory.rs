//! `directory`: where users are.

use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::bind_keytab;
use super::faults::Faults;
use super::named::{Controller, Controllers, Reached};
use super::servers::{Places, seconds};
use super::{group_names, ldap, secret};
use crate::input::{self, Spanned};
use crate::store::active_directory::{ActiveDirectory, ActiveDirectorySettings, Domains};
use crate::store::directory::{Directory, Password};
use crate::store::file::FileDirectory;
use crate::store::ldap::{Discovery, DiscoveryRecords, LdapServers, ServiceCredentials, Ticket, discover};
use crate::store::ldap_directory::LdapDirectory;

/// How long DNS has to name the controllers, for people who look for a fault.
const DNS_LIMIT: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    active_directory: Option<Spanned<DomainSection>>,
    #[serde(default)]
    ldap: Option<Spanned<ldap::Section>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainSection {
    #[serde(default)]
    urls: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    domain: Option<String>,
    #[serde(default)]
    site: Option<Spanned<String>>,
    #[serde(default)]
    start_tls: bool,
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
    bind_keytab_file: Option<Spanned<PathBuf>>,
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
    global_catalogue: Vec<String>,
    #[serde(default)]
    forest: Option<Spanned<String>>,
    #[serde(default)]
    unqualified_forest_groups: Option<Spanned<bool>>,
    #[serde(default)]
    other_domains: Vec<Spanned<DomainSection>>,
}

impl DomainSection {
    fn urls(&self) -> &[String] {
        self.urls.as_ref().map_or(&[], |urls| &urls.value)
    }
}

/// Where users are.
pub enum DirectorySource {
    /// In a file, which has been read.
    File(Box<FileDirectory>),
    /// In a domain, which is asked when the first user comes.
    ActiveDirectory(Box<ActiveDirectory>),
    /// In several domains.
    Domains(Domains),
    /// In another LDAP directory, which is asked when the first user comes.
    Ldap(LdapDirectory),
}

impl DirectorySource {
    /// The directory itself.
    #[must_use]
    pub fn directory(&self) -> &dyn Directory {
        match self {
            Self::File(directory) => &**directory,
            Self::ActiveDirectory(directory) => &**directory,
            Self::Domains(directory) => directory,
            Self::Ldap(directory) => directory,
        }
    }

    /// The domains of Active Directory, the one at home first. None if the directory is of another kind.
    #[must_use]
    pub fn domains(&self) -> &[ActiveDirectory] {
        match self {
            Self::ActiveDirectory(directory) => std::slice::from_ref(directory),
            Self::Domains(domains) => domains.all(),
            Self::File(_) | Self::Ldap(_) => &[],
        }
    }

    /// The directory, whatever it is made of.
    #[must_use]
    pub fn into_directory(self) -> Arc<dyn Directory> {
        match self {
            Self::File(directory) => Arc::new(*directory),
            Self::ActiveDirectory(directory) => Arc::new(*directory),
            Self::Domains(directory) => Arc::new(directory),
            Self::Ldap(directory) => Arc::new(directory),
        }
    }
}

/// Reads the section.
pub(super) fn read(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Option<DirectorySource> {
    match (&section.value.file, &section.value.active_directory, &section.value.ldap) {
        (Some(file), None, None) => from_file(file, faults).map(Box::new).map(DirectorySource::File),
        (None, Some(domain), None) if domain.value.other_domains.is_empty() => {
            from_domain(domain, faults).map(Box::new).map(DirectorySource::ActiveDirectory)
        }
        (None, Some(home), None) => from_domains(home, faults).map(DirectorySource::Domains),
        (None, None, Some(section)) => ldap::directory(section, faults).map(DirectorySource::Ldap),
        _ => {
            let help = "write `file: FILE`, `active_directory: { … }` or `ldap: { … }`";
            faults.at(section, "the section must name one directory", help);
            None
        }
    }
}

fn from_file(file: &Spanned<PathBuf>, faults: &mut Faults<'_>) -> Option<FileDirectory> {
    let path = faults.path(&file.value);
    let is_ldif = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ldif"));
    if is_ldif {
        faults.at(file, "an LDIF file knows no passwords, so nobody could sign in", "name a YAML directory file");
        return None;
    }
    match input::read_source(&path).and_then(|source| FileDirectory::from_yaml(&source)) {
        Ok(directory) => Some(directory),
        Err(error) => {
            faults.elsewhere(file, error.into(), "name a YAML directory file that the server may read");
            None
        }
    }
}

fn from_domain(section: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Option<ActiveDirectory> {
    let settings = found_settings(section, faults)?;
    opened(section, settings, faults)
}

/// The settings of a domain with its controllers, named or to be found.
fn found_settings(section: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Option<ActiveDirectorySettings> {
    let mut settings = domain_settings(section, section.value.urls(), faults)?;
    settings.servers.discovery = discovery(&section.value);
    Some(settings)
}

fn from_domains(home: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Option<Domains> {
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

/// Each domain controller by itself, found in DNS or named; none if the directory is no domain.
pub(super) fn controllers(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Controllers {
    let mut controllers = Controllers::default();
    let Some(home) = &section.value.active_directory else { return controllers };
    controllers.of_several_domains = !home.value.other_domains.is_empty();
    for domain in [home].into_iter().chain(&home.value.other_domains) {
        let urls = match discovery(&domain.value) {
            None => domain.value.urls().to_vec(),
            Some(asked) => match discover(&asked, domain.value.start_tls, DNS_LIMIT) {
                Ok(found) => found,
                Err(reason) => {
                    controllers.unfound.push((asked.domain, reason));
                    continue;
                }
            },
        };
        for url in urls {
            let settings = domain_settings(domain, std::slice::from_ref(&url), faults);
            let Some(settings) = settings else { continue };
            let reached = reached(url, &settings);
            let alone = opened(domain, settings, faults);
            controllers.found.extend(alone.map(|alone| Controller { reached, alone }));
        }
    }
    controllers
}

/// Each server of the global catalogue by itself, found in DNS or named.
pub(super) fn catalogues(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Controllers {
    let mut catalogues = Controllers::default();
    let Some(home) = &section.value.active_directory else { return catalogues };
    for domain in [home].into_iter().chain(&home.value.other_domains) {
        let urls = match catalogue_discovery(&domain.value) {
            None => domain.value.global_catalogue.clone(),
            Some(asked) => match discover(&asked, domain.value.start_tls, DNS_LIMIT) {
                Ok(found) => found,
                Err(reason) => {
                    catalogues.unfound.push((asked.domain, reason));
                    continue;
                }
            },
        };
        for url in urls {
            let Some(mut settings) = found_settings(domain, faults) else { return catalogues };
            let reached = reached(url.clone(), &settings);
            if let Some(catalogue) = &mut settings.global_catalogue {
                (catalogue.urls, catalogue.discovery) = (vec![url], None);
            }
            let alone = opened(domain, settings, faults);
            catalogues.found.extend(alone.map(|alone| Controller { reached, alone }));
        }
    }
    catalogues
}

/// Each server of a directory that is no domain.
pub(super) fn ldap_servers(section: &Spanned<Section>, faults: &Faults<'_>) -> Vec<Reached> {
    section.value.ldap.as_ref().map_or_else(Vec::new, |section| ldap::reached(&section.value, faults))
}

fn reached(url: String, settings: &ActiveDirectorySettings) -> Reached {
    Reached { url, start_tls: settings.servers.start_tls, ca_file: settings.servers.ca_file.clone() }
}

fn opened(
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

/// The keytab of the service account, if the domain is asked with one; an absolute path.
pub(super) fn keytab_file(section: &Spanned<Section>, faults: &Faults<'_>) -> Option<PathBuf> {
    let named = section.value.active_directory.as_ref()?.value.bind_keytab_file.as_ref()?;
    let path = faults.path(&named.value);
    Some(std::path::absolute(&path).unwrap_or(path))
}

/// The settings of a domain, with the controllers at `urls`.
fn domain_settings(
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
        base: domain.base.as_ref().map(|base| ldap::distinguished(base, faults)),
        global_catalogue,
        unqualified_forest_groups: unqualified.is_some(),
        group_names: domain.group_names.settings(),
        ..ActiveDirectorySettings::default()
    })
}

/// How the domain's controllers are found in DNS, if they are not named.
fn discovery(section: &DomainSection) -> Option<Discovery> {
    let records = DiscoveryRecords::DomainControllers { site: site(section) };
    Some(Discovery { domain: section.domain.clone()?, records, name_servers: Vec::new() })
}

/// The same for the servers of the global catalogue.
fn catalogue_discovery(section: &DomainSection) -> Option<Discovery> {
    let records = DiscoveryRecords::GlobalCatalogue { site: site(section) };
    Some(Discovery { domain: section.forest.as_ref()?.value.clone(), records, name_servers: Vec::new() })
}

fn site(section: &DomainSection) -> Option<String> {
    section.site.as_ref().map(|site| site.value.clone())
}
