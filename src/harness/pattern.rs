//! A claim as a rule test describes it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::engine::Claim;
use crate::harness::nearest::nearest;

/// A claim as a test describes it; what it does not mention may be anything.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimPattern {
    /// Claim type.
    #[serde(rename = "type")]
    pub claim_type: String,
    /// Value.
    #[serde(default)]
    pub value: Option<String>,
    /// Issuer.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Original issuer.
    #[serde(default)]
    pub original_issuer: Option<String>,
    /// Value type.
    #[serde(default)]
    pub value_type: Option<String>,
    /// Claim properties that must have these values.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

impl ClaimPattern {
    /// Whether `claim` is as described.
    #[must_use]
    pub fn fits(&self, claim: &Claim) -> bool {
        let same = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        *self.claim_type == *claim.claim_type
            && same(&self.value, &claim.value)
            && same(&self.issuer, &claim.issuer)
            && same(&self.original_issuer, &claim.original_issuer)
            && same(&self.value_type, &claim.value_type)
            && self
                .properties
                .iter()
                .all(|(key, wanted)| claim.properties.get(key.as_str()).is_some_and(|found| **found == *wanted))
    }

    /// The description in one line.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut parts = vec![match &self.value {
            Some(value) => format!("{} = {value:?}", self.claim_type),
            None => self.claim_type.clone(),
        }];
        let named =
            [("issuer", &self.issuer), ("original issuer", &self.original_issuer), ("value type", &self.value_type)];
        parts.extend(named.iter().filter_map(|(name, wanted)| Some(format!("{name} {:?}", wanted.as_ref()?))));
        parts.extend(self.properties.iter().map(|(key, wanted)| format!("property {key} = {wanted:?}")));
        parts.join(", ")
    }

    /// A claim in one line, with the properties that this description speaks of.
    #[must_use]
    pub fn describe_in_kind(&self, claim: &Claim) -> String {
        let mut parts = vec![describe(claim)];
        let named = [
            ("issuer", &self.issuer, &claim.issuer),
            ("original issuer", &self.original_issuer, &claim.original_issuer),
            ("value type", &self.value_type, &claim.value_type),
        ];
        parts.extend(named.iter().filter(|named| named.1.is_some()).map(|(name, _, got)| format!("{name} {got:?}")));
        parts.extend(self.properties.keys().map(|key| match claim.properties.get(key.as_str()) {
            Some(value) => format!("property {key} = {value:?}"),
            None => format!("no property {key}"),
        }));
        parts.join(", ")
    }

    /// The claim that comes nearest: of the same type if there is one, else of a type that resembles it.
    #[must_use]
    pub fn nearest(&self, claims: &[Claim]) -> Option<String> {
        let wanted = self.value.as_deref().unwrap_or_default();
        let of_type: Vec<&Claim> = claims.iter().filter(|claim| *claim.claim_type == *self.claim_type).collect();
        let alike = nearest(wanted, of_type.iter().map(|claim| &*claim.value), 1);
        let found = of_type
            .iter()
            .find(|claim| *claim.value == *wanted)
            .or_else(|| of_type.iter().find(|claim| alike.contains(&&*claim.value)))
            .or_else(|| of_type.first())
            .copied();
        let of_like_type = || {
            let types = nearest(&self.claim_type, claims.iter().map(|claim| &*claim.claim_type), 1);
            claims.iter().find(|claim| types.contains(&&*claim.claim_type))
        };
        found.or_else(of_like_type).map(|claim| self.describe_in_kind(claim))
    }
}

/// Type and value of a claim in one line.
#[must_use]
pub fn describe(claim: &Claim) -> String {
    format!("{} = {:?}", claim.claim_type, claim.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(claim_type: &str, value: Option<&str>) -> ClaimPattern {
        ClaimPattern {
            claim_type: claim_type.to_owned(),
            value: value.map(str::to_owned),
            issuer: None,
            original_issuer: None,
            value_type: None,
            properties: BTreeMap::new(),
        }
    }

    fn claims() -> Vec<Claim> {
        [("urn:mail", "bob@corp.example.com"), ("urn:mail", "alice@corp.example.org"), ("urn:role", "Admin")]
            .map(|(claim_type, value)| Claim::new(claim_type, value, "AD AUTHORITY"))
            .to_vec()
    }

    #[test]
    fn what_is_not_mentioned_may_be_anything() {
        assert!(pattern("urn:role", None).fits(&claims()[2]));
        assert!(pattern("urn:role", Some("Admin")).fits(&claims()[2]));
        assert!(!pattern("urn:role", Some("admin")).fits(&claims()[2]));
        assert!(!pattern("URN:role", None).fits(&claims()[2]));
    }

    #[test]
    fn every_mentioned_property_counts() {
        let mut wanted = pattern("urn:role", None);
        wanted.issuer = Some("LOCAL AUTHORITY".to_owned());
        assert!(!wanted.fits(&claims()[2]));
        wanted.issuer = Some("AD AUTHORITY".to_owned());
        assert!(wanted.fits(&claims()[2]));
        wanted.properties.insert("urn:p".to_owned(), "1".to_owned());
        assert!(!wanted.fits(&claims()[2]));
    }

    #[test]
    fn the_nearest_is_of_the_same_type_and_most_alike() {
        let nearest = |claim_type, value| pattern(claim_type, Some(value)).nearest(&claims());
        assert_eq!(
            nearest("urn:mail", "alice@corp.example.com").as_deref(),
            Some(r#"urn:mail = "alice@corp.example.org""#)
        );
        assert_eq!(nearest("urn:mail", "x").as_deref(), Some(r#"urn:mail = "bob@corp.example.com""#));
        assert_eq!(nearest("urn:Role", "Admin").as_deref(), Some(r#"urn:role = "Admin""#));
        assert_eq!(nearest("https://aws.amazon.com/SAML/Attributes/Role", "Admin"), None);
    }
}
