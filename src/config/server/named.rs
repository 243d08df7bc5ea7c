//! What a configuration names, apart: for people who look for a fault in one of many.

use std::path::{Path, PathBuf};

use super::faults::Faults;
use super::{File, directory};
use crate::config::trust::LoadError;
use crate::input;
use crate::store::ActiveDirectory;

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

/// Reads what a configuration names, and asks DNS for the controllers of domains and the catalogues of forests. Relative paths start at the folder of
/// the file.
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
