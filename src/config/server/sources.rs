//! The sections that say where answers about people come from, read by themselves: whoever tries rules out may not read
//! the keys of the server.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::directory::{self, DirectorySource};
use super::faults::Faults;
use super::{opaque_ids, stores};
use crate::config::trust::LoadError;
use crate::engine::Stores;
use crate::input;
use crate::store::built_in::OpaqueIds;

/// Of the file only these; the others may say what they like.
#[derive(Deserialize)]
struct Sections {
    directory: input::Spanned<directory::Section>,
    #[serde(default)]
    stores: stores::Section,
    #[serde(default)]
    opaque_ids: opaque_ids::Section,
}

/// Whom rules ask.
pub struct Sources {
    /// Where users are.
    pub directory: DirectorySource,
    /// Further attribute stores.
    pub stores: Stores,
    /// The store `_OpaqueIdStore`, if it has a key.
    pub opaque_ids: Option<OpaqueIds>,
    /// The keytab of the account that asks the domain, if it has no password; an absolute path.
    pub bind_keytab_file: Option<PathBuf>,
}

/// Loads `directory`, `stores` and `opaque_ids` of a configuration, and what they name. Relative paths start at the folder
/// of the file. The other sections are not looked at, nor the files that they name.
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
    let bind_keytab_file = directory::keytab_file(&sections.directory, &faults);
    match (directory, faults.is_empty()) {
        (Some(directory), true) => Ok(Sources { directory, stores, opaque_ids, bind_keytab_file }),
        _ => Err(faults.into_error()),
    }
}
