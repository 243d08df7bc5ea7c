//! A statement about a user.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Issuer of claims that a rule constructs without naming one [MS claim rules, Transform].
pub const LOCAL_AUTHORITY: &str = "LOCAL AUTHORITY";
/// Issuer of the claims of a user whom Active Directory authenticated.
pub const AD_AUTHORITY: &str = "AD AUTHORITY";
/// Issuer of claims that the federation service makes about itself.
pub const SELF_AUTHORITY: &str = "SELF AUTHORITY";
/// Value type of a claim that does not name one.
pub const STRING_VALUE_TYPE: &str = "http://www.w3.org/2001/XMLSchema#string";

/// A statement about a user: a type, a value, and who says so. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Claim {
    /// Claim type: an opaque text, mostly a URI, compared exactly.
    pub claim_type: Arc<str>,
    /// Its value.
    pub value: Arc<str>,
    /// Type of the value; [`STRING_VALUE_TYPE`] unless stated.
    pub value_type: Arc<str>,
    /// Who issued it.
    pub issuer: Arc<str>,
    /// Who issued it first.
    pub original_issuer: Arc<str>,
    /// Claim properties, such as the format of a name identifier.
    pub properties: BTreeMap<Arc<str>, Arc<str>>,
}

impl Claim {
    /// A claim of the default value type, issued by `issuer`.
    pub fn new(claim_type: impl Into<Arc<str>>, value: impl Into<Arc<str>>, issuer: impl Into<Arc<str>>) -> Self {
        let issuer = issuer.into();
        Self {
            claim_type: claim_type.into(),
            value: value.into(),
            value_type: STRING_VALUE_TYPE.into(),
            original_issuer: Arc::clone(&issuer),
            issuer,
            properties: BTreeMap::new(),
        }
    }
}
