//! What AD FS leaves unsaid about the claims that rules make; each answer is one named function.

use std::sync::Arc;

use super::Duplicates;
use super::claim::{LOCAL_AUTHORITY, STRING_VALUE_TYPE};

/// Answers to open questions that whoever embeds the engine may change for a [`super::Program`]; the programs here keep
/// the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conventions {
    /// How the output set is condensed.
    pub output_duplicates: Duplicates,
    /// Issuer of the claims that a store's rows become.
    pub store_issuer: Arc<str>,
}

impl Default for Conventions {
    fn default() -> Self {
        Self { output_duplicates: Duplicates::of_output(), store_issuer: store_claim_issuer().into() }
    }
}

/// Issuer of a claim made from a store's answer; undocumented [language reference 3].
#[must_use]
pub const fn store_claim_issuer() -> &'static str {
    LOCAL_AUTHORITY
}

/// Issuer of a claim whose rule assigns none [language reference 3].
#[must_use]
pub const fn default_issuer() -> &'static str {
    LOCAL_AUTHORITY
}

/// Original issuer of a claim whose rule assigns none: its issuer [language reference 3].
#[must_use]
pub fn default_original_issuer(issuer: &Arc<str>) -> Arc<str> {
    Arc::clone(issuer)
}

/// Value type of a claim whose rule assigns none [language reference 3].
#[must_use]
pub const fn default_value_type() -> &'static str {
    STRING_VALUE_TYPE
}

/// Value of a claim whose rule assigns none: the empty text, which is a value like any other here
/// [language reference 2.1, 4.5].
#[must_use]
pub const fn default_value() -> &'static str {
    ""
}

/// What an access to a property that the claim lacks gives [language reference 3].
#[must_use]
pub const fn absent_property() -> &'static str {
    ""
}

/// The claim that a store's cell becomes: none for NULL or a missing attribute, and a claim for everything else, the
/// empty text included [language reference 4.5, 8].
#[must_use]
pub fn store_cell_value(cell: Option<Arc<str>>) -> Option<Arc<str>> {
    cell
}
