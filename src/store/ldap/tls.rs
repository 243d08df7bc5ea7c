//! Whom to believe that they are a server of the directory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::settings::SettingsError;
use crate::input;

/// A file of certificate authorities may be this large.
const CA_FILE_LIMIT_BYTES: u64 = 4 << 20;

/// A file of authorities is looked at again after this.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// The authorities that are trusted: those of a file, read again when it changes, or those of the machine. The name of a
/// server is checked against its certificate, always.
#[derive(Debug)]
pub(super) struct Trust {
    ca_file: Option<PathBuf>,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    config: Arc<ClientConfig>,
    /// How the file looked from which it was made.
    stamp: Option<Stamp>,
    looked: Instant,
}

type Stamp = (SystemTime, u64);

impl Trust {
    pub(super) fn new(ca_file: Option<PathBuf>) -> Result<Self, SettingsError> {
        let stamp = ca_file.as_deref().and_then(stamp);
        let current = Current { config: client_config(ca_file.as_deref())?, stamp, looked: Instant::now() };
        Ok(Self { ca_file, current: Mutex::new(current) })
    }

    /// For the next connection. A changed file that cannot be used does not take the place of one that could.
    pub(super) fn config(&self) -> Arc<ClientConfig> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.ca_file
            && current.looked.elapsed() >= LOOK_AGAIN
        {
            current.looked = Instant::now();
            let stamp = stamp(file);
            if stamp.is_some() && stamp != current.stamp {
                current.stamp = stamp;
                match client_config(Some(file)) {
                    Ok(config) => {
                        tracing::info!(file = %file.display(), "the trusted authorities of the directory were read again");
                        current.config = config;
                    }
                    Err(error) => {
                        tracing::warn!(
                            reason = error.to_string(),
                            "the trusted authorities of the directory stay as they were"
                        );
                    }
                }
            }
        }
        Arc::clone(&current.config)
    }
}

fn stamp(file: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, SettingsError> {
    let unusable = |reason: String| SettingsError::CertificateAuthorities(reason);
    let roots = match ca_file {
        Some(path) => from_file(path)?,
        None => from_machine()?,
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn from_file(path: &Path) -> Result<RootCertStore, SettingsError> {
    let unusable = |reason: String| SettingsError::CertificateAuthorities(reason);
    let bytes = input::read_file(path, CA_FILE_LIMIT_BYTES).map_err(|error| unusable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|error| unusable(format!("{}: {error}", path.display())))?;
        roots.add(certificate).map_err(|error| unusable(format!("{}: {error}", path.display())))?;
    }
    if roots.is_empty() {
        return Err(unusable(format!("{}: the file holds no certificate in PEM form", path.display())));
    }
    Ok(roots)
}

/// One broken certificate on the machine does not make the others useless.
fn from_machine() -> Result<RootCertStore, SettingsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reason = "this machine has none; name a file of your directory's authorities";
        return Err(SettingsError::CertificateAuthorities(reason.to_owned()));
    }
    Ok(roots)
}
