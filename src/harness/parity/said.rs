//! What would be said here: issued claims as name identifier and attributes [language reference 9].

use std::collections::BTreeSet;

use super::token::{Attribute, Name};
use crate::engine::{Claim, claim_types};

const PROPERTIES: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/";

/// The name identifier. An empty one is none.
pub(super) fn name_id(claims: &[Claim]) -> Option<Name> {
    let is_name = |claim: &&Claim| *claim.claim_type == *claim_types::NAME_IDENTIFIER && !claim.value.is_empty();
    let claim = claims.iter().find(is_name)?;
    Some(Name { value: claim.value.to_string(), format: property(claim, "format") })
}

/// The attributes by name, each in the order of its first claim; every value once. Claims that a response says
/// elsewhere are none.
pub(super) fn attributes(claims: &[Claim]) -> Vec<Attribute> {
    let elsewhere = [claim_types::NAME_IDENTIFIER, claim_types::AUTHENTICATION_METHOD];
    let mut attributes: Vec<Attribute> = Vec::new();
    for claim in claims.iter().filter(|claim| !claim.value.is_empty() && !elsewhere.contains(&&*claim.claim_type)) {
        let name_format = property(claim, "attributename");
        match attributes.iter_mut().find(|known| *known.name == *claim.claim_type) {
            Some(known) => known.values.push(claim.value.to_string()),
            None => attributes.push(Attribute {
                name: claim.claim_type.to_string(),
                name_format,
                values: vec![claim.value.to_string()],
            }),
        }
    }
    for attribute in &mut attributes {
        let mut seen = BTreeSet::new();
        attribute.values.retain(|value| seen.insert(value.clone()));
    }
    attributes
}

fn property(claim: &Claim, name: &str) -> Option<String> {
    let value = claim.properties.get(format!("{PROPERTIES}{name}").as_str())?;
    (!value.is_empty()).then(|| value.to_string())
}
