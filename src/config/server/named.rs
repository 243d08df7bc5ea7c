//! What a configuration names, apart: for people who look for a fault in one of many.

use std::path::{Path, PathBuf};

use super::controllers::{Controllers, Reached};
use super::faults::Faults;
use super::{File, directory};
use crate::config::trust::LoadError;
use crate::input;

/// What a configuration names.
pub struct Named {
    /// The folders of its trusts.
    pub trusts: Vec<PathBuf>,
    /// Its domain controllers.
    pub controllers: Controllers,
    /// Servers of the forest's global catalogue.
    pub catalogues: Controllers,
    /// The servers of a directory that is no domain.
    pub ldap_servers: Vec<Reached>,
}

/// Reads what a configuration names, and asks DNS for the controllers of domains and the catalogues of forests. Relative
/// paths start at the folder of the file.
///
/// # Errors
///
/// What [`super::load`] would say of the file and of its `directory` section.
pub fn named(path: &Path) -> Result<Named, LoadError> {
    let source = input::read_source(path)?;
    let file: File = input::yaml(&source)?;
    let mut faults = Faults::new(&source, path.parent().unwrap_or_else(|| Path::new("")));
    let trusts = file.trusts.value.iter().map(|folder| faults.path(&folder.value)).collect();
    let controllers = directory::controllers(&file.directory, &mut faults);
    let catalogues = directory::catalogues(&file.directory, &mut faults);
    let ldap_servers = directory::ldap_servers(&file.directory, &faults);
    if faults.is_empty() {
        Ok(Named { trusts, controllers, catalogues, ldap_servers })
    } else {
        Err(faults.into_error())
    }
}
