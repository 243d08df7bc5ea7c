//! The groups of a directory: which lead to which, and how claims write them.

use std::sync::{Arc, OnceLock};

use super::entry::{Domain, Entry, GroupType, Kind};
use super::lists::Lists;
use crate::store::active_directory::query::GroupForm;

/// The rank of a group without a SID, or of one that is no group of the domain.
const NO_RANK: u32 = u32::MAX;

/// All groups, by place. They are the first entries of a directory, in the order of their logins.
#[derive(Debug)]
pub(super) struct Groups {
    types: Vec<GroupType>,
    /// How claims write each group; a text is made once and shared by all members. The short names lie close together,
    /// as rules ask for them most.
    logins: Vec<Arc<str>>,
    sids: Vec<Option<Arc<str>>>,
    qualified: Vec<OnceLock<Arc<str>>>,
    long: Vec<OnceLock<Arc<str>>>,
    /// The place of each group in the order of SIDs; equal SIDs have the place of the first.
    sid_ranks: Vec<u32>,
    /// Places in the order of SIDs.
    by_sid: Vec<u32>,
}

impl Groups {
    /// Collects the groups among entries.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let group = |entry: &Entry| if let Kind::Group(group) = entry.kind { Some(group) } else { None };
        let types: Vec<GroupType> = entries.iter().map_while(group).collect();
        let entries = entries.get(..types.len()).unwrap_or_default();
        let sids = (0..).zip(entries).filter_map(|(place, entry)| Some((entry.sid.as_ref()?, place)));
        let mut sids: Vec<_> = sids.filter(|(sid, _)| !sid.is_builtin()).collect();
        sids.sort_unstable();
        let mut sid_ranks = vec![NO_RANK; entries.len()];
        let mut last = None;
        for (rank, &(sid, place)) in (0..).zip(&sids) {
            let rank = last.filter(|&(other, _)| other == sid).map_or(rank, |(_, rank)| rank);
            last = Some((sid, rank));
            if let Some(slot) = sid_ranks.get_mut(place as usize) {
                *slot = rank;
            }
        }
        let by_sid = sids.iter().map(|&(_, place)| place).collect();
        Self {
            logins: entries.iter().map(|entry| entry.login.as_ref().into()).collect(),
            sids: entries.iter().map(|entry| entry.sid.as_ref().map(|sid| sid.to_string().into())).collect(),
            qualified: types.iter().map(|_| OnceLock::new()).collect(),
            long: types.iter().map(|_| OnceLock::new()).collect(),
            types,
            sid_ranks,
            by_sid,
        }
    }

    /// How many there are; all places below are groups.
    pub(super) fn count(&self) -> usize {
        self.types.len()
    }

    /// What kind of group it is. `None` for what is no group.
    pub(super) fn kind(&self, place: u32) -> Option<GroupType> {
        self.types.get(place as usize).copied()
    }

    /// The groups that these lead to, and these, as far as `follow` lets them through: each once, by place.
    pub(super) fn closure(
        &self,
        start: impl Iterator<Item = u32>,
        member_of: &Lists,
        follow: impl Fn(GroupType) -> bool,
    ) -> Vec<u32> {
        // A bit for each group: setting them puts the groups in order.
        let mut seen = vec![0_u64; self.count().div_ceil(64)];
        let mut waiting = Vec::with_capacity(64);
        let mut count = 0;
        let mut visit = |place: u32, waiting: &mut Vec<u32>| {
            if self.kind(place).is_some_and(&follow)
                && let Some(word) = seen.get_mut(place as usize / 64)
                && *word & (1 << (place % 64)) == 0
            {
                *word |= 1 << (place % 64);
                count += 1;
                waiting.push(place);
            }
        };
        start.for_each(|place| visit(place, &mut waiting));
        while let Some(place) = waiting.pop() {
            member_of.list(place).iter().for_each(|&next| visit(next, &mut waiting));
        }
        let mut places = Vec::with_capacity(count);
        for (first, mut word) in (0..).step_by(64).zip(seen) {
            while word != 0 {
                places.push(first + word.trailing_zeros());
                word &= word - 1;
            }
        }
        places
    }

    /// The text of a group in a form; `None` if it has none.
    pub(super) fn text(&self, place: u32, form: GroupForm, domain: &Domain) -> Option<Arc<str>> {
        let place = place as usize;
        let login = self.logins.get(place)?;
        let with = |name: &str| format!("{name}\\{login}").into();
        match form {
            GroupForm::Unqualified => Some(Arc::clone(login)),
            GroupForm::DomainQualified => {
                Some(Arc::clone(self.qualified.get(place)?.get_or_init(|| with(&domain.netbios))))
            }
            GroupForm::LongDomainQualified => Some(Arc::clone(self.long.get(place)?.get_or_init(|| with(&domain.dns)))),
            GroupForm::Sid => self.sids.get(place)?.clone(),
        }
    }

    /// The SIDs of groups as texts, in the order of the SIDs, each once; without those that every machine has.
    pub(super) fn sid_texts(&self, places: &[u32]) -> Vec<Arc<str>> {
        let rank = |&place: &u32| self.sid_ranks.get(place as usize).copied().filter(|&rank| rank != NO_RANK);
        let mut ranks: Vec<u32> = places.iter().filter_map(rank).collect();
        ranks.sort_unstable();
        ranks.dedup();
        let text = |rank: u32| self.sids.get(*self.by_sid.get(rank as usize)? as usize)?.clone();
        ranks.into_iter().filter_map(text).collect()
    }
}
