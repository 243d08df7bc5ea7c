//! A directory by what people type: a path or an address.

use std::path::Path;
use std::sync::Arc;

use super::active_directory::{ActiveDirectory, ActiveDirectorySettings, ConnectError};
use super::directory::Directory;
use super::file::FileDirectory;
use super::ldap::LdapServers;
use crate::input::{self, InputError, Lines};

/// Directory files may be this large: an export of a few hundred thousand people.
const FILE_LIMIT_BYTES: u64 = 2 << 30;

/// Why a directory could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be read, or is wrong.
    #[error(transparent)]
    File(#[from] InputError),
    /// The domain cannot be reached.
    #[error(transparent)]
    ActiveDirectory(#[from] ConnectError),
    /// An address with another scheme. It is not repeated whole, since it may hold a password.
    #[error(
        "no directory is read from `{0}://`; name an `ldaps://` address, an `ldap://` one (with StartTLS), or a `.yaml` \
         or `.ldif` file"
    )]
    Scheme(String),
}

/// Where a directory is, by the way it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File,
    /// A domain, encrypted from the start.
    Ldaps,
    /// A domain, encrypted with StartTLS.
    Ldap,
    /// An address that is no directory's, by its scheme.
    Other(String),
}

impl Location {
    /// What `text` names. Schemes are compared without case [RFC 3986 3.1].
    #[must_use]
    pub fn of(text: &str) -> Self {
        let is_scheme = |scheme: &&str| {
            scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.chars().all(|each| each.is_ascii_alphanumeric() || matches!(each, '+' | '-' | '.'))
        };
        let scheme = text.split_once("://").map(|(scheme, _)| scheme).filter(is_scheme).map(str::to_ascii_lowercase);
        match scheme.as_deref() {
            None => Self::File,
            Some("ldaps") => Self::Ldaps,
            Some("ldap") => Self::Ldap,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    /// Whether a domain must be asked.
    #[must_use]
    pub const fn is_domain(&self) -> bool {
        matches!(self, Self::Ldaps | Self::Ldap)
    }
}

/// Opens a directory: a `.ldif` file, a `.yaml` file (or any other), or the domain behind an `ldap://` or `ldaps://`
/// address, which takes the place of the addresses in `settings`. For files, `settings` do not matter.
///
/// # Errors
///
/// The file cannot be used, the domain does not answer, or the address is no directory's.
pub fn open(location: &str, settings: ActiveDirectorySettings) -> Result<Arc<dyn Directory>, OpenError> {
    match Location::of(location) {
        Location::Ldaps | Location::Ldap => {
            let servers = LdapServers { urls: vec![location.to_owned()], ..settings.servers };
            let settings = ActiveDirectorySettings { servers, ..settings };
            return Ok(Arc::new(ActiveDirectory::connect(settings)?));
        }
        Location::Other(scheme) => return Err(OpenError::Scheme(scheme)),
        Location::File => {}
    }
    let path = Path::new(location);
    let is_ldif = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ldif"));
    let directory = if is_ldif {
        FileDirectory::read_ldif(Lines::open(path, FILE_LIMIT_BYTES)?)?
    } else {
        FileDirectory::from_yaml(&input::decode(input::read_file(path, FILE_LIMIT_BYTES)?, location)?)?
    };
    Ok(Arc::new(directory))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_are_compared_without_case() {
        for (text, expected) in [
            ("ldaps://dc1", Location::Ldaps),
            ("LDAPS://dc1", Location::Ldaps),
            ("Ldap://dc1", Location::Ldap),
            ("HTTP://dc1", Location::Other("http".to_owned())),
            ("people.yaml", Location::File),
            ("folder/x://y", Location::File),
            ("://x", Location::File),
        ] {
            assert_eq!(Location::of(text), expected, "{text}");
        }
    }
}
