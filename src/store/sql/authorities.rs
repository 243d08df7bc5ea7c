//! Whom to believe that they are the database, as the database library takes it: PEM.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::input;

/// A file of certificate authorities may be this large.
const CA_FILE_LIMIT_BYTES: u64 = 4 << 20;

/// The authorities of a file, or without one those of the machine. The library trusts the public ones that are compiled
/// into it as well.
pub(super) fn as_pem(ca_file: Option<&Path>) -> Result<Vec<u8>, String> {
    let found = match ca_file {
        Some(path) => from_file(path)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let mut pem = Vec::new();
    for certificate in &found {
        // One broken certificate on the machine does not make the others useless; to the library it would.
        if RootCertStore::empty().add(certificate.clone()).is_ok() {
            pem.extend_from_slice(b"-----BEGIN CERTIFICATE-----\n");
            pem.extend_from_slice(STANDARD.encode(certificate).as_bytes());
            pem.extend_from_slice(b"\n-----END CERTIFICATE-----\n");
        } else if let Some(path) = ca_file {
            return Err(format!("{}: a certificate in it cannot be used", path.display()));
        }
    }
    match ca_file {
        Some(path) if pem.is_empty() => Err(format!("{}: the file holds no certificate in PEM form", path.display())),
        _ => Ok(pem),
    }
}

fn from_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = input::read_file(path, CA_FILE_LIMIT_BYTES).map_err(|error| error.to_string())?;
    CertificateDer::pem_slice_iter(&bytes)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{}: {error}", path.display()))
}
