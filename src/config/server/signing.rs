//! `signing`: the key that relying parties trust.

use std::path::PathBuf;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;

use super::faults::Faults;
use crate::input::Spanned;
use crate::saml::key::SigningKey;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    key_file: Spanned<PathBuf>,
    certificate_file: Spanned<PathBuf>,
    #[serde(default)]
    next_certificate_files: Vec<Spanned<PathBuf>>,
}

/// The key, and the certificates of those that will follow it.
pub struct Signing {
    /// Signs.
    pub key: SigningKey,
    /// Certificates (DER) that the metadata announces beside the key's own.
    pub next_certificates: Vec<Vec<u8>>,
}

impl Section {
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Option<Signing> {
        let key_pem = faults.read_secret(&self.key_file);
        let certificate_pem = faults.read(&self.certificate_file);
        let next_certificates = self.next_certificate_files.iter().filter_map(|file| next(file, faults)).collect();
        match SigningKey::from_pem(&key_pem?, &certificate_pem?) {
            Ok(key) => Some(Signing { key, next_certificates }),
            Err(error) => {
                let help = "`claimsmith keys generate` makes a key and its certificate";
                faults.at(&self.key_file, error.to_string(), help);
                None
            }
        }
    }
}

fn next(file: &Spanned<PathBuf>, faults: &mut Faults<'_>) -> Option<Vec<u8>> {
    let pem = faults.read(file)?;
    let certificate = CertificateDer::from_pem_slice(&pem).ok();
    if certificate.is_none() {
        faults.at(file, "the file holds no PEM certificate", "it starts with `-----BEGIN CERTIFICATE-----`");
    }
    certificate.map(|certificate| certificate.to_vec())
}
