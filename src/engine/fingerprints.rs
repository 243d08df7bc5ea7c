//! Finding claims by type and value in a set that only grows.

use super::claim_id::ClaimId;
use super::room::with_its_room;
use super::vocabulary::TypeId;

/// A number that is equal for claims of equal type and value, and seldom for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of a type and a value. Values made to collide cost time, but mislead nobody: whoever finds a
    /// claim here compares it.
    #[inline]
    pub(super) fn new(type_id: TypeId, value: &str) -> Self {
        Self(of_text((type_id.index() as u64) << 32, value))
    }
}

/// A number that is equal for equal texts and seeds, and seldom for others.
#[inline]
pub(super) fn of_text(seed: u64, text: &str) -> u64 {
    let bytes = text.as_bytes();
    let (chunks, _) = bytes.as_chunks::<16>();
    let hash = chunks.iter().fold(seed ^ bytes.len() as u64, |hash, chunk| mix(hash, u128::from_le_bytes(*chunk)));
    // The last sixteen bytes hold what no chunk holds; that some are read twice does no harm.
    mix(hash, bytes.last_chunk::<16>().map_or_else(|| of_few(bytes), |last| u128::from_le_bytes(*last)))
}

/// Fewer than sixteen bytes, as one word: most names of groups are as short as that.
#[inline]
fn of_few(bytes: &[u8]) -> u128 {
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            u128::from(u64::from_le_bytes(*first)) << 64 | u128::from(u64::from_le_bytes(*last))
        }
        _ => bytes.iter().fold(0, |word, &byte| word << 8 | u128::from(byte)),
    }
}

const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Multiplies the halves of a word, one of them with the hash so far, and folds the product.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves are used")]
fn mix(hash: u64, word: u128) -> u64 {
    let (low, high) = (word as u64 ^ hash.wrapping_add(SPREAD), (word >> 64) as u64 ^ SPREAD.rotate_left(32));
    let product = u128::from(low) * u128::from(high);
    product as u64 ^ (product >> 64) as u64
}

/// A slot that holds no claim; sets are bounded far below it.
const FREE: u32 = u32::MAX;

/// The claims of a set by fingerprint: open addressing, never more than half full.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    /// Fingerprint of each claim, in order of arrival.
    of_claims: Vec<Fingerprint>,
    /// Indices of claims by fingerprint, or [`FREE`]; a power of two.
    slots: Vec<u32>,
}

impl Fingerprints {
    /// The same fingerprints, with as much room for more.
    pub(super) fn forked(&self) -> Self {
        Self { of_claims: with_its_room(&self.of_claims), slots: self.slots.clone() }
    }

    /// The claims of a fingerprint, in order of arrival.
    #[inline]
    pub(super) fn find(&self, fingerprint: Fingerprint) -> impl Iterator<Item = ClaimId> {
        self.occupied(fingerprint).filter(move |id| self.of_claims.get(id.index()) == Some(&fingerprint))
    }

    /// The claim of a fingerprint that is the one looked for; if there is none, the fingerprint is noted for the next
    /// claim.
    #[inline]
    pub(super) fn find_or_push(
        &mut self,
        fingerprint: Fingerprint,
        is_it: impl Fn(ClaimId) -> bool,
    ) -> Option<ClaimId> {
        self.reserve(1);
        let mut free = self.start(fingerprint);
        for id in self.occupied(fingerprint) {
            if self.of_claims.get(id.index()) == Some(&fingerprint) && is_it(id) {
                return Some(id);
            }
            free += 1;
        }
        let id = ClaimId::from_index(self.of_claims.len());
        self.of_claims.push(fingerprint);
        self.fill(free, id);
        None
    }

    /// Makes room for some more claims.
    #[inline]
    pub(super) fn reserve(&mut self, more: usize) {
        let needed = (self.of_claims.len() + more) * 2;
        if needed > self.slots.len() {
            self.grow(needed);
        }
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        self.slots = vec![FREE; needed.max(32).next_power_of_two()];
        self.of_claims.reserve(needed / 2 - self.of_claims.len());
        for index in 0..self.of_claims.len() {
            if let Some(&fingerprint) = self.of_claims.get(index) {
                self.put(fingerprint, ClaimId::from_index(index));
            }
        }
    }

    #[inline]
    fn put(&mut self, fingerprint: Fingerprint, id: ClaimId) {
        let free = self.start(fingerprint) + self.occupied(fingerprint).count();
        self.fill(free, id);
    }

    #[inline]
    fn fill(&mut self, free: usize, id: ClaimId) {
        let mask = self.slots.len().wrapping_sub(1);
        if let Some(slot) = self.slots.get_mut(free & mask) {
            *slot = u32::try_from(id.index()).unwrap_or(FREE);
        }
    }

    /// The claims from a fingerprint's own slot to the next free one; there is always one.
    #[inline]
    fn occupied(&self, fingerprint: Fingerprint) -> impl Iterator<Item = ClaimId> {
        let mask = self.slots.len().wrapping_sub(1);
        let start = self.start(fingerprint);
        (start..).map_while(move |slot| {
            let index = self.slots.get(slot & mask).copied().filter(|&index| index != FREE)?;
            Some(ClaimId::from_index(index as usize))
        })
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the low bits choose a slot")]
    fn start(&self, fingerprint: Fingerprint) -> usize {
        fingerprint.0 as usize & self.slots.len().wrapping_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::vocabulary::Vocabulary;
    use super::*;

    #[test]
    fn every_claim_is_found_and_no_other() {
        let mut vocabulary = Vocabulary::default();
        let types = ["a", "b"].map(|name| vocabulary.intern(&Arc::from(name)));
        let values: Vec<String> = (0..500).map(|number| "x".repeat(number % 40) + &number.to_string()).collect();
        let mut all = Fingerprints::default();
        assert_eq!(all.find(Fingerprint::new(types[0], "x")).count(), 0);
        for value in &values {
            assert_eq!(all.find_or_push(Fingerprint::new(types[0], value), |_| true), None);
        }
        for (index, value) in values.iter().enumerate() {
            let found: Vec<ClaimId> = all.find(Fingerprint::new(types[0], value)).collect();
            assert_eq!(found, [ClaimId::from_index(index)]);
            assert_eq!(all.find(Fingerprint::new(types[1], value)).count(), 0);
        }
    }

    #[test]
    fn claims_of_one_fingerprint_come_in_order() {
        let type_id = Vocabulary::default().intern(&Arc::from("a"));
        let mut all = Fingerprints::default();
        for _ in 0..100 {
            all.find_or_push(Fingerprint::new(type_id, "same"), |_| false);
        }
        let expected: Vec<ClaimId> = (0..100).map(ClaimId::from_index).collect();
        assert_eq!(all.find(Fingerprint::new(type_id, "same")).collect::<Vec<_>>(), expected);
    }
}
