//! What relying parties are told of this identity provider.

use jiff::Timestamp;

use crate::saml::Error;
use crate::saml::metadata::{Binding, Endpoint, IdpMetadata};

use super::clock::add_seconds;
use super::identity_provider::IdentityProvider;
use super::random::{NoRandomness, saml_id};

/// How long the metadata may be relied on, because AWS wants to be told: a year, and a month in which to bring it the
/// next one. A copy that somebody else kept is worth nothing after that.
const VALID_SECONDS: i64 = 400 * 24 * 60 * 60;

const NAME_ID_FORMATS: [&str; 4] = [
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
];

/// Why there is no metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// No identifier could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// Writing or signing failed.
    #[error("{0}")]
    Saml(#[from] Error),
}

impl IdentityProvider {
    /// The signed metadata, at the address where AD FS has it. The same text for some minutes.
    ///
    /// # Errors
    ///
    /// It cannot be signed.
    pub fn metadata(&self) -> Result<String, MetadataError> {
        let now = self.clock.now();
        self.metadata.or_sign(now, || self.sign_metadata(now))
    }

    fn sign_metadata(&self, now: Timestamp) -> Result<String, MetadataError> {
        let location = format!("{}/adfs/ls/", self.base_url);
        let endpoints = || {
            [Binding::Redirect, Binding::Post].map(|binding| Endpoint { binding, location: location.clone() }).to_vec()
        };
        let mut certificates = vec![self.signer.certificate_der().to_vec()];
        certificates.extend(self.next_certificates.iter().cloned());
        let metadata = IdpMetadata {
            id: saml_id(&*self.rng)?,
            entity_id: self.entity_id.clone(),
            valid_until: add_seconds(now, VALID_SECONDS),
            want_authn_requests_signed: false,
            certificates,
            name_id_formats: NAME_ID_FORMATS.map(str::to_owned).to_vec(),
            single_logout: endpoints(),
            single_sign_on: endpoints(),
        };
        Ok(metadata.to_signed_xml(&*self.signer)?)
    }
}
