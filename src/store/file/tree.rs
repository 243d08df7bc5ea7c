//! Users and groups in memory, with the names by which they are found.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::dn;
use crate::store::sid::Sid;

/// `Domain Users`, everybody's primary group unless stated [MS-ADTS 6.1.1.6].
pub(super) const DOMAIN_USERS: &str = "Domain Users";
/// The relative identifier of [`DOMAIN_USERS`].
pub(super) const DOMAIN_USERS_RID: u32 = 513;

/// The domain that a file describes.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub netbios: String,
    pub dns: String,
    pub sid: Sid,
}

impl Domain {
    /// Whether a name in `DOMAIN\user` or `user@domain` means this domain.
    pub(super) fn is_named(&self, name: &str) -> bool {
        name.to_lowercase() == self.netbios.to_lowercase() || name.to_lowercase() == self.dns.to_lowercase()
    }
}

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(Arc<str>),
    Bytes(Vec<u8>),
}

/// What kind of group it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum GroupType {
    #[default]
    Global,
    Universal,
    DomainLocal,
    Distribution,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    User { enabled: bool, password: Option<Box<str>>, primary_group: Option<usize> },
    Group(GroupType),
}

/// A user or a group.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    pub dn: Arc<str>,
    /// `sAMAccountName`
    pub login: Arc<str>,
    pub upn: Option<Arc<str>>,
    pub sid: Option<Sid>,
    pub guid: Option<[u8; 16]>,
    /// Places of the groups that it is a direct member of.
    pub member_of: Vec<usize>,
    /// Places of its direct members.
    pub members: Vec<usize>,
    /// By name in lower case.
    pub attributes: BTreeMap<Box<str>, Vec<Value>>,
}

impl Entry {
    pub(super) fn is_user(&self) -> bool {
        matches!(self.kind, Kind::User { .. })
    }
}

/// All entries of a domain.
#[derive(Debug)]
pub(super) struct Tree {
    pub domain: Domain,
    pub entries: Vec<Entry>,
    by_login: HashMap<String, usize>,
    by_upn: HashMap<String, Vec<usize>>,
    by_dn: HashMap<String, usize>,
}

impl Tree {
    /// Puts entries in order and fills in `members`.
    ///
    /// # Errors
    ///
    /// Two entries with one `sAMAccountName` or one distinguished name: the pair.
    pub(super) fn new(domain: Domain, mut entries: Vec<Entry>) -> Result<Self, (Arc<str>, Arc<str>)> {
        let mut by_login = HashMap::with_capacity(entries.len());
        let mut by_upn: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_dn = HashMap::with_capacity(entries.len());
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); entries.len()];
        for (place, entry) in entries.iter().enumerate() {
            let same = by_login.insert(entry.login.to_lowercase(), place);
            let same = same.or(by_dn.insert(dn::normalised(&entry.dn), place));
            if let Some(other) = same.and_then(|other| entries.get(other)) {
                return Err((Arc::clone(&other.login), Arc::clone(&entry.login)));
            }
            if let Some(upn) = &entry.upn {
                by_upn.entry(upn.to_lowercase()).or_default().push(place);
            }
            for &group in &entry.member_of {
                if let Some(members) = members.get_mut(group) {
                    members.push(place);
                }
            }
        }
        for (entry, members) in entries.iter_mut().zip(members) {
            entry.members = members;
        }
        Ok(Self { domain, entries, by_login, by_upn, by_dn })
    }

    pub(super) fn by_login(&self, login: &str) -> Option<usize> {
        self.by_login.get(&login.to_lowercase()).copied()
    }

    pub(super) fn by_dn(&self, dn: &str) -> Option<usize> {
        self.by_dn.get(&dn::normalised(dn)).copied()
    }

    /// Several users may have one UPN in a careless directory.
    pub(super) fn by_upn(&self, upn: &str) -> &[usize] {
        self.by_upn.get(&upn.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn entry(&self, place: usize) -> Option<&Entry> {
        self.entries.get(place)
    }

    /// The security groups of a Windows token, direct and nested, each once, in the order of their names: no
    /// distribution groups, and nothing that only they lead to.
    pub(super) fn security_groups_of(&self, entry: &Entry) -> Vec<&Entry> {
        let follow = |group: &Entry| matches!(group.kind, Kind::Group(kind) if kind != GroupType::Distribution);
        let primary = match entry.kind {
            Kind::User { primary_group, .. } => primary_group,
            Kind::Group(_) => None,
        };
        self.closure(entry.member_of.iter().copied().chain(primary), follow)
    }

    /// The groups at these places and all groups that they lead to.
    pub(super) fn groups_through(&self, places: &[usize]) -> Vec<&Entry> {
        self.closure(places.iter().copied(), |_| true)
    }

    fn closure(&self, start: impl Iterator<Item = usize>, follow: impl Fn(&Entry) -> bool) -> Vec<&Entry> {
        let mut waiting: Vec<usize> = start.collect();
        waiting.sort_unstable();
        waiting.dedup();
        let mut seen = waiting.clone();
        let mut groups = Vec::new();
        while let Some(group) = waiting.pop().and_then(|place| self.entry(place)) {
            if !follow(group) {
                continue;
            }
            groups.push(group);
            for &next in &group.member_of {
                if let Err(at) = seen.binary_search(&next) {
                    seen.insert(at, next);
                    waiting.push(next);
                }
            }
        }
        groups.sort_unstable_by(|a, b| a.login.cmp(&b.login));
        groups
    }
}
