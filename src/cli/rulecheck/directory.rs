//! The directory that a command line names.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{bail, ensure};
use clap::{ArgGroup, Args};

use super::clock::now;
use super::stdin;
#[cfg(feature = "idp")]
use crate::config::{server, stores::DIRECTORY_STORE};
#[cfg(feature = "idp")]
use crate::engine::AttributeStore;
use crate::engine::Stores;
use crate::harness::dry_run;
use crate::input;
#[cfg(feature = "idp")]
use crate::kerberos::environment;
#[cfg(feature = "idp")]
use crate::store::built_in;
use crate::store::directory::{Directory, Password};
use crate::store::{self, ActiveDirectorySettings, LdapServers, Location, OpenError, ServiceCredentials};

/// A password file holds one password; more is a mistake, in bytes.
const PASSWORD_FILE_LIMIT_BYTES: u64 = 4096;

/// Where answers about people come from.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("sources").args(["directory", "config"]))]
pub(super) struct Sources {
    /// A .yaml or .ldif file, or a domain controller of Active Directory: `ldaps://HOST`, or `ldap://HOST` with StartTLS
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<String>,
    /// The directory of any kind and all stores of a server, by its claimsmith.yaml; no key of the server is read
    #[arg(long, value_name = "FILE", conflicts_with_all = ["bind_name", "bind_password_file", "ca_file"])]
    config: Option<PathBuf>,
    #[command(flatten)]
    ldap: Ldap,
}

/// Open sources.
pub(super) struct Opened {
    /// Where users are, if that is known.
    pub(super) directory: Option<Arc<dyn Directory>>,
    /// Whom rules ask.
    pub(super) stores: Stores,
    /// Whether answers come over a network.
    pub(super) is_remote: bool,
}

impl Sources {
    /// Opens what is named.
    ///
    /// # Errors
    ///
    /// It cannot be used.
    pub(super) fn open(&self) -> anyhow::Result<Opened> {
        if let Some(file) = &self.config {
            return from_config(file);
        }
        let directory = self.directory.as_ref().map(|location| open(location, &self.ldap)).transpose()?;
        let is_remote = self.directory.as_ref().is_some_and(|location| Location::of(location).is_domain());
        Ok(Opened { stores: dry_run::stores_at(directory.as_ref(), Arc::new(now)), directory, is_remote })
    }

    /// What messages call it.
    pub(super) fn name(&self) -> String {
        match (&self.directory, &self.config) {
            (Some(directory), _) => directory.clone(),
            (None, Some(config)) => config.display().to_string(),
            (None, None) => String::new(),
        }
    }

    /// Whether the stores of a server are known.
    pub(super) const fn knows_stores(&self) -> bool {
        self.config.is_some()
    }
}

#[cfg(feature = "idp")]
fn from_config(file: &Path) -> anyhow::Result<Opened> {
    ensure!(!stdin::is_stdin(file), "a configuration cannot come from standard input; name a file");
    let server::Sources { directory, mut stores, opaque_ids, change_url, bind_keytab_file } =
        server::load_sources(file)?;
    demand_keytab(bind_keytab_file.as_deref())?;
    let is_remote = !matches!(directory, server::DirectorySource::File(_)) || stores.names().next().is_some();
    built_in::add(&mut stores, opaque_ids, Arc::new(now), change_url);
    let directory = directory.into_directory();
    stores.insert(DIRECTORY_STORE, Arc::clone(&directory) as Arc<dyn AttributeStore>);
    Ok(Opened { directory: Some(directory), stores, is_remote })
}

/// Kerberos takes the keytab from the environment. Starting again with it, as the server does, would lose what was read
/// from standard input.
#[cfg(feature = "idp")]
fn demand_keytab(keytab: Option<&Path>) -> anyhow::Result<()> {
    let wanted = environment::variables(None, keytab);
    let is_set = wanted.iter().all(|(name, value)| std::env::var_os(name).as_ref() == Some(value));
    let written: Vec<String> = wanted.iter().map(|(name, value)| format!("{name}={}", value.display())).collect();
    ensure!(
        is_set,
        "the directory is asked with a keytab, which Kerberos takes from the environment; set it before `rulecheck`: \
         `{}`",
        written.join(" ")
    );
    Ok(())
}

#[cfg(not(feature = "idp"))]
fn from_config(file: &Path) -> anyhow::Result<Opened> {
    bail!("`{}`: this `rulecheck` was built without the server, and reads no configuration of one", file.display());
}

/// How to reach an LDAP directory.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for an ldaps:// or ldap:// directory")]
struct Ldap {
    /// Who asks the directory: `user@domain`, `DOMAIN\user`, or a distinguished name
    #[arg(long, value_name = "NAME", requires = "bind_password_file")]
    bind_name: Option<String>,
    /// A file with their password
    #[arg(long, value_name = "FILE", requires = "bind_name")]
    bind_password_file: Option<PathBuf>,
    /// A PEM file with the certificate authorities to trust, instead of the machine's
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

impl Ldap {
    /// Nobody should believe that a file is read as somebody, or over TLS.
    fn refuse(&self, file: &str) -> anyhow::Result<()> {
        let given = [
            (self.bind_name.is_some(), "`--bind-name`"),
            (self.bind_password_file.is_some(), "`--bind-password-file`"),
            (self.ca_file.is_some(), "`--ca-file`"),
        ];
        let given: Vec<&str> = given.into_iter().filter(|(is_given, _)| *is_given).map(|(_, option)| option).collect();
        ensure!(
            given.is_empty(),
            "the directory `{file}` is a file, so there is no use for {}; leave this out, or name an `ldaps://` or \
             `ldap://` address",
            given.join(" and ")
        );
        Ok(())
    }
}

/// Opens the directory at `location`: a file, or the address of a domain controller.
fn open(location: &str, ldap: &Ldap) -> anyhow::Result<Arc<dyn Directory>> {
    ensure!(
        !stdin::is_stdin(Path::new(location)),
        "a directory cannot come from standard input; name a `.yaml` or `.ldif` file, or an `ldaps://` address"
    );
    let kind = Location::of(location);
    if kind == Location::File {
        ldap.refuse(location)?;
    }
    let start_tls = kind == Location::Ldap;
    let mut servers = LdapServers { start_tls, ca_file: ldap.ca_file.clone(), ..LdapServers::default() };
    if kind.is_domain() {
        let (Some(bind_name), Some(password_file)) = (&ldap.bind_name, &ldap.bind_password_file) else {
            bail!("`{location}` does not answer strangers: add `--bind-name` and `--bind-password-file`");
        };
        servers.credentials =
            ServiceCredentials::Password { name: bind_name.clone(), password: password(password_file)? };
    }
    let settings = ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() };
    store::open(location, settings).map_err(|error| match error {
        OpenError::File(error) => error.into(),
        OpenError::ActiveDirectory(error) => anyhow::Error::new(error),
        OpenError::Scheme(_) => anyhow::Error::new(error),
    })
}

/// The password in a file, without the line end that editors put there.
fn password(file: &Path) -> anyhow::Result<Password> {
    let bytes = input::read_file(file, PASSWORD_FILE_LIMIT_BYTES)?;
    let text = String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("`{}` is no UTF-8 text", file.display()))?;
    ensure!(!text.contains('\0'), "`{}` holds a NUL character, so it is no text", file.display());
    let password = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Password::new(password.to_owned()))
}
