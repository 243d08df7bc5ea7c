//! What AWS would know of the identity provider.

use std::collections::BTreeMap;

/// What AWS knows from the metadata that an account uploaded, and where its sign-in is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Entity ID of the identity provider.
    pub issuer: String,
    /// Its signing certificates, DER.
    pub certificates: Vec<Vec<u8>>,
    /// The audience that the response must name.
    pub audience: String,
    /// The address that the response must be made for, compared exactly.
    pub acs_url: String,
    /// Names of accounts by their numbers, shown in the role chooser.
    pub account_aliases: BTreeMap<String, String>,
}
