//! The evaluation set: claims in order of arrival, no two equal, found by type; and which of them were issued.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use super::trace::ClaimId;
use super::vocabulary::{TypeId, Vocabulary};
use super::{Claim, Duplicates};

/// Claims in order of arrival, no two equal in every field.
pub(super) struct ClaimSet<'p> {
    vocabulary: &'p Vocabulary,
    more_types: Vocabulary,
    claims: Vec<Claim>,
    by_type: Vec<Vec<ClaimId>>,
    /// The latest claim of each fingerprint of type and value.
    latest: HashMap<u64, ClaimId, BuildHasherDefault<Fingerprint>>,
    /// For each claim the one before it with the same fingerprint.
    before: Vec<Option<ClaimId>>,
    bytes: usize,
    issued: Vec<ClaimId>,
    is_issued: Vec<bool>,
}

impl<'p> ClaimSet<'p> {
    /// An empty set; types of `vocabulary` are found without hashing.
    pub(super) fn new(vocabulary: &'p Vocabulary) -> Self {
        Self {
            vocabulary,
            more_types: Vocabulary::after(vocabulary),
            claims: Vec::new(),
            by_type: vec![Vec::new(); vocabulary.len()],
            latest: HashMap::default(),
            before: Vec::new(),
            bytes: 0,
            issued: Vec::new(),
            is_issued: Vec::new(),
        }
    }

    /// Adds a claim unless it is there; says where it is, and whether it is new.
    pub(super) fn insert(&mut self, claim: Claim, known_type: Option<TypeId>) -> (ClaimId, bool) {
        let type_id = known_type.unwrap_or_else(|| self.intern(&claim.claim_type));
        let fingerprint = fingerprint(type_id, &claim.value);
        let latest = self.latest.get(&fingerprint).copied();
        if let Some(found) = self.chain(latest).find(|&id| self.get(id) == Some(&claim)) {
            return (found, false);
        }
        let id = ClaimId::from_index(self.claims.len());
        self.latest.insert(fingerprint, id);
        self.before.push(latest);
        if self.by_type.len() <= type_id.0 {
            self.by_type.resize_with(type_id.0 + 1, Vec::new);
        }
        if let Some(of_type) = self.by_type.get_mut(type_id.0) {
            of_type.push(id);
        }
        self.bytes += claim.claim_type.len() + claim.value.len();
        self.claims.push(claim);
        self.is_issued.push(false);
        (id, true)
    }

    /// Marks a claim of the set as issued, unless the output holds a duplicate of it.
    pub(super) fn issue(&mut self, id: ClaimId, duplicates: Duplicates) {
        let is_there = match duplicates {
            Duplicates::Full => self.is_issued(id),
            Duplicates::TypeValue => self.get(id).is_some_and(|claim| {
                let latest = self
                    .vocabulary_id(&claim.claim_type)
                    .and_then(|type_id| self.latest.get(&fingerprint(type_id, &claim.value)).copied());
                self.chain(latest).any(|other| {
                    self.is_issued(other) && self.get(other).is_some_and(|other| duplicates.same(other, claim))
                })
            }),
        };
        if !is_there {
            self.issued.push(id);
            if let Some(mark) = self.is_issued.get_mut(id.index()) {
                *mark = true;
            }
        }
    }

    /// One claim.
    pub(super) fn get(&self, id: ClaimId) -> Option<&Claim> {
        self.claims.get(id.index())
    }

    /// Ids of the claims of a type, in order of arrival.
    pub(super) fn of_type(&self, type_id: TypeId) -> &[ClaimId] {
        self.by_type.get(type_id.0).map_or(&[], Vec::as_slice)
    }

    /// Ids of all claims, in order of arrival.
    pub(super) fn ids(&self) -> impl ExactSizeIterator<Item = ClaimId> + use<> {
        (0..self.claims.len()).map(ClaimId::from_index)
    }

    /// How many claims there are.
    pub(super) fn len(&self) -> usize {
        self.claims.len()
    }

    /// Bytes of all types and values.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Room for some more claims.
    pub(super) fn reserve(&mut self, more: usize) {
        self.claims.reserve(more);
        self.before.reserve(more);
        self.is_issued.reserve(more);
        self.latest.reserve(more);
    }

    /// All claims, and the issued ones.
    pub(super) fn into_parts(self) -> (Vec<Claim>, Vec<ClaimId>) {
        (self.claims, self.issued)
    }

    fn is_issued(&self, id: ClaimId) -> bool {
        self.is_issued.get(id.index()).is_some_and(|&issued| issued)
    }

    fn intern(&mut self, claim_type: &Arc<str>) -> TypeId {
        self.vocabulary.lookup(claim_type).unwrap_or_else(|| self.more_types.intern(claim_type))
    }

    fn vocabulary_id(&self, claim_type: &str) -> Option<TypeId> {
        self.vocabulary.lookup(claim_type).or_else(|| self.more_types.lookup(claim_type))
    }

    fn chain(&self, latest: Option<ClaimId>) -> impl Iterator<Item = ClaimId> {
        std::iter::successors(latest, |id| self.before.get(id.index()).copied().flatten())
    }
}

/// A number that is equal for claims of equal type and value, and seldom for others.
fn fingerprint(type_id: TypeId, value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    type_id.hash(&mut hasher);
    value.hash(&mut hasher);
    hasher.finish()
}

/// Passes a fingerprint through: it is a hash already.
#[derive(Default)]
struct Fingerprint(u64);

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
