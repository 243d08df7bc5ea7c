//! The relying party trusts of this identity provider.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::Pipeline;
use crate::engine::trust::RelyingParty;

/// A relying party and the rules that decide what it is told.
pub struct Trust {
    /// Who it is.
    pub relying_party: RelyingParty,
    /// Its rules.
    pub pipeline: Pipeline,
    /// SHA-256 of the rule sets, in hexadecimal; stands in the audit log.
    pub rules_sha256: String,
    /// What a `RelayState` must begin with when the sign-on was not asked for by the relying party. None allows none.
    pub relay_state_prefixes: Vec<String>,
}

/// Two trusts have one identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the trusts `{first}` and `{second}` have the same identifier `{identifier}`; each needs one of its own")]
pub struct DuplicateTrust {
    /// The identifier.
    pub identifier: String,
    /// Name of one.
    pub first: String,
    /// Name of the other.
    pub second: String,
}

/// All trusts by identifier, which is compared exactly.
#[derive(Clone, Default)]
pub struct Trusts {
    by_identifier: BTreeMap<Arc<str>, Arc<Trust>>,
}

impl Trusts {
    /// Adds a trust.
    ///
    /// # Errors
    ///
    /// There is one with its identifier.
    pub fn add(&mut self, trust: Trust) -> Result<(), DuplicateTrust> {
        let identifier = Arc::clone(&trust.relying_party.identifier);
        if let Some(other) = self.by_identifier.get(&identifier) {
            return Err(DuplicateTrust {
                identifier: identifier.to_string(),
                first: other.relying_party.name.clone(),
                second: trust.relying_party.name,
            });
        }
        self.by_identifier.insert(identifier, Arc::new(trust));
        Ok(())
    }

    /// The trust of that identifier.
    #[must_use]
    pub fn find(&self, identifier: &str) -> Option<&Arc<Trust>> {
        self.by_identifier.get(identifier)
    }

    /// All trusts, by identifier.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Trust>> {
        self.by_identifier.values()
    }
}
