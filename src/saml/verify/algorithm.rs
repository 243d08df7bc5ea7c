//! The signature algorithms that peers may use.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey, VerificationAlgorithm,
};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::saml::Error;

/// One of them; all others, SHA-1 and HMAC among them, are refused [RFC 6931].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerAlgorithm {
    RsaSha256,
    RsaSha384,
    RsaSha512,
    EcdsaSha256,
    EcdsaSha384,
    EcdsaSha512,
}

impl PeerAlgorithm {
    /// The algorithm that a URI names.
    ///
    /// # Errors
    /// If it is none of those accepted.
    pub(crate) fn from_uri(uri: &str) -> Result<Self, Error> {
        match uri.strip_prefix("http://www.w3.org/2001/04/xmldsig-more#") {
            Some("rsa-sha256") => Ok(Self::RsaSha256),
            Some("rsa-sha384") => Ok(Self::RsaSha384),
            Some("rsa-sha512") => Ok(Self::RsaSha512),
            Some("ecdsa-sha256") => Ok(Self::EcdsaSha256),
            Some("ecdsa-sha384") => Ok(Self::EcdsaSha384),
            Some("ecdsa-sha512") => Ok(Self::EcdsaSha512),
            _ => Err(Error::signature(
                "the signature algorithm is not accepted; sign with RSA or ECDSA and SHA-256, SHA-384 or SHA-512",
            )),
        }
    }

    /// Whether one of these certificates' keys made `signature` over `message`.
    pub(crate) fn verifies(self, certificates: &[Vec<u8>], message: &[u8], signature: &[u8]) -> bool {
        certificates.iter().any(|certificate| {
            X509Certificate::from_der(certificate).is_ok_and(|(_, certificate)| {
                let key = &certificate.public_key().subject_public_key.data;
                UnparsedPublicKey::new(self.verification(), key).verify(message, signature).is_ok()
            })
        })
    }

    fn verification(self) -> &'static dyn VerificationAlgorithm {
        match self {
            Self::RsaSha256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::RsaSha384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::RsaSha512 => &RSA_PKCS1_2048_8192_SHA512,
            Self::EcdsaSha256 => &ECDSA_P256_SHA256_FIXED,
            Self::EcdsaSha384 => &ECDSA_P384_SHA384_FIXED,
            Self::EcdsaSha512 => &ECDSA_P521_SHA512_FIXED,
        }
    }
}
