//! A user or a group in memory, and the domain they belong to.

use super::attributes::Attributes;
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
        name == self.netbios || [&self.netbios, &self.dns].iter().any(|own| name.to_lowercase() == own.to_lowercase())
    }
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
    User { enabled: bool, password: Option<Box<str>>, primary_group: Option<u32> },
    Group(GroupType),
}

/// A user or a group.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    pub dn: Box<str>,
    /// `sAMAccountName`
    pub login: Box<str>,
    pub upn: Option<Box<str>>,
    pub sid: Option<Sid>,
    pub guid: Option<[u8; 16]>,
    /// Those that have no field of their own.
    pub attributes: Attributes,
}

impl Entry {
    pub(super) fn is_user(&self) -> bool {
        matches!(self.kind, Kind::User { .. })
    }
}
