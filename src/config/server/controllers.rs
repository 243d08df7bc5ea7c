//! Servers of a directory, each by itself: for people who look for a fault in one of many.

use std::path::PathBuf;
use std::time::Duration;

use super::domain::{self, DomainSection};
use super::faults::Faults;
use crate::input::Spanned;
use crate::store::active_directory::{ActiveDirectory, ActiveDirectorySettings};
use crate::store::ldap::discover;

/// How long DNS has to name the controllers.
const DNS_LIMIT: Duration = Duration::from_secs(5);

/// The controllers of all domains that are named, or the servers of their catalogues.
#[derive(Default)]
pub struct Controllers {
    /// Those whose addresses are known, from the configuration or from DNS.
    pub found: Vec<Controller>,
    /// Domains, or forests, for which DNS names none, and why, with what to do.
    pub unfound: Vec<(String, String)>,
    /// Whether they are of several domains, so that a person is known to some of them only.
    pub of_several_domains: bool,
}

/// How one server of a directory is reached.
pub struct Reached {
    /// `ldaps://…` or `ldap://…`
    pub url: String,
    /// TLS begins after connecting.
    pub start_tls: bool,
    /// The authorities that may have issued its certificate; those of the machine unless named.
    pub ca_file: Option<PathBuf>,
}

/// One domain controller by itself, as such or as a server of the global catalogue.
pub struct Controller {
    /// How it is reached.
    pub reached: Reached,
    /// The domain as this controller shows it, or the forest as this catalogue does, with the settings of the
    /// configuration.
    pub alone: ActiveDirectory,
}

/// Each domain controller by itself, found in DNS or named.
pub(super) fn of(home: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Controllers {
    let of_several_domains = !home.value.other_domains.is_empty();
    let mut controllers = Controllers { of_several_domains, ..Controllers::default() };
    for section in [home].into_iter().chain(&home.value.other_domains) {
        let urls = match domain::discovery(&section.value) {
            None => section.value.urls().to_vec(),
            Some(asked) => match discover(&asked, section.value.start_tls, DNS_LIMIT) {
                Ok(found) => found,
                Err(reason) => {
                    controllers.unfound.push((asked.domain, reason));
                    continue;
                }
            },
        };
        for url in urls {
            let settings = domain::settings(section, std::slice::from_ref(&url), faults);
            let Some(settings) = settings else { continue };
            let reached = reached(url, &settings);
            let alone = domain::opened(section, settings, faults);
            controllers.found.extend(alone.map(|alone| Controller { reached, alone }));
        }
    }
    controllers
}

/// Each server of the global catalogue by itself, found in DNS or named.
pub(super) fn catalogues_of(home: &Spanned<DomainSection>, faults: &mut Faults<'_>) -> Controllers {
    let mut catalogues = Controllers::default();
    for section in [home].into_iter().chain(&home.value.other_domains) {
        let urls = match domain::catalogue_discovery(&section.value) {
            None => section.value.global_catalogue.clone(),
            Some(asked) => match discover(&asked, section.value.start_tls, DNS_LIMIT) {
                Ok(found) => found,
                Err(reason) => {
                    catalogues.unfound.push((asked.domain, reason));
                    continue;
                }
            },
        };
        for url in urls {
            let Some(mut settings) = domain::found_settings(section, faults) else { return catalogues };
            let reached = reached(url.clone(), &settings);
            if let Some(catalogue) = &mut settings.global_catalogue {
                (catalogue.urls, catalogue.discovery) = (vec![url], None);
            }
            let alone = domain::opened(section, settings, faults);
            catalogues.found.extend(alone.map(|alone| Controller { reached, alone }));
        }
    }
    catalogues
}

fn reached(url: String, settings: &ActiveDirectorySettings) -> Reached {
    Reached { url, start_tls: settings.servers.start_tls, ca_file: settings.servers.ca_file.clone() }
}
