//! `directory`: where users are.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use super::controllers::{self, Controllers, Reached};
use super::domain::{self, DomainSection};
use super::faults::Faults;
use super::ldap;
use crate::input::{self, Spanned};
use crate::store::active_directory::{ActiveDirectory, Domains};
use crate::store::directory::Directory;
use crate::store::file::FileDirectory;
use crate::store::ldap_directory::LdapDirectory;

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
            domain::one(domain, faults).map(Box::new).map(DirectorySource::ActiveDirectory)
        }
        (None, Some(home), None) => domain::several(home, faults).map(DirectorySource::Domains),
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

/// Each domain controller by itself, found in DNS or named; none if the directory is no domain.
pub(super) fn controllers(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Controllers {
    section.value.active_directory.as_ref().map(|home| controllers::of(home, faults)).unwrap_or_default()
}

/// Each server of the global catalogue by itself, found in DNS or named.
pub(super) fn catalogues(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Controllers {
    section.value.active_directory.as_ref().map(|home| controllers::catalogues_of(home, faults)).unwrap_or_default()
}

/// Each server of a directory that is no domain.
pub(super) fn ldap_servers(section: &Spanned<Section>, faults: &Faults<'_>) -> Vec<Reached> {
    section.value.ldap.as_ref().map_or_else(Vec::new, |section| ldap::reached(&section.value, faults))
}

/// The keytab of the service account, if the domain is asked with one; an absolute path.
pub(super) fn keytab_file(section: &Spanned<Section>, faults: &Faults<'_>) -> Option<PathBuf> {
    let named = section.value.active_directory.as_ref()?.value.bind_keytab_file.as_ref()?;
    let path = faults.path(&named.value);
    Some(std::path::absolute(&path).unwrap_or(path))
}
