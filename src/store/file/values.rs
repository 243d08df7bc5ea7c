//! The attributes of an entry, as Active Directory would show them.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::entry::{GroupType, Kind};
use super::tree::Tree;
use crate::store::dn;
use crate::store::octets::is_guid;
use crate::store::sid::Sid;

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
}

impl Tree {
    /// The values of an attribute, its name in lower case. What the file states goes before what follows from it,
    /// except for membership and names, which have one truth.
    pub(super) fn values(&self, place: u32, name: &str) -> Vec<Value<'_>> {
        let Some(entry) = self.entry(place) else { return Vec::new() };
        let names = |places: &[u32]| {
            let entries = places.iter().filter_map(|&place| self.entry(place));
            entries.map(|entry| Value::text(&*entry.dn)).collect()
        };
        match name {
            "samaccountname" => return vec![Value::text(&*entry.login)],
            "distinguishedname" => return vec![Value::text(&*entry.dn)],
            "userprincipalname" => return entry.upn.iter().map(|upn| Value::text(&**upn)).collect(),
            "memberof" => return names(self.member_of(place)),
            "member" => return names(self.members(place)),
            "objectsid" => return entry.sid.iter().map(|sid| Value::Bytes(sid.to_bytes().into())).collect(),
            "objectguid" => return entry.guid.iter().map(|guid| Value::Bytes(guid.as_slice().into())).collect(),
            _ => {}
        }
        let stated = self.names.find(name).and_then(|name| entry.attributes.values(name));
        if let Some(values) = stated {
            return values.into_iter().map(|value| Value::stated(name, value)).collect();
        }
        let one = |value| vec![Value::Text(value)];
        match (name, &entry.kind) {
            ("cn" | "name", _) => one(dn::leaf(&entry.dn).unwrap_or_default().into()),
            ("objectclass", kind) => {
                let classes: &[&str] = match kind {
                    Kind::User { .. } => &["top", "person", "organizationalPerson", "user"],
                    Kind::Group(_) => &["top", "group"],
                };
                classes.iter().map(|&class| Value::text(class)).collect()
            }
            ("objectcategory", kind) => {
                let class = if matches!(kind, Kind::Group(_)) { "Group" } else { "Person" };
                let domain = dn::of_domain(&self.domain.dns);
                one(format!("CN={class},CN=Schema,CN=Configuration,{domain}").into())
            }
            ("useraccountcontrol", Kind::User { enabled, .. }) => one(if *enabled { "512" } else { "514" }.into()),
            ("samaccounttype", Kind::User { .. }) => one("805306368".into()),
            ("samaccounttype", Kind::Group(kind)) => one(match kind {
                GroupType::Global | GroupType::Universal => "268435456".into(),
                GroupType::Distribution => "268435457".into(),
                GroupType::DomainLocal => "536870912".into(),
            }),
            ("grouptype", Kind::Group(kind)) => one(match kind {
                GroupType::Global => "-2147483646".into(),
                GroupType::Universal => "-2147483640".into(),
                GroupType::DomainLocal => "-2147483644".into(),
                GroupType::Distribution => "2".into(),
            }),
            ("primarygroupid", Kind::User { primary_group, .. }) => {
                let sid = primary_group.and_then(|place| self.entry(place)).and_then(|group| group.sid.as_ref());
                sid.and_then(Sid::rid).map(|rid| Value::text(rid.to_string())).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl<'a> Value<'a> {
    fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A value that the file states: text if its bytes are, but for a GUID.
    fn stated(name: &str, bytes: &'a [u8]) -> Self {
        let text = std::str::from_utf8(bytes).ok().filter(|_| !is_guid(name, bytes));
        text.map_or_else(|| Self::Bytes(bytes.into()), Self::text)
    }

    /// The value as a claim carries it: text as it is, a SID as `S-1-…`, other bytes as Base64.
    pub(super) fn to_claim_value(&self, name: &str) -> Arc<str> {
        match self {
            Self::Text(text) => text.as_ref().into(),
            Self::Bytes(bytes) => match Sid::from_bytes(bytes).filter(|_| name == "objectsid") {
                Some(sid) => sid.to_string().into(),
                None => STANDARD.encode(bytes).into(),
            },
        }
    }
}
