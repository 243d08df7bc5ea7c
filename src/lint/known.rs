//! The well-known claim types of `grammar/claim-types.yaml`, and those of AWS.

use std::sync::LazyLock;

use crate::aws::attribute::{self, Recognized};

const LIST: &str = include_str!("../../grammar/claim-types.yaml");

/// A claim type that many rules use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownType {
    /// Exactly as rules must write it.
    pub uri: &'static str,
    /// What its value is, in one line.
    pub meaning: &'static str,
}

/// The well-known claim types, in the order of the list.
pub fn types() -> &'static [KnownType] {
    static TYPES: LazyLock<Vec<KnownType>> = LazyLock::new(|| section("types:").collect());
    &TYPES
}

/// What families of claim types begin with, in the order of the list.
pub fn prefixes() -> &'static [KnownType] {
    static PREFIXES: LazyLock<Vec<KnownType>> = LazyLock::new(|| section("prefixes:").collect());
    &PREFIXES
}

/// The well-known values of claims, in the order of the list.
pub fn values() -> &'static [KnownType] {
    static VALUES: LazyLock<Vec<KnownType>> = LazyLock::new(|| section("values:").collect());
    &VALUES
}

/// The well-known keys of claim properties, in the order of the list.
pub fn properties() -> &'static [KnownType] {
    static PROPERTIES: LazyLock<Vec<KnownType>> = LazyLock::new(|| section("properties:").collect());
    &PROPERTIES
}

/// Whether a claim type is well known exactly as it is written.
#[must_use]
pub fn is_known(claim_type: &str) -> bool {
    types().iter().any(|known| known.uri == claim_type)
        || prefixes().iter().any(|known| claim_type.starts_with(known.uri))
        || matches!(attribute::recognize(claim_type), Recognized::Known(_))
}

/// The entries of one section. The list is our own: one line for each, and nothing escaped.
fn section(title: &'static str) -> impl Iterator<Item = KnownType> {
    let lines = LIST.lines().skip_while(move |line| *line != title).skip(1);
    lines.take_while(|line| line.is_empty() || line.starts_with(' ')).filter_map(|line| {
        let (uri, meaning) = line.trim().strip_prefix('"')?.split_once("\": ")?;
        let quote = meaning.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        Some(KnownType { uri, meaning: meaning.strip_prefix(quote)?.strip_suffix(quote)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read() {
        assert!(types().len() > 50, "{}", types().len());
        assert!(is_known("http://schemas.xmlsoap.org/claims/Group"));
        assert!(!is_known("https://schemas.xmlsoap.org/claims/Group"));
        assert!(is_known("https://aws.amazon.com/SAML/Attributes/PrincipalTag:Team"));
        assert!(is_known("https://aws.amazon.com/SAML/Attributes/SourceIdentity"));
    }
}
