//! `claimsmith.yaml`: one file for each section.

mod bind_keytab;
mod controllers;
mod directory;
mod domain;
mod faults;
mod group_names;
mod host;
mod integrated_authentication;
mod keytab;
mod ldap;
mod listen;
mod lockout;
mod log;
mod management;
mod named;
mod network;
mod opaque_ids;
mod passwords;
mod secret;
mod servers;
mod sessions;
mod signing;
mod sources;
mod sql;
mod stores;
mod trusts;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use controllers::{Controller, Controllers, Reached};
pub use directory::DirectorySource;
pub use integrated_authentication::IntegratedAuthentication;
pub use listen::Listen;
pub use log::{Log, LogFormat};
pub use named::{Named, named};
pub use signing::Signing;
pub use sources::{Sources, load_sources};

use super::stores::{BUILT_IN_STORES, DIRECTORY_STORE};
use super::trust::LoadError;
use crate::engine::Stores;
use crate::idp::lockout::LockoutLimits;
use crate::idp::network::Network;
use crate::idp::passwords::PasswordSettings;
use crate::idp::seal::KEY_BYTES;
use crate::idp::session::SessionLimits;
use crate::idp::trust::Trusts;
use crate::input;
use crate::store::built_in::{OPAQUE_ID_STORE, OpaqueIds};

use faults::Faults;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    host: input::Spanned<String>,
    #[serde(default)]
    entity_id: Option<input::Spanned<String>>,
    #[serde(default)]
    organisation: Option<String>,
    listen: listen::Section,
    signing: signing::Section,
    directory: input::Spanned<directory::Section>,
    #[serde(default)]
    stores: stores::Section,
    #[serde(default)]
    opaque_ids: opaque_ids::Section,
    trusts: input::Spanned<Vec<input::Spanned<PathBuf>>>,
    #[serde(default)]
    relay_state: trusts::RelayState,
    #[serde(default)]
    sessions: sessions::Section,
    #[serde(default)]
    lockout: lockout::Section,
    #[serde(default)]
    passwords: passwords::Section,
    #[serde(default)]
    network: network::Section,
    #[serde(default)]
    integrated_authentication: Option<input::Spanned<integrated_authentication::Section>>,
    #[serde(default)]
    management: management::Section,
    #[serde(default)]
    log: log::Section,
}

/// A configuration that the server can run with.
pub struct ServerConfig {
    /// Scheme, host and port under which browsers reach the server.
    pub base_url: String,
    /// Entity ID of the identity provider.
    pub entity_id: String,
    /// Whose sign-in this is.
    pub organisation: String,
    /// Socket and certificate.
    pub listen: Listen,
    /// The key that signs.
    pub signing: Signing,
    /// Where users are.
    pub directory: DirectorySource,
    /// Further attribute stores, by the names under which rules ask them.
    pub stores: Stores,
    /// The store `_OpaqueIdStore`, if it has a key.
    pub opaque_ids: Option<OpaqueIds>,
    /// Who is told something, by which rules.
    pub trusts: Trusts,
    /// How long sessions live.
    pub session_limits: SessionLimits,
    /// Keys that seal sessions. None: a fresh one at each start, which ends all sessions.
    pub session_keys: Vec<[u8; KEY_BYTES]>,
    /// How many failures are borne.
    pub lockout_limits: LockoutLimits,
    /// What people are told and offered about their passwords.
    pub passwords: PasswordSettings,
    /// Addresses inside the corporate network.
    pub inside_corporate_network: Vec<Network>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The keytab of the account that asks the domain, if it has no password; an absolute path.
    pub bind_keytab_file: Option<PathBuf>,
    /// How Kerberos tickets of browsers are taken; `None` if they are not.
    pub integrated_authentication: Option<IntegratedAuthentication>,
    /// Where the management listener is; `None` if it is off.
    pub management: Option<SocketAddr>,
    /// What is logged.
    pub log: Log,
    /// What does not keep the server from running, and should not be so.
    pub warnings: Vec<String>,
}

/// Loads a configuration, and everything that it names. Relative paths start at the folder of the file.
///
/// # Errors
///
/// Everything that is wrong: in the file, and in the files and trusts that it names.
pub fn load(path: &Path) -> Result<ServerConfig, LoadError> {
    let source = input::read_source(path)?;
    let file: File = input::yaml(&source)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut faults = Faults::new(&source, folder);
    let host = host::read(&file.host, file.entity_id.as_ref(), &mut faults);
    let listen = file.listen.read(&mut faults);
    let signing = file.signing.read(&mut faults);
    let directory = directory::read(&file.directory, &mut faults);
    let stores = stores::read(&file.stores, &mut faults);
    let opaque_ids = file.opaque_ids.read(&mut faults);
    let names = names(&file.stores, opaque_ids.is_some());
    let trusts = trusts::read(&file.trusts, &file.relay_state, &names, &mut faults);
    let (session_limits, session_keys) = file.sessions.read(&mut faults);
    let lockout_limits = file.lockout.read(&mut faults);
    let passwords = file.passwords.read(directory.as_ref(), &mut faults);
    let (inside_corporate_network, trusted_proxies) = file.network.read(&mut faults);
    let integrated_authentication = file.integrated_authentication.as_ref().and_then(|section| {
        integrated_authentication::read(section, &host.name, &inside_corporate_network, &mut faults)
    });
    let bind_keytab_file = directory::keytab_file(&file.directory, &faults);
    let management = file.management.read(&mut faults);
    let log = file.log.read(&mut faults);
    let (Some(listen), Some(signing), Some(directory), true) = (listen, signing, directory, faults.is_empty()) else {
        return Err(faults.into_error());
    };
    Ok(ServerConfig {
        organisation: file.organisation.unwrap_or_else(|| host.name.clone()),
        base_url: host.base_url,
        entity_id: host.entity_id,
        listen,
        signing,
        directory,
        stores,
        opaque_ids,
        trusts,
        session_limits,
        session_keys,
        lockout_limits,
        passwords,
        inside_corporate_network,
        trusted_proxies,
        bind_keytab_file,
        integrated_authentication,
        management,
        log,
        warnings: faults.into_warnings(),
    })
}

/// The names of all stores that rules may ask. One that cannot be opened is known by its name: rules that ask it have no
/// mistake of their own.
fn names(stores: &stores::Section, has_opaque_ids: bool) -> Vec<&str> {
    let built_in = BUILT_IN_STORES.into_iter().filter(|name| has_opaque_ids || *name != OPAQUE_ID_STORE);
    [DIRECTORY_STORE].into_iter().chain(stores.keys().map(String::as_str)).chain(built_in).collect()
}
