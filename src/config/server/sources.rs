//! The sections that say where answers about people come from, read by themselves: whoever tries rules out may not read
//! the keys of the server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;

use super::directory::{self, DirectorySource};
use super::faults::Faults;
use super::{host, opaque_ids, passwords, stores};
use crate::config::trust::LoadError;
use crate::engine::Stores;
use crate::input;
use crate::store::built_in::OpaqueIds;

/// Of the file only these; the others may say what they like.
#[derive(Deserialize)]
struct Sections {
    #[serde(default)]
    host: Option<input::Spanned<String>>,
    directory: input::Spanned<directory::Section>,
    #[serde(default)]
    stores: stores::Section,
    #[serde(default)]
    opaque_ids: opaque_ids::Section,
    #[serde(default)]
    passwords: passwords::Section,
}

/// Whom rules ask.
pub struct Sources {
    /// Where users are.
    pub directory: DirectorySource,
    /// Further attribute stores.
    pub stores: Stores,
    /// The store `_OpaqueIdStore`, if it has a key.
    pub opaque_ids: Option<OpaqueIds>,
    /// Where people change their passwords, which `_PasswordExpiryStore` tells.
    pub change_url: Option<Arc<str>>,
    /// The keytab of the account that asks the domain, if it has no password; an absolute path.
    pub bind_keytab_file: Option<PathBuf>,
}

/// Loads `directory`, `stores`, `opaque_ids` and `passwords` of a configuration, and what they name. Relative paths start at
/// the folder of the file. The other sections are not looked at, nor the files that they name.
///
/// # Errors
///
/// Everything that is wrong with those sections.
pub fn load_sources(path: &Path) -> Result<Sources, LoadError> {
    let source = input::read_source(path)?;
    let sections: Sections = input::yaml(&source)?;
    let mut faults = Faults::new(&source, path.parent().unwrap_or_else(|| Path::new("")));
    let directory = directory::read(&sections.directory, &mut faults);
    let stores = stores::read(&sections.stores, &mut faults);
    let opaque_ids = sections.opaque_ids.read(&mut faults);
    let passwords = sections.passwords.read(directory.as_ref(), &mut faults);
    let host = sections.host.as_ref().map(|host| host::read(host, None, &mut faults));
    let change_url = host.and_then(|host| passwords.change_url(&host.base_url));
    let bind_keytab_file = directory::keytab_file(&sections.directory, &faults);
    match (directory, faults.is_empty()) {
        (Some(directory), true) => Ok(Sources { directory, stores, opaque_ids, change_url, bind_keytab_file }),
        _ => Err(faults.into_error()),
    }
}
