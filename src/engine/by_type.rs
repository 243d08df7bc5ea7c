//! The claims of a set by type: side by side in two lists, whatever the types, so that a set is copied in one go.

use super::claim_id::ClaimId;
use super::room::with_its_room;
use super::vocabulary::TypeId;

/// For each type its claims, in order of arrival.
#[derive(Debug, Default)]
pub(super) struct ByType {
    types: Vec<OfType>,
    /// For each claim the next one of its type; of no meaning for the last one.
    next: Vec<ClaimId>,
}

/// Where the claims of a type are.
#[derive(Clone, Copy, Debug)]
struct OfType {
    first: ClaimId,
    last: ClaimId,
    count: u32,
}

const NONE: OfType = OfType { first: ClaimId(0), last: ClaimId(0), count: 0 };

impl ByType {
    /// No claims of so many types. There may be more types later.
    pub(super) fn new(types: usize) -> Self {
        Self { types: vec![NONE; types], next: Vec::new() }
    }

    /// The same lists, with as much room for more.
    pub(super) fn forked(&self) -> Self {
        Self { types: self.types.clone(), next: with_its_room(&self.next) }
    }

    /// Notes the type of the next claim.
    #[inline]
    pub(super) fn push(&mut self, type_id: TypeId) {
        let id = ClaimId::from_index(self.next.len());
        self.next.push(id);
        if self.types.len() <= type_id.index() {
            self.types.resize(type_id.index() + 1, NONE);
        }
        let Some(of_type) = self.types.get_mut(type_id.index()) else { return };
        if of_type.count == 0 {
            of_type.first = id;
        } else if let Some(next) = self.next.get_mut(of_type.last.index()) {
            *next = id;
        }
        of_type.last = id;
        of_type.count += 1;
    }

    /// The claims of a type, in order of arrival.
    #[inline]
    pub(super) fn claims(&self, type_id: TypeId) -> impl ExactSizeIterator<Item = ClaimId> {
        let of_type = self.types.get(type_id.index()).copied().unwrap_or(NONE);
        let mut next = of_type.first;
        (0..of_type.count).map(move |_| {
            let id = next;
            next = self.next.get(id.index()).copied().unwrap_or(id);
            id
        })
    }

    /// Room for some more claims.
    pub(super) fn reserve(&mut self, more: usize) {
        self.next.reserve(more);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::vocabulary::Vocabulary;
    use super::*;

    #[test]
    fn claims_come_in_order_of_arrival_by_type() {
        let mut vocabulary = Vocabulary::default();
        let types = ["a", "b", "c", "d"].map(|name| vocabulary.intern(&Arc::from(name)));
        let mut all = ByType::new(2);
        // The last types come up later.
        let arrived: [usize; 8] = [0, 1, 0, 3, 3, 0, 1, 3];
        for &at in &arrived {
            all.push(types[at]);
        }
        for (at, &type_id) in types.iter().enumerate() {
            let expected: Vec<usize> = (0..arrived.len()).filter(|&index| arrived[index] == at).collect();
            let claims = all.claims(type_id);
            assert_eq!(claims.len(), expected.len());
            assert_eq!(claims.map(ClaimId::index).collect::<Vec<_>>(), expected);
        }
    }
}
