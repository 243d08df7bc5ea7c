//! Users and groups in memory. A directory may have a hundred thousand users in fifty groups each, so what an entry
//! takes is counted in bytes.

use std::sync::OnceLock;

use super::attributes::Names;
use super::entry::{Domain, Entry, GroupType, Kind};
use super::groups::Groups;
use super::index::Index;
use super::lists::Lists;

/// All entries of a domain.
#[derive(Debug)]
pub(super) struct Tree {
    pub domain: Domain,
    /// By place: the groups in the order of their logins, then the users in the order of the file.
    pub entries: Vec<Entry>,
    /// The names of attributes.
    pub names: Names,
    pub groups: Groups,
    pub index: Index,
    /// For each entry the groups that it is a direct member of, by place.
    member_of: Lists,
    /// For each group its direct members.
    members: OnceLock<Lists>,
}

impl Tree {
    /// Puts together what was found. `entries` come in the order that [`Tree::entries`] has, each with its groups in
    /// `member_of`.
    pub(super) fn new(domain: Domain, entries: Vec<Entry>, names: Names, index: Index, member_of: Lists) -> Self {
        let groups = Groups::of(&entries);
        Self { domain, groups, entries, names, index, member_of, members: OnceLock::new() }
    }

    pub(super) fn entry(&self, place: u32) -> Option<&Entry> {
        self.entries.get(place as usize)
    }

    /// All places.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> + use<> {
        (0..).take(self.entries.len())
    }

    /// The groups that an entry is a direct member of.
    pub(super) fn member_of(&self, place: u32) -> &[u32] {
        self.member_of.list(place)
    }

    /// The direct members of a group.
    pub(super) fn members(&self, place: u32) -> &[u32] {
        self.members.get_or_init(|| self.member_of.turned(self.groups.count())).list(place)
    }

    /// The security groups of a Windows token, direct and nested, each once, in the order of their names: no
    /// distribution groups, and nothing that only they lead to.
    pub(super) fn security_groups_of(&self, place: u32) -> Vec<u32> {
        let primary = match self.entry(place).map(|entry| &entry.kind) {
            Some(Kind::User { primary_group, .. }) => *primary_group,
            _ => None,
        };
        let start = self.member_of(place).iter().copied().chain(primary);
        self.groups.closure(start, &self.member_of, |kind| kind != GroupType::Distribution)
    }

    /// All groups that an entry is a member of, direct and nested, but for its primary group.
    pub(super) fn groups_of(&self, place: u32) -> Vec<u32> {
        self.groups.closure(self.member_of(place).iter().copied(), &self.member_of, |_| true)
    }
}
