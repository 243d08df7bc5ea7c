//! The evaluation set: claims in order of arrival, no two equal, found by type; and which of them were issued.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::claims::{Claims, Manner, MannerId, View};
use super::trace::ClaimId;
use super::vocabulary::{TypeId, Vocabulary};
use super::{Claim, Duplicates};

/// Claims in order of arrival, no two equal in every field.
pub(super) struct ClaimSet {
    claims: Claims,
    by_type: Vec<Vec<ClaimId>>,
    /// The latest claim of each fingerprint of type and value.
    latest: HashMap<u64, ClaimId, BuildHasherDefault<Fingerprint>>,
    marks: Vec<Mark>,
    bytes: usize,
    issued: Vec<ClaimId>,
}

/// What the set notes about a claim.
#[derive(Clone, Copy)]
struct Mark {
    /// The claim before it with the same fingerprint.
    before: Option<ClaimId>,
    is_issued: bool,
}

impl ClaimSet {
    /// An empty set; types of `vocabulary` are found without hashing.
    pub(super) fn new(vocabulary: &Arc<Vocabulary>) -> Self {
        Self {
            claims: Claims::new(vocabulary),
            by_type: vec![Vec::new(); vocabulary.len()],
            latest: HashMap::default(),
            marks: Vec::new(),
            bytes: 0,
            issued: Vec::new(),
        }
    }

    /// Adds a claim unless it is there; says where it is, and whether it is new.
    pub(super) fn insert(&mut self, claim: Claim) -> (ClaimId, bool) {
        let Claim { claim_type, value, value_type, issuer, original_issuer, properties } = claim;
        let type_id = self.type_id(&claim_type);
        let manner = self.manner_id(Manner { value_type, issuer, original_issuer, properties });
        self.insert_parts(type_id, claim_type.len(), value, manner)
    }

    /// Adds a claim whose type and manner have their numbers.
    pub(super) fn insert_parts(
        &mut self,
        type_id: TypeId,
        type_bytes: usize,
        value: Arc<str>,
        manner: MannerId,
    ) -> (ClaimId, bool) {
        let fingerprint = fingerprint(type_id, &value);
        let latest = self.latest.get(&fingerprint).copied();
        if let Some(found) = self.chain(latest).find(|&id| self.claims.says(id, type_id, &value, Some(manner))) {
            return (found, false);
        }
        self.bytes += type_bytes + value.len();
        let id = self.claims.push(type_id, value, manner);
        self.latest.insert(fingerprint, id);
        self.marks.push(Mark { before: latest, is_issued: false });
        if self.by_type.len() <= type_id.index() {
            self.by_type.resize_with(self.claims.type_count(), Vec::new);
        }
        if let Some(of_type) = self.by_type.get_mut(type_id.index()) {
            of_type.push(id);
        }
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
                let latest = self.latest.get(&fingerprint(type_id, value)).copied();
                self.chain(latest).any(|other| self.is_issued(other) && self.claims.says(other, type_id, value, None))
            }),
        };
        if !is_there {
            self.issued.push(id);
            if let Some(mark) = self.marks.get_mut(id.index()) {
                mark.is_issued = true;
            }
        }
    }

    /// One claim.
    pub(super) fn view(&self, id: ClaimId) -> Option<View<'_>> {
        self.claims.view(id)
    }

    /// Ids of the claims of a type, in order of arrival.
    pub(super) fn of_type(&self, type_id: TypeId) -> &[ClaimId] {
        self.by_type.get(type_id.index()).map_or(&[], Vec::as_slice)
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
        self.marks.reserve(more);
        self.latest.reserve(more);
    }

    /// All claims, and the issued ones.
    pub(super) fn into_parts(self) -> (Claims, Vec<ClaimId>) {
        (self.claims, self.issued)
    }

    fn is_issued(&self, id: ClaimId) -> bool {
        self.marks.get(id.index()).is_some_and(|mark| mark.is_issued)
    }

    fn chain(&self, latest: Option<ClaimId>) -> impl Iterator<Item = ClaimId> {
        std::iter::successors(latest, |id| self.marks.get(id.index()).and_then(|mark| mark.before))
    }
}

/// A number that is equal for claims of equal type and value, and seldom for others. Claims are compared as well, so
/// values made to collide cost time, and the number of claims is bounded.
fn fingerprint(type_id: TypeId, value: &str) -> u64 {
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |hash: u64, word: u64| {
        let wide = u128::from(hash ^ word) * u128::from(SPREAD);
        let [low, high] = [wide & u128::from(u64::MAX), wide >> 64];
        u64::try_from(low ^ high).unwrap_or_default()
    };
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word: u64, &byte| word << 8 | u64::from(byte));
    let (chunks, rest) = value.as_bytes().as_chunks::<8>();
    let start = mix(SPREAD, (type_id.index() as u64) << 32 | value.len() as u64);
    let hash = chunks.iter().fold(start, |hash, chunk| mix(hash, u64::from_le_bytes(*chunk)));
    mix(mix(hash, word(rest)), SPREAD)
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
