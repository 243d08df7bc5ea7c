//! The key that signs, and its certificate.

use std::fmt;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use jiff::Timestamp;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

use super::{Error, SignatureAlgorithm, Signer};

/// The least length of a modulus, in bytes: RSA-2048.
const MIN_MODULUS_BYTES: usize = 256;

/// An RSA key in memory, ready to sign, with its certificate.
pub struct SigningKey {
    key: KeyPair,
    certificate: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
}

/// A fresh key and its certificate, to be kept in files.
pub struct GeneratedKey {
    /// PKCS#8 PEM.
    pub private_key_pem: Zeroizing<String>,
    /// X.509 PEM.
    pub certificate_pem: String,
}

impl SigningKey {
    /// Loads a private key (PKCS#8 or PKCS#1) and its certificate, both PEM.
    ///
    /// The validity of the certificate is not judged here: see [`SigningKey::not_after`].
    ///
    /// # Errors
    /// If the key is encrypted, not RSA or shorter than 2048 bits, if either cannot be read, or if the certificate
    /// is of another key.
    pub fn from_pem(private_key_pem: &[u8], certificate_pem: &[u8]) -> Result<Self, Error> {
        refuse_encrypted(private_key_pem)?;
        let private_key = PrivateKeyDer::from_pem_slice(private_key_pem)
            .map_err(|error| Error::misuse(format!("the private key is no PEM private key: {error}")))?;
        let certificate = CertificateDer::from_pem_slice(certificate_pem)
            .map_err(|error| Error::misuse(format!("the certificate is no PEM certificate: {error}")))?;
        Self::new(rsa_key(&private_key)?, certificate.to_vec())
    }

    /// Makes an RSA-2048 key and a certificate for it that it signs itself.
    ///
    /// # Errors
    /// If `common_name` cannot stand in a certificate, or the library fails.
    pub fn self_signed(common_name: &str, not_before: Timestamp, not_after: Timestamp) -> Result<Self, Error> {
        let generated = Self::generate(common_name, not_before, not_after)?;
        Self::from_pem(generated.private_key_pem.as_bytes(), generated.certificate_pem.as_bytes())
    }

    /// Makes an RSA-2048 key and a certificate for it that it signs itself, as text to be kept.
    ///
    /// # Errors
    /// If `common_name` cannot stand in a certificate, or the library fails.
    pub fn generate(common_name: &str, not_before: Timestamp, not_after: Timestamp) -> Result<GeneratedKey, Error> {
        let failed = |error: rcgen::Error| Error::internal(format!("the key could not be made: {error}"));
        let key =
            rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).map_err(failed)?;
        let mut parameters = rcgen::CertificateParams::default();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(rcgen::DnType::CommonName, common_name);
        let epoch = rcgen::date_time_ymd(1970, 1, 1);
        parameters.not_before = epoch + since_epoch(not_before)?;
        parameters.not_after = epoch + since_epoch(not_after)?;
        let certificate = parameters.self_signed(&key).map_err(failed)?;
        Ok(GeneratedKey { private_key_pem: Zeroizing::new(key.serialize_pem()), certificate_pem: certificate.pem() })
    }

    /// Since when the certificate holds.
    pub fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// Until when the certificate holds.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    fn new(key: KeyPair, certificate: Vec<u8>) -> Result<Self, Error> {
        let bits = key.public_modulus_len() * 8;
        if key.public_modulus_len() < MIN_MODULUS_BYTES {
            return Err(Error::misuse(format!("the private key is RSA-{bits}; make one of at least 2048 bits")));
        }
        let (_, parsed) = X509Certificate::from_der(&certificate)
            .map_err(|error| Error::misuse(format!("the certificate cannot be read: {error}")))?;
        let public: PublicKeyX509Der<'_> =
            key.public_key().as_der().map_err(|_| Error::internal("the public key could not be encoded"))?;
        if parsed.tbs_certificate.subject_pki.raw != public.as_ref() {
            return Err(Error::misuse("the certificate is of another key; give the certificate of this private key"));
        }
        let not_before = unix_time(parsed.validity().not_before.timestamp())?;
        let not_after = unix_time(parsed.validity().not_after.timestamp())?;
        Ok(Self { key, certificate, not_before, not_after })
    }
}

impl Signer for SigningKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RsaSha256
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| Error::internal("the RSA signature failed"))?;
        Ok(signature)
    }

    fn certificate_der(&self) -> &[u8] {
        &self.certificate
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("bits", &(self.key.public_modulus_len() * 8))
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for GeneratedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeneratedKey").finish_non_exhaustive()
    }
}

/// Reads the key; PKCS#8 and PKCS#1 both hold RSA.
fn rsa_key(key: &PrivateKeyDer<'_>) -> Result<KeyPair, Error> {
    let read = match key {
        PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
        _ => return Err(Error::misuse("the private key is not RSA; AWS and AD FS clients expect an RSA key")),
    };
    read.map_err(|error| Error::misuse(format!("the private key is no usable RSA key of at least 2048 bits: {error}")))
}

/// Says what to do with a key that needs a passphrase.
fn refuse_encrypted(pem: &[u8]) -> Result<(), Error> {
    let text = String::from_utf8_lossy(pem);
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(Error::misuse(
            "the private key is encrypted; decrypt it with `openssl pkcs8 -topk8 -nocrypt -in KEY -out PLAIN` and \
             let only the service read the result",
        ));
    }
    Ok(())
}

fn unix_time(seconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_second(seconds).map_err(|_| Error::misuse("the certificate's validity is out of range"))
}

/// Certificates count whole seconds.
fn since_epoch(time: Timestamp) -> Result<Duration, Error> {
    u64::try_from(time.as_second())
        .map(Duration::from_secs)
        .map_err(|_| Error::misuse("a certificate cannot hold before 1970"))
}
