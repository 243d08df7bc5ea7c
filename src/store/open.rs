//! A directory by what people type: a path or an address.

use std::path::Path;
use std::sync::Arc;

use super::active_directory::{ActiveDirectory, ActiveDirectorySettings, ConnectError};
use super::directory::Directory;
use super::file::FileDirectory;
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
}

/// Opens a directory: a `.ldif` file, a `.yaml` file (or any other), or the domain behind an `ldap://` or `ldaps://`
/// address, which takes the place of the addresses in `settings`. For files, `settings` do not matter.
///
/// # Errors
///
/// The file cannot be used, or the domain does not answer.
pub fn open(location: &str, settings: ActiveDirectorySettings) -> Result<Arc<dyn Directory>, OpenError> {
    if location.starts_with("ldap://") || location.starts_with("ldaps://") {
        let settings = ActiveDirectorySettings { urls: vec![location.to_owned()], ..settings };
        return Ok(Arc::new(ActiveDirectory::connect(settings)?));
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
