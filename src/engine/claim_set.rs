//! The evaluation set: claims in order of arrival, no two equal, found by type; and which of them were issued.

use std::sync::Arc;

use super::by_type::ByType;
use super::claim_id::ClaimId;
use super::claims::{Claims, Manner, MannerId, View};
use super::fingerprints::{Fingerprint, Fingerprints};
use super::room::with_its_room;
use super::vocabulary::{TypeId, Vocabulary};
use super::{Claim, Duplicates};

/// Claims in order of arrival, no two equal in every field.
#[derive(Default)]
pub(super) struct ClaimSet {
    claims: Claims,
    by_type: ByType,
    fingerprints: Fingerprints,
    /// Whether a claim was issued; claims past its end were not.
    is_issued: Vec<bool>,
    bytes: usize,
    issued: Vec<ClaimId>,
}

impl ClaimSet {
    /// An empty set; types of `vocabulary` are found without hashing.
    pub(super) fn new(vocabulary: &Arc<Vocabulary>) -> Self {
        Self {
            claims: Claims::new(vocabulary),
            by_type: ByType::new(vocabulary.len()),
            fingerprints: Fingerprints::default(),
            is_issued: Vec::new(),
            bytes: 0,
            issued: Vec::new(),
        }
    }

    /// A set with the same claims, for another run to go on with.
    pub(super) fn forked(&mut self) -> Self {
        Self {
            claims: self.claims.forked(),
            by_type: self.by_type.forked(),
            fingerprints: self.fingerprints.forked(),
            is_issued: self.is_issued.clone(),
            bytes: self.bytes,
            issued: with_its_room(&self.issued),
        }
    }

    /// Adds a claim unless it is there; says where it is, and whether it is new.
    pub(super) fn insert(&mut self, claim: &Claim) -> (ClaimId, bool) {
        let type_id = self.type_id(&claim.claim_type);
        let manner = self.claims.manner_id_of(claim);
        self.insert_parts(type_id, claim.claim_type.len(), Arc::clone(&claim.value), manner)
    }

    /// Adds a claim whose type and manner have their numbers.
    #[inline]
    pub(super) fn insert_parts(
        &mut self,
        type_id: TypeId,
        type_bytes: usize,
        value: Arc<str>,
        manner: MannerId,
    ) -> (ClaimId, bool) {
        let fingerprint = Fingerprint::new(type_id, &value);
        let is_it = |id| self.claims.says(id, type_id, &value, Some(manner));
        if let Some(found) = self.fingerprints.find_or_push(fingerprint, is_it) {
            return (found, false);
        }
        self.bytes += type_bytes + value.len();
        let id = self.claims.push(type_id, value, manner);
        self.by_type.push(type_id);
        (id, true)
    }

    /// The number of a type.
    pub(super) fn type_id(&mut self, claim_type: &Arc<str>) -> TypeId {
        self.claims.type_id(claim_type)
    }

    /// The number of a manner.
    pub(super) fn manner_id(&mut self, manner: Manner) -> MannerId {
        self.claims.manner_id(manner)
    }

    /// Marks a claim of the set as issued, unless the output holds a duplicate of it.
    pub(super) fn issue(&mut self, id: ClaimId, duplicates: Duplicates) {
        let is_there = match duplicates {
            Duplicates::Full => self.is_issued(id),
            Duplicates::TypeValue => self.claims.parts(id).is_some_and(|(type_id, value, _)| {
                let mut alike = self.fingerprints.find(Fingerprint::new(type_id, value));
                alike.any(|other| self.is_issued(other) && self.claims.says(other, type_id, value, None))
            }),
        };
        if !is_there {
            self.issued.push(id);
            if self.is_issued.len() <= id.index() {
                self.is_issued.resize(self.claims.len(), false);
            }
            if let Some(is_issued) = self.is_issued.get_mut(id.index()) {
                *is_issued = true;
            }
        }
    }

    /// One claim.
    #[inline]
    pub(super) fn view(&self, id: ClaimId) -> Option<View<'_>> {
        self.claims.view(id)
    }

    /// Ids of the claims of a type, in order of arrival.
    pub(super) fn of_type(&self, type_id: TypeId) -> impl ExactSizeIterator<Item = ClaimId> {
        self.by_type.claims(type_id)
    }

    /// Ids of all claims, in order of arrival.
    pub(super) fn ids(&self) -> impl ExactSizeIterator<Item = ClaimId> + use<> {
        (0..self.claims.len()).map(ClaimId::from_index)
    }

    /// How many claims there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }

    /// Bytes of all types and values.
    #[inline]
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Room for some more claims, which may all be issued.
    pub(super) fn reserve(&mut self, more: usize, are_issued: bool) {
        if are_issued {
            self.issued.reserve(more);
        }
        self.by_type.reserve(more);
        self.claims.reserve(more);
        self.fingerprints.reserve(more);
    }

    /// All claims, and the issued ones.
    pub(super) fn into_parts(self) -> (Claims, Vec<ClaimId>) {
        (self.claims, self.issued)
    }

    fn is_issued(&self, id: ClaimId) -> bool {
        self.is_issued.get(id.index()).is_some_and(|&is_issued| is_issued)
    }
}
