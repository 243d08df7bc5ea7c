//! Claim types as small numbers.

use std::collections::HashMap;
use std::sync::Arc;

/// A claim type's number; equal numbers mean equal texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TypeId(pub(super) usize);

/// The claim types known so far. A second vocabulary may continue the numbers of a first.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    first: usize,
    ids: HashMap<Arc<str>, TypeId>,
}

impl Vocabulary {
    /// An empty vocabulary whose numbers start after those of `known`.
    pub(super) fn after(known: &Self) -> Self {
        Self { first: known.len(), ids: HashMap::new() }
    }

    /// The number of a type, if it is known.
    pub(super) fn lookup(&self, claim_type: &str) -> Option<TypeId> {
        self.ids.get(claim_type).copied()
    }

    /// The number of a type, new if need be.
    pub(super) fn intern(&mut self, claim_type: &Arc<str>) -> TypeId {
        if let Some(known) = self.lookup(claim_type) {
            return known;
        }
        let id = TypeId(self.len());
        self.ids.insert(Arc::clone(claim_type), id);
        id
    }

    /// One more than the highest number.
    pub(super) fn len(&self) -> usize {
        self.first + self.ids.len()
    }
}
