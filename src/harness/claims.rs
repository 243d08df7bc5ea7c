//! Claims as people write them in YAML.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::engine::Claim;
use crate::engine::claim::{AD_AUTHORITY, STRING_VALUE_TYPE};
use crate::input::{self, InputError};
use crate::lang::Source;

/// One claim of a claims file, or of `with` in a rule test.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenClaim {
    /// Claim type.
    #[serde(rename = "type")]
    pub claim_type: String,
    /// Value.
    pub value: String,
    /// Issuer; `AD AUTHORITY` unless stated.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Original issuer; the issuer unless stated.
    #[serde(default)]
    pub original_issuer: Option<String>,
    /// Value type; a string unless stated.
    #[serde(default)]
    pub value_type: Option<String>,
    /// Claim properties.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

impl From<&WrittenClaim> for Claim {
    fn from(written: &WrittenClaim) -> Self {
        let issuer = written.issuer.as_deref().unwrap_or(AD_AUTHORITY);
        Self {
            claim_type: Arc::from(written.claim_type.as_str()),
            value: Arc::from(written.value.as_str()),
            value_type: Arc::from(written.value_type.as_deref().unwrap_or(STRING_VALUE_TYPE)),
            issuer: Arc::from(issuer),
            original_issuer: Arc::from(written.original_issuer.as_deref().unwrap_or(issuer)),
            properties: written
                .properties
                .iter()
                .map(|(key, value)| (Arc::from(key.as_str()), Arc::from(value.as_str())))
                .collect(),
        }
    }
}

/// Reads a claims file: a list of claims.
///
/// # Errors
///
/// The text is no such list; the error tells the place.
pub fn parse(source: &Source) -> Result<Vec<Claim>, InputError> {
    if source.text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let written: Vec<WrittenClaim> = input::yaml(source)?;
    Ok(written.iter().map(Claim::from).collect())
}
