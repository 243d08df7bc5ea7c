//! Claims side by side in little space: what most claims of a user share is kept once.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::Claim;
use super::claim_id::ClaimId;
use super::vocabulary::{TypeId, Vocabulary};

/// What a claim says beside its type and value; few differ within one evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Manner {
    pub(super) value_type: Arc<str>,
    pub(super) issuer: Arc<str>,
    pub(super) original_issuer: Arc<str>,
    pub(super) properties: BTreeMap<Arc<str>, Arc<str>>,
}

impl Manner {
    /// What a claim says beside its type and value.
    fn of(claim: &Claim) -> Self {
        Self {
            value_type: Arc::clone(&claim.value_type),
            issuer: Arc::clone(&claim.issuer),
            original_issuer: Arc::clone(&claim.original_issuer),
            properties: claim.properties.clone(),
        }
    }

    /// Whether a claim says the same. Claims that come together mostly share these texts.
    fn is_of(&self, claim: &Claim) -> bool {
        let same = |one: &Arc<str>, other: &Arc<str>| Arc::ptr_eq(one, other) || one == other;
        same(&self.value_type, &claim.value_type)
            && same(&self.issuer, &claim.issuer)
            && same(&self.original_issuer, &claim.original_issuer)
            && self.properties == claim.properties
    }
}

/// A manner's number; equal numbers mean equal manners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MannerId(u32);

impl MannerId {
    /// The number of an index. Manners are no more than claims, which are bounded far below `u32::MAX`.
    fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// From this many manners on they are hashed; before, they are compared one by one.
const FEW: usize = 8;

/// A claim as it is kept.
#[derive(Clone, Debug)]
struct Entry {
    type_id: TypeId,
    manner: MannerId,
    value: Arc<str>,
}

/// A claim as it is read.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    claims: &'a Claims,
    entry: &'a Entry,
}

impl<'a> View<'a> {
    /// Its type.
    #[inline]
    pub(super) fn claim_type(self) -> Option<&'a Arc<str>> {
        let Claims { vocabulary, more_types, .. } = self.claims;
        vocabulary.name(self.entry.type_id).or_else(|| more_types.name(self.entry.type_id))
    }

    /// Its value.
    #[inline]
    pub(super) fn value(self) -> &'a Arc<str> {
        &self.entry.value
    }

    /// The rest.
    #[inline]
    pub(super) fn manner(self) -> Option<&'a Manner> {
        self.claims.manners.get(self.entry.manner.0 as usize).map(Arc::as_ref)
    }

    /// The claim on its own.
    pub(super) fn to_claim(self) -> Option<Claim> {
        let Manner { value_type, issuer, original_issuer, properties } = self.manner()?.clone();
        let claim_type = Arc::clone(self.claim_type()?);
        Some(Claim { claim_type, value: Arc::clone(self.value()), value_type, issuer, original_issuer, properties })
    }
}

/// A list of claims.
#[derive(Clone, Default)]
pub(super) struct Claims {
    vocabulary: Arc<Vocabulary>,
    more_types: Vocabulary,
    /// The type that was looked up last: claims of one type mostly come together, and share its text.
    last_type: Option<(Arc<str>, TypeId)>,
    manners: Vec<Arc<Manner>>,
    /// The manners by what they say, as soon as there are many.
    manner_ids: HashMap<Arc<Manner>, MannerId>,
    /// The first claims, if another list has them too.
    common: Option<Arc<Vec<Entry>>>,
    /// How many these are.
    common_count: usize,
    /// All others.
    entries: Vec<Entry>,
}

impl Claims {
    /// An empty list; types of `vocabulary` have their numbers already.
    pub(super) fn new(vocabulary: &Arc<Vocabulary>) -> Self {
        Self { vocabulary: Arc::clone(vocabulary), more_types: Vocabulary::after(vocabulary), ..Self::default() }
    }

    /// A list with the same claims, for another to go on with.
    pub(super) fn forked(&mut self) -> Self {
        let own = std::mem::take(&mut self.entries);
        let all = match self.common.take() {
            None => own,
            Some(common) => common.iter().cloned().chain(own).collect(),
        };
        self.common_count = all.len();
        self.common = Some(Arc::new(all));
        self.clone()
    }

