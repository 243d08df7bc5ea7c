//! What the sections of all LDAP directories share: time limits, names of entries, and the key that a fault belongs to.

use std::path::PathBuf;
use std::time::Duration;

use super::faults::Faults;
use crate::input::Spanned;
use crate::store::ldap::SettingsError;
use crate::store::ldap_directory;

/// Longest time limit, in seconds: nobody waits that long for a page.
const MOST_SECONDS: u32 = 600;

/// A time limit of a configuration.
pub(super) fn seconds(given: Option<&Spanned<u32>>, usual: Duration, faults: &mut Faults<'_>) -> Duration {
    let Some(given) = given else { return usual };
    if given.value == 0 || given.value > MOST_SECONDS {
        let help = format!("write a number from 1 to {MOST_SECONDS}, or leave the key out for {}", usual.as_secs());
        faults.at(given, format!("{} is no useful limit in seconds", given.value), help);
    }
    Duration::from_secs(given.value.into())
}

/// The name of an entry.
pub(super) fn distinguished(given: &Spanned<String>, faults: &mut Faults<'_>) -> String {
    if let Err(message) = ldap_directory::check_name(&given.value) {
        faults.at(given, format!("`{}`: {message}", given.value), "write the name of the entry in the directory");
    }
    given.value.clone()
}

/// The keys that settings came from.
pub(super) struct Places<'a, S> {
    pub(super) section: &'a Spanned<S>,
    pub(super) urls: Option<&'a Spanned<Vec<String>>>,
    pub(super) ca_file: Option<&'a Spanned<PathBuf>>,
}

impl<S> Places<'_, S> {
    /// Notes settings that cannot work, at the key that they came from. What to do stands at the end of the error.
    pub(super) fn unusable(&self, error: &SettingsError, faults: &mut Faults<'_>) {
        let told = error.to_string();
        let (message, help) = told.rsplit_once("; ").unwrap_or((&told, "correct how the servers are reached"));
        let is_of = |named: &&Spanned<Vec<String>>| match error {
            SettingsError::NoUrl => true,
            // An address that holds a password is not repeated.
            SettingsError::Url { url, .. } | SettingsError::Cleartext(url) | SettingsError::GlobalCatalogue(url) => {
                url.ends_with('…') || named.value.contains(url)
            }
            _ => false,
        };
        match (error, self.urls.filter(is_of), self.ca_file) {
            (SettingsError::CertificateAuthorities(_), _, Some(file)) => {
                faults.at(file, message, "name a PEM file with the certificates of the authorities to trust");
            }
            (_, Some(urls), _) => faults.at(urls, message, help),
            _ => faults.at(self.section, message, help),
        }
    }
}
