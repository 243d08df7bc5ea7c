//! Claims side by side in little space: what most claims of a user share is kept once.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

use super::Claim;
use super::trace::ClaimId;
use super::vocabulary::{TypeId, Vocabulary};

/// What a claim says beside its type and value; few differ within one evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Manner {
    pub(super) value_type: Arc<str>,
    pub(super) issuer: Arc<str>,
    pub(super) original_issuer: Arc<str>,
    pub(super) properties: BTreeMap<Arc<str>, Arc<str>>,
}

/// A manner's number; equal numbers mean equal manners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MannerId(u32);

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
    pub(super) claim_type: &'a Arc<str>,
    pub(super) value: &'a Arc<str>,
    pub(super) manner: &'a Manner,
}

impl View<'_> {
    /// The claim on its own.
    pub(super) fn to_claim(self) -> Claim {
        let manner = self.manner.clone();
        Claim {
            claim_type: Arc::clone(self.claim_type),
            value: Arc::clone(self.value),
            value_type: manner.value_type,
            issuer: manner.issuer,
            original_issuer: manner.original_issuer,
            properties: manner.properties,
        }
    }
}

/// A list of claims.
#[derive(Clone, Default)]
pub(super) struct Claims {
    vocabulary: Arc<Vocabulary>,
    more_types: Vocabulary,
    manners: Vec<Manner>,
    manner_ids: HashMap<Manner, MannerId>,
    entries: Vec<Entry>,
}

impl Claims {
    /// An empty list; types of `vocabulary` have their numbers already.
    pub(super) fn new(vocabulary: &Arc<Vocabulary>) -> Self {
        Self { vocabulary: Arc::clone(vocabulary), more_types: Vocabulary::after(vocabulary), ..Self::default() }
    }

    /// The number of a type.
    pub(super) fn type_id(&mut self, claim_type: &Arc<str>) -> TypeId {
        self.vocabulary.lookup(claim_type).unwrap_or_else(|| self.more_types.intern(claim_type))
    }

    /// One more than the highest number of a type.
    pub(super) fn type_count(&self) -> usize {
        self.more_types.len()
    }

    /// The number of a manner.
    pub(super) fn manner_id(&mut self, manner: Manner) -> MannerId {
        // Claims come in runs of one manner.
        if self.manners.last() == Some(&manner) {
            return self.last_manner();
        }
        if let Some(&known) = self.manner_ids.get(&manner) {
            return known;
        }
        self.manners.push(manner.clone());
        let id = self.last_manner();
        self.manner_ids.insert(manner, id);
        id
    }

    /// Puts a claim at the end and says where that is.
    pub(super) fn push(&mut self, type_id: TypeId, value: Arc<str>, manner: MannerId) -> ClaimId {
        let id = ClaimId::from_index(self.entries.len());
        self.entries.push(Entry { type_id, manner, value });
        id
    }

    /// One claim.
    pub(super) fn view(&self, id: ClaimId) -> Option<View<'_>> {
        let entry = self.entries.get(id.index())?;
        let claim_type = self.vocabulary.name(entry.type_id).or_else(|| self.more_types.name(entry.type_id))?;
        Some(View { claim_type, value: &entry.value, manner: self.manners.get(entry.manner.0 as usize)? })
    }

    /// Whether a claim of the list says the same, its manner perhaps aside.
    pub(super) fn says(&self, id: ClaimId, type_id: TypeId, value: &str, manner: Option<MannerId>) -> bool {
        self.entries.get(id.index()).is_some_and(|entry| {
            entry.type_id == type_id && manner.is_none_or(|manner| entry.manner == manner) && *entry.value == *value
        })
    }

    /// Type, value and manner of a claim.
    pub(super) fn parts(&self, id: ClaimId) -> Option<(TypeId, &Arc<str>, MannerId)> {
        self.entries.get(id.index()).map(|entry| (entry.type_id, &entry.value, entry.manner))
    }

    /// All claims, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = View<'_>> {
        (0..self.entries.len()).filter_map(|index| self.view(ClaimId::from_index(index)))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Room for some more.
    pub(super) fn reserve(&mut self, more: usize) {
        self.entries.reserve(more);
    }

    fn last_manner(&self) -> MannerId {
        MannerId(u32::try_from(self.manners.len().saturating_sub(1)).unwrap_or(u32::MAX))
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.iter().map(View::to_claim)).finish()
    }
}

impl PartialEq for Claims {
    fn eq(&self, other: &Self) -> bool {
        self.iter().map(View::to_claim).eq(other.iter().map(View::to_claim))
    }
}

impl Eq for Claims {}
