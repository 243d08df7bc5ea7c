//! Which rule made which claim, and from which claims.

use std::ops::Range;

use super::claim_id::ClaimId;
use super::claims::{Claims, View};
use super::room::with_its_room;
use super::{Claim, Limits};

/// One way in which a claim came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin<'t> {
    /// Index of the rule in the program, from 0.
    pub rule: usize,
    /// The claims that its selectors matched, leftmost first.
    pub from: &'t [ClaimId],
}

/// What happened in an evaluation, rule by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    claims: Claims,
    given: usize,
    issued: Vec<ClaimId>,
    hits: Vec<usize>,
    derivations: Vec<Derivation>,
    sources: Vec<ClaimId>,
    repeated: usize,
    left_out: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Derivation {
    claim: ClaimId,
    rule: u32,
    sources: Range<u32>,
}

impl Trace {
    /// The evaluation set at the end, in order of arrival.
    pub fn claims(&self) -> impl Iterator<Item = Claim> {
        self.claims.iter()
    }

    /// One claim of the evaluation set.
    #[must_use]
    pub fn claim(&self, id: ClaimId) -> Option<Claim> {
        self.claims.view(id).and_then(View::to_claim)
    }

    /// Whether the claim is of this type.
    #[must_use]
    pub fn is_of_type(&self, id: ClaimId, claim_type: &str) -> bool {
        self.claims.view(id).and_then(View::claim_type).is_some_and(|its| **its == *claim_type)
    }

    /// Whether the claim came in from outside; others were made by rules.
    #[must_use]
    pub const fn is_given(&self, id: ClaimId) -> bool {
        id.index() < self.given
    }

    /// The issued claims, in the order of [`super::Output::issued`].
    #[must_use]
    pub fn issued(&self) -> &[ClaimId] {
        &self.issued
    }

    /// The same as claims.
    #[must_use]
    pub fn issued_claims(&self) -> Vec<Claim> {
        let mut claims = Vec::with_capacity(self.issued.len());
        claims.extend(self.issued.iter().filter_map(|&id| self.claim(id)));
        claims
    }

    /// Whether the same claims were issued, in the same order. Claims that both got from one run are not looked at.
    #[must_use]
    pub fn issues_the_same(&self, other: &Self) -> bool {
        let mut both = self.issued.iter().zip(&other.issued);
        self.issued.len() == other.issued.len() && both.all(|(&id, &same)| self.claims.says_as(id, &other.claims, same))
    }

    /// For each rule of the program, how often its action ran. Selectors that nothing refers to do not multiply it.
    #[must_use]
    pub fn hits(&self) -> &[usize] {
        &self.hits
    }

    /// How many claims the evaluation set held before each rule of the program ran: those of [`claims`](Self::claims)
    /// before that number.
    #[must_use]
    pub fn set_sizes(&self) -> Vec<usize> {
        let mut made = vec![0; self.hits.len()];
        let mut next = self.given;
        for derivation in &self.derivations {
            // New claims are numbered in the order in which they are made.
            if derivation.claim.index() == next {
                next += 1;
                if let Some(made) = made.get_mut(derivation.rule as usize) {
                    *made += 1;
                }
            }
        }
        let mut size = self.given;
        let mut sizes = Vec::with_capacity(made.len());
        for made in made {
            sizes.push(size);
            size += made;
        }
        sizes
    }

    /// The claims that came in from outside.
    pub fn given_ids(&self) -> impl ExactSizeIterator<Item = ClaimId> + use<> {
        (0..self.given).map(ClaimId::from_index)
    }

    /// Every recorded way in which a claim came to be, in the order of events.
    pub fn origins(&self, id: ClaimId) -> impl Iterator<Item = Origin<'_>> {
        self.all_origins().filter(move |(claim, _)| *claim == id).map(|(_, origin)| origin)
    }

    /// Every recorded way in which any claim came to be, in the order of events.
    pub fn all_origins(&self) -> impl Iterator<Item = (ClaimId, Origin<'_>)> {
        self.derivations.iter().map(|derivation| {
            let sources = derivation.sources.start as usize..derivation.sources.end as usize;
            let from = self.sources.get(sources).unwrap_or_default();
            (derivation.claim, Origin { rule: derivation.rule as usize, from })
        })
    }

    /// How many repeated origins were not kept [`Limits::repeated_origins`]. First origins are always kept.
    #[must_use]
    pub const fn left_out(&self) -> usize {
        self.left_out
    }

    pub(super) fn begin(rules: usize) -> Self {
        Self { hits: vec![0; rules], ..Self::default() }
    }

    /// What happened so far, in a program of so many rules that began with the same ones.
    pub(super) fn forked(&self, rules: usize) -> Self {
        let mut forked = Self {
            claims: self.claims.clone(),
            given: self.given,
            issued: self.issued.clone(),
            hits: self.hits.clone(),
            derivations: with_its_room(&self.derivations),
            sources: with_its_room(&self.sources),
            repeated: self.repeated,
            left_out: self.left_out,
        };
        forked.hits.resize(rules, 0);
        forked
    }

    pub(super) fn hit(&mut self, rule: usize, times: usize) {
        if let Some(hits) = self.hits.get_mut(rule) {
            *hits += times;
        }
    }

    /// Room for some more origins.
    pub(super) fn reserve(&mut self, origins: usize, width: usize) {
        self.derivations.reserve(origins);
        self.sources.reserve(origins * width);
    }

    #[inline]
    pub(super) fn derive(&mut self, rule: usize, claim: ClaimId, is_new: bool, from: &[ClaimId], limits: &Limits) {
        if !is_new {
            if self.repeated >= limits.repeated_origins {
                self.left_out += 1;
                return;
            }
            self.repeated += 1;
        }
        let start = self.sources.len();
        // One or two, mostly: too few for a block to be copied.
        for &source in from {
            self.sources.push(source);
        }
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.derivations.push(Derivation {
            claim,
            rule: place(rule),
            sources: place(start)..place(self.sources.len()),
        });
    }

    pub(super) fn finish(&mut self, claims: Claims, given: usize, issued: Vec<ClaimId>) {
        self.claims = claims;
        self.given = given;
        self.issued = issued;
    }
}
