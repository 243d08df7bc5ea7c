//! From a record of an export to an entry.

use super::attributes::{Attributes, NameId, Names};
use super::entry::{Entry, GroupType, Kind};
use super::ldif::Record;
use super::mistake::Mistake;
use crate::store::sid::Sid;

/// `userAccountControl`: the account is disabled [MS-ADTS 2.2.16].
const ACCOUNT_DISABLE: i64 = 0x2;
/// `groupType` [MS-ADTS 2.2.12].
const GROUP_DOMAIN_LOCAL: i64 = 0x4;
const GROUP_UNIVERSAL: i64 = 0x8;
const GROUP_SECURITY: i64 = 0x8000_0000;

/// The numbers of the attributes that mean something to a directory.
pub(super) struct Known {
    pub object_class: NameId,
    pub member_of: NameId,
    pub member: NameId,
    pub primary_group_id: NameId,
    pub netbios_name: NameId,
    pub login: NameId,
    pub sid: NameId,
    upn: NameId,
    guid: NameId,
    dn: NameId,
    group_type: NameId,
    account_control: NameId,
}

impl Known {
    pub(super) fn new(names: &mut Names) -> Self {
        Self {
            object_class: names.intern("objectclass"),
            member_of: names.intern("memberof"),
            member: names.intern("member"),
            primary_group_id: names.intern("primarygroupid"),
            netbios_name: names.intern("netbiosname"),
            login: names.intern("samaccountname"),
            sid: names.intern("objectsid"),
            upn: names.intern("userprincipalname"),
            guid: names.intern("objectguid"),
            dn: names.intern("distinguishedname"),
            group_type: names.intern("grouptype"),
            account_control: names.intern("useraccountcontrol"),
        }
    }

    /// Whether an attribute has a field of its own in an entry, or is kept as membership.
    fn is_own_field(&self, name: NameId) -> bool {
        [self.member_of, self.member, self.login, self.sid, self.upn, self.guid, self.dn].contains(&name)
    }

    /// The SID that a record states, as far as it is one.
    pub(super) fn sid(&self, record: &Record) -> Option<Sid> {
        record.values(self.sid).next().and_then(sid)
    }

    /// The entry of a record. `None` for what is neither a user nor a group, or has no account.
    pub(super) fn entry(&self, record: &Record) -> Result<Option<Entry>, Mistake> {
        let has_class = |class: &str| record.texts(self.object_class).any(|own| own.eq_ignore_ascii_case(class));
        let number = |name| record.text(name).and_then(|text| text.parse::<i64>().ok());
        let kind = if has_class("group") {
            Kind::Group(group_type(number(self.group_type)))
        } else if (has_class("user") || has_class("person")) && !has_class("computer") {
            let enabled = number(self.account_control).is_none_or(|flags| flags & ACCOUNT_DISABLE == 0);
            Kind::User { enabled, password: None, primary_group: None }
        } else if record.texts(self.object_class).next().is_none() && record.text(self.login).is_some() {
            return Err(Mistake::new(
                "this entry has a `sAMAccountName` and no `objectClass`, so it may be a user or not",
            )
            .with_help("export `objectClass` too: users without it would be left out unseen"));
        } else {
            return Ok(None);
        };
        // Contacts and the like have no account.
        let Some(login) = record.text(self.login).filter(|login| !login.is_empty()) else { return Ok(None) };
        let sid = match record.values(self.sid).next() {
            Some(bytes) => Some(
                sid(bytes)
                    .ok_or_else(|| Mistake::new(format!("the `objectSid` of `{login}` is no security identifier")))?,
            ),
            None => None,
        };
        Ok(Some(Entry {
            kind,
            dn: record.dn.as_str().into(),
            login: login.into(),
            upn: record.text(self.upn).map(Box::from),
            sid,
            guid: record.values(self.guid).next().and_then(|bytes| bytes.try_into().ok()),
            attributes: Attributes::pack(record.attributes().filter(|(name, _)| !self.is_own_field(*name))),
        }))
    }
}

fn group_type(flags: Option<i64>) -> GroupType {
    match flags {
        Some(flags) if flags & GROUP_SECURITY == 0 => GroupType::Distribution,
        Some(flags) if flags & GROUP_DOMAIN_LOCAL != 0 => GroupType::DomainLocal,
        Some(flags) if flags & GROUP_UNIVERSAL != 0 => GroupType::Universal,
        _ => GroupType::Global,
    }
}

/// Exports write a SID in binary, or as some tools do, as text.
fn sid(bytes: &[u8]) -> Option<Sid> {
    Sid::from_bytes(bytes).or_else(|| std::str::from_utf8(bytes).ok()?.parse().ok())
}
