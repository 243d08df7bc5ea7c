//! Claim types as small numbers.

use std::collections::HashMap;
use std::sync::Arc;

/// A claim type's number; equal numbers mean equal texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TypeId(u32);

impl TypeId {
    /// Its index among all types.
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The claim types known so far. A second vocabulary may continue the numbers of a first.
#[derive(Clone, Debug, Default)]
pub(super) struct Vocabulary {
    first: usize,
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, TypeId>,
}

impl Vocabulary {
    /// An empty vocabulary whose numbers start after those of `known`.
    pub(super) fn after(known: &Self) -> Self {
        Self { first: known.len(), ..Self::default() }
    }

    /// The number of a type, if it is known.
    pub(super) fn lookup(&self, claim_type: &str) -> Option<TypeId> {
        self.ids.get(claim_type).copied()
    }

    /// The types, in the order of their numbers.
    pub(super) fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.names.iter()
    }

    /// The type of a number, if it is one of these.
    pub(super) fn name(&self, id: TypeId) -> Option<&Arc<str>> {
        id.index().checked_sub(self.first).and_then(|index| self.names.get(index))
    }

    /// The number of a type, new if need be.
    pub(super) fn intern(&mut self, claim_type: &Arc<str>) -> TypeId {
        if let Some(known) = self.lookup(claim_type) {
            return known;
        }
        // Numbers end far below `u32::MAX`: types come from rules and from claims, and both are bounded.
        let id = TypeId(u32::try_from(self.len()).unwrap_or(u32::MAX));
        self.names.push(Arc::clone(claim_type));
        self.ids.insert(Arc::clone(claim_type), id);
        id
    }

    /// One more than the highest number.
    pub(super) fn len(&self) -> usize {
        self.first + self.names.len()
    }
}
