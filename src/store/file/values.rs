//! The attributes of an entry, as Active Directory would show them.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::dn;
use super::tree::{Entry, GroupType, Kind, Tree, Value};
use crate::store::sid::Sid;

impl Tree {
    /// The values of an attribute, its name in lower case. What the file states goes before what follows from it,
    /// except for membership and names, which have one truth.
    pub(super) fn values(&self, entry: &Entry, name: &str) -> Vec<Value> {
        let one = |value: &str| vec![Value::Text(value.into())];
        let names = |places: &[usize]| {
            let entries = places.iter().filter_map(|&place| self.entry(place));
            entries.map(|entry| Value::Text(Arc::clone(&entry.dn))).collect()
        };
        match name {
            "samaccountname" => return vec![Value::Text(Arc::clone(&entry.login))],
            "distinguishedname" => return vec![Value::Text(Arc::clone(&entry.dn))],
            "userprincipalname" => return entry.upn.iter().map(|upn| Value::Text(Arc::clone(upn))).collect(),
            "memberof" => return names(&entry.member_of),
            "member" => return names(&entry.members),
            "objectsid" => return entry.sid.iter().map(|sid| Value::Bytes(sid.to_bytes())).collect(),
            "objectguid" => return entry.guid.iter().map(|guid| Value::Bytes(guid.to_vec())).collect(),
            _ => {}
        }
        if let Some(values) = entry.attributes.get(name) {
            return values.clone();
        }
        match (name, &entry.kind) {
            ("cn" | "name", _) => one(&dn::leaf(&entry.dn).unwrap_or_default()),
            ("objectclass", kind) => {
                let classes: &[&str] = match kind {
                    Kind::User { .. } => &["top", "person", "organizationalPerson", "user"],
                    Kind::Group(_) => &["top", "group"],
                };
                classes.iter().map(|&class| Value::Text(class.into())).collect()
            }
            ("objectcategory", kind) => {
                let class = if matches!(kind, Kind::Group(_)) { "Group" } else { "Person" };
                let domain = dn::of_domain(&self.domain.dns);
                one(&format!("CN={class},CN=Schema,CN=Configuration,{domain}"))
            }
            ("useraccountcontrol", Kind::User { enabled, .. }) => one(if *enabled { "512" } else { "514" }),
            ("samaccounttype", Kind::User { .. }) => one("805306368"),
            ("samaccounttype", Kind::Group(kind)) => one(match kind {
                GroupType::Global | GroupType::Universal => "268435456",
                GroupType::Distribution => "268435457",
                GroupType::DomainLocal => "536870912",
            }),
            ("grouptype", Kind::Group(kind)) => one(match kind {
                GroupType::Global => "-2147483646",
                GroupType::Universal => "-2147483640",
                GroupType::DomainLocal => "-2147483644",
                GroupType::Distribution => "2",
            }),
            ("primarygroupid", Kind::User { primary_group, .. }) => {
                let sid = primary_group.and_then(|place| self.entry(place)).and_then(|group| group.sid.as_ref());
                sid.and_then(Sid::rid).map(|rid| Value::Text(rid.to_string().into())).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Value {
    /// The value as a claim carries it: text as it is, a SID as `S-1-…`, other bytes as Base64.
    pub(super) fn to_claim_value(&self, name: &str) -> Arc<str> {
        match self {
            Self::Text(text) => Arc::clone(text),
            Self::Bytes(bytes) => match Sid::from_bytes(bytes).filter(|_| name == "objectsid") {
                Some(sid) => sid.to_string().into(),
                None => STANDARD.encode(bytes).into(),
            },
        }
    }
}