    /// The number of a type.
    pub(super) fn type_id(&mut self, claim_type: &Arc<str>) -> TypeId {
        if let Some((last, id)) = &self.last_type
            && Arc::ptr_eq(last, claim_type)
        {
            return *id;
        }
        let id = self.vocabulary.lookup(claim_type).unwrap_or_else(|| self.more_types.intern(claim_type));
        self.last_type = Some((Arc::clone(claim_type), id));
        id
    }

    /// The number of a claim's manner.
    pub(super) fn manner_id_of(&mut self, claim: &Claim) -> MannerId {
        let few = self.manners.iter().take(FEW);
        let known = few.zip((0..).map(MannerId::from_index)).find(|(known, _)| known.is_of(claim));
        match known {
            Some((_, id)) => id,
            None => self.manner_id(Manner::of(claim)),
        }
    }

    /// The number of a manner.
    pub(super) fn manner_id(&mut self, manner: Manner) -> MannerId {
        let known = match self.manners.len() {
            0..FEW => self.manners.iter().position(|known| **known == manner).map(MannerId::from_index),
            _ => self.manner_ids.get(&manner).copied(),
        };
        if let Some(known) = known {
            return known;
        }
        let id = MannerId::from_index(self.manners.len());
        let manner = Arc::new(manner);
        if self.manners.len() >= FEW {
            self.manner_ids.insert(Arc::clone(&manner), id);
        }
        self.manners.push(manner);
        if self.manners.len() == FEW {
            let all = self.manners.iter().cloned().zip((0..).map(MannerId::from_index));
            self.manner_ids.extend(all);
        }
        id
    }

    /// Puts a claim at the end and says where that is.
    #[inline]
    pub(super) fn push(&mut self, type_id: TypeId, value: Arc<str>, manner: MannerId) -> ClaimId {
        let id = ClaimId::from_index(self.len());
        self.entries.push(Entry { type_id, manner, value });
        id
    }

    #[inline]
    fn entry(&self, id: ClaimId) -> Option<&Entry> {
        match id.index().checked_sub(self.common_count) {
            Some(own) => self.entries.get(own),
            None => self.common.as_ref()?.get(id.index()),
        }
    }

    /// One claim.
    #[inline]
    pub(super) fn view(&self, id: ClaimId) -> Option<View<'_>> {
        self.entry(id).map(|entry| View { claims: self, entry })
    }

    /// Whether a claim of the list says the same, its manner perhaps aside.
    #[inline]
    pub(super) fn says(&self, id: ClaimId, type_id: TypeId, value: &str, manner: Option<MannerId>) -> bool {
        self.entry(id).is_some_and(|entry| {
            entry.type_id == type_id && manner.is_none_or(|manner| entry.manner == manner) && *entry.value == *value
        })
    }

    /// Whether a claim says the same as one of another list.
    pub(super) fn says_as(&self, id: ClaimId, other: &Self, other_id: ClaimId) -> bool {
        let is_common = id == other_id
            && id.index() < self.common_count.min(other.common_count)
            && self.common.as_ref().zip(other.common.as_ref()).is_some_and(|(own, its)| Arc::ptr_eq(own, its));
        is_common
            || self.view(id).zip(other.view(other_id)).is_some_and(|(own, its)| {
                own.claim_type() == its.claim_type() && own.value() == its.value() && own.manner() == its.manner()
            })
    }

    /// Type, value and manner of a claim.
    pub(super) fn parts(&self, id: ClaimId) -> Option<(TypeId, &Arc<str>, MannerId)> {
        self.entry(id).map(|entry| (entry.type_id, &entry.value, entry.manner))
    }

    /// All claims, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Claim> {
        (0..self.len()).filter_map(|index| self.view(ClaimId::from_index(index))?.to_claim())
    }

    /// How many there are.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.common_count + self.entries.len()
    }

    /// Room for some more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Claims {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Claims {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manner_keeps_its_number_however_many_there_are() {
        let mut claims = Claims::default();
        let manner = |issuer: usize| Manner {
            value_type: "t".into(),
            issuer: issuer.to_string().into(),
            original_issuer: "o".into(),
            properties: BTreeMap::new(),
        };
        let first: Vec<MannerId> = (0..3 * FEW).map(|issuer| claims.manner_id(manner(issuer))).collect();
        let again: Vec<MannerId> = (0..3 * FEW).map(|issuer| claims.manner_id(manner(issuer))).collect();
        assert_eq!(first, again);
        assert_eq!(claims.manners.len(), 3 * FEW);
    }
}
