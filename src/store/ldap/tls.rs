//! Whom to believe that they are a server of the directory.

use std::path::Path;
use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::settings::SettingsError;
use crate::input;

/// A file of certificate authorities may be this large.
const CA_FILE_LIMIT_BYTES: u64 = 4 << 20;

/// TLS that trusts the authorities of `ca_file`, or without one those of the machine. The name in the address is
/// checked against the certificate, always.
pub(in crate::store) fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, SettingsError> {
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
