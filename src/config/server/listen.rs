//! `listen`: where browsers connect to.

use std::net::SocketAddr;
use std::path::PathBuf;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;

use super::faults::Faults;
use crate::input::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    #[serde(default)]
    address: Option<Spanned<String>>,
    certificate_file: Spanned<PathBuf>,
    key_file: Spanned<PathBuf>,
}

/// A socket address and the certificate that is shown there.
pub struct Listen {
    /// Address and port.
    pub address: SocketAddr,
    /// Certificate chain, the server's own first.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Its key.
    pub key: PrivateKeyDer<'static>,
}

impl Section {
    pub(super) fn read(&self, faults: &mut Faults<'_>) -> Option<Listen> {
        let address = socket_address(self.address.as_ref(), "0.0.0.0:443", faults);
        let certificates = self.certificates(faults);
        let key = self.key(faults);
        Some(Listen { address: address?, certificates: certificates?, key: key? })
    }

    fn certificates(&self, faults: &mut Faults<'_>) -> Option<Vec<CertificateDer<'static>>> {
        let pem = faults.read(&self.certificate_file)?;
        let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        match read {
            Ok(certificates) if !certificates.is_empty() => Some(certificates),
            _ => {
                let help = "it starts with `-----BEGIN CERTIFICATE-----`, the server's own certificate first";
                faults.at(&self.certificate_file, "the file holds no PEM certificate", help);
                None
            }
        }
    }

    fn key(&self, faults: &mut Faults<'_>) -> Option<PrivateKeyDer<'static>> {
        let pem = faults.read_secret(&self.key_file)?;
        let key = PrivateKeyDer::from_pem_slice(&pem).ok();
        if key.is_none() {
            let help = "an encrypted key is decrypted by `openssl pkey -in KEY -out PLAIN`";
            faults.at(&self.key_file, "the file holds no PEM private key that can be read", help);
        }
        key
    }
}

/// An address with a port.
pub(super) fn socket_address(
    given: Option<&Spanned<String>>,
    default: &str,
    faults: &mut Faults<'_>,
) -> Option<SocketAddr> {
    let text = given.map_or(default, |given| given.value.as_str());
    match (text.parse(), given) {
        (Ok(address), _) => Some(address),
        (Err(_), Some(given)) => {
            let help = "write an IP address and a port, such as `0.0.0.0:443` or `[::]:443`";
            faults.at(given, format!("`{text}` is no address"), help);
            None
        }
        (Err(_), None) => None,
    }
}
