//! From the entries of an export to a domain.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::dn;
use super::identity::Sids;
use super::ldif::Record;
use super::mistake::Mistake;
use super::tree::{DOMAIN_USERS, DOMAIN_USERS_RID, Domain, Entry, GroupType, Kind, Tree, Value};
use crate::store::sid::Sid;

/// `userAccountControl`: the account is disabled [MS-ADTS 2.2.16].
const ACCOUNT_DISABLE: i64 = 0x2;
/// `groupType` [MS-ADTS 2.2.12].
const GROUP_DOMAIN_LOCAL: i64 = 0x4;
const GROUP_UNIVERSAL: i64 = 0x8;
const GROUP_SECURITY: i64 = 0x8000_0000;
/// Attributes that have a field of their own in an entry.
const OWN_FIELDS: &[&str] =
    &["samaccountname", "distinguishedname", "userprincipalname", "memberof", "member", "objectsid", "objectguid"];
/// The domain SID of an export that states no SID at all.
const NO_DOMAIN: &str = "S-1-5-21-0-0-0";

/// Makes a domain of an export: users are entries of the class `user` or `person` with a `sAMAccountName`, groups are
/// of the class `group`. Membership is read from both ends. Groups that only `memberOf` names are taken for security
/// groups whose name is their `cn`.
pub(super) fn build(records: &[Record]) -> Result<Tree, Mistake> {
    let domain = domain(records)?;
    let mut growing = Growing { entries: Vec::new(), places: HashMap::new() };
    let mut known = Vec::new();
    for record in records {
        if let Some(entry) = entry(record)? {
            known.push((growing.add(entry, record.line)?, record));
        }
    }
    for &(place, record) in &known {
        for group in texts(record, "memberof") {
            let group = growing.group(group);
            growing.join(place, group);
        }
        if growing.entries.get(place).is_some_and(|entry| !entry.is_user()) {
            for member in texts(record, "member") {
                // People of other domains, computers and contacts are not in the export.
                if let Some(&member) = growing.places.get(&dn::normalised(member)) {
                    growing.join(member, place);
                }
            }
        }
    }
    let stated = growing.entries.iter().filter_map(|entry| entry.sid.clone());
    let mut sids = Sids::new(domain.sid.clone(), stated);
    let mut primary_groups = BTreeMap::new();
    for &(place, record) in &known {
        let rid = record.text("primarygroupid").and_then(|text| text.parse().ok()).unwrap_or(DOMAIN_USERS_RID);
        let group = *primary_groups.entry(rid).or_insert_with(|| growing.primary_group(&domain, rid));
        if let Some(Entry { kind: Kind::User { primary_group, .. }, .. }) = growing.entries.get_mut(place) {
            *primary_group = group;
        }
    }
    for entry in &mut growing.entries {
        if entry.sid.is_none() && entry.is_user() {
            entry.sid = Some(sids.derive(&entry.login));
        }
        entry.member_of.sort_unstable();
        entry.member_of.dedup();
    }
    Tree::new(domain, growing.entries).map_err(|(first, second)| {
        let mut lines = known.iter().filter(|(_, record)| record.text("samaccountname") == Some(&*second));
        let line = lines.next_back().map_or(1, |(_, record)| record.line);
        Mistake::at_line(line, format!("`{first}` and `{second}` are the same name to a directory"))
    })
}

/// Entries while they are collected.
struct Growing {
    entries: Vec<Entry>,
    /// By normalised distinguished name.
    places: HashMap<String, usize>,
}

impl Growing {
    fn add(&mut self, entry: Entry, line: usize) -> Result<usize, Mistake> {
        let place = self.entries.len();
        if self.places.insert(dn::normalised(&entry.dn), place).is_some() {
            return Err(Mistake::at_line(line, format!("`{}` is in the file twice", entry.dn)));
        }
        self.entries.push(entry);
        Ok(place)
    }

    fn join(&mut self, member: usize, group: usize) {
        if let Some(member) = self.entries.get_mut(member) {
            member.member_of.push(group);
        }
    }

    /// The group of that name, which may not be in the export itself.
    fn group(&mut self, dn: &str) -> usize {
        if let Some(&place) = self.places.get(&dn::normalised(dn)) {
            return place;
        }
        let place = self.entries.len();
        self.places.insert(dn::normalised(dn), place);
        self.entries.push(bare_group(dn, &dn::leaf(dn).unwrap_or_default(), None));
        place
    }

    /// The group with that number in the domain. `Domain Users` is there even if the export lacks it.
    fn primary_group(&mut self, domain: &Domain, rid: u32) -> Option<usize> {
        let sid = domain.sid.with_rid(rid);
        let found = self.entries.iter().position(|entry| !entry.is_user() && entry.sid.as_ref() == Some(&sid));
        if found.is_some() || rid != DOMAIN_USERS_RID {
            return found;
        }
        let dn = format!("CN={DOMAIN_USERS},CN=Users,{}", dn::of_domain(&domain.dns));
        let place = self.group(&dn);
        if let Some(group) = self.entries.get_mut(place) {
            group.sid = Some(sid);
        }
        Some(place)
    }
}

fn bare_group(dn: &str, login: &str, sid: Option<Sid>) -> Entry {
    Entry {
        kind: Kind::Group(GroupType::Global),
        dn: dn.into(),
        login: login.into(),
        upn: None,
        sid,
        guid: None,
        member_of: Vec::new(),
        members: Vec::new(),
        attributes: BTreeMap::new(),
    }
}

/// `None` for entries that are neither users nor groups.
fn entry(record: &Record) -> Result<Option<Entry>, Mistake> {
    let has_class = |class: &str| texts(record, "objectclass").any(|own| own.eq_ignore_ascii_case(class));
    let number = |name: &str| record.text(name).and_then(|text| text.parse::<i64>().ok());
    let kind = if has_class("group") {
        Kind::Group(group_type(number("grouptype")))
    } else if (has_class("user") || has_class("person")) && !has_class("computer") {
        let enabled = number("useraccountcontrol").is_none_or(|flags| flags & ACCOUNT_DISABLE == 0);
        Kind::User { enabled, password: None, primary_group: None }
    } else {
        return Ok(None);
    };
    let Some(login) = record.text("samaccountname").filter(|login| !login.is_empty()) else {
        // Contacts and the like have no account.
        return Ok(None);
    };
    let sid = match record.values("objectsid").next() {
        Some(bytes) => Some(sid(bytes).ok_or_else(|| {
            Mistake::at_line(record.line, format!("the `objectSid` of `{login}` is no security identifier"))
        })?),
        None => None,
    };
    let mut attributes: BTreeMap<Box<str>, Vec<Value>> = BTreeMap::new();
    for (name, value) in record.attributes.iter().filter(|(name, _)| !OWN_FIELDS.contains(&name.as_str())) {
        let value = match std::str::from_utf8(value) {
            Ok(text) => Value::Text(text.into()),
            Err(_) => Value::Bytes(value.clone()),
        };
        attributes.entry(name.as_str().into()).or_default().push(value);
    }
    Ok(Some(Entry {
        kind,
        dn: record.dn.as_str().into(),
        login: login.into(),
        upn: record.text("userprincipalname").map(Arc::from),
        sid,
        guid: record.values("objectguid").next().and_then(|bytes| bytes.try_into().ok()),
        member_of: Vec::new(),
        members: Vec::new(),
        attributes,
    }))
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

fn texts<'a>(record: &'a Record, name: &'a str) -> impl Iterator<Item = &'a str> {
    record.values(name).filter_map(|value| std::str::from_utf8(value).ok())
}

/// The domain of an export: its DNS name is in every distinguished name, its SID in every account. The `NetBIOS` name
/// stands only in the partition's `crossRef`; without that it is taken to be the first label of the DNS name.
fn domain(records: &[Record]) -> Result<Domain, Mistake> {
    let dns = records.iter().map(|record| dn::domain(&record.dn)).find(|dns| !dns.is_empty());
    let Some(dns) = dns else {
        return Err(Mistake::at_line(1, "no entry names its domain").with_help(
            "distinguished names end in `DC=…` parts, as in `CN=alice,CN=Users,DC=corp,DC=example,DC=com`",
        ));
    };
    let netbios = records.iter().find_map(|record| record.text("netbiosname"));
    let first = dns.split('.').next().unwrap_or_default().to_uppercase();
    let netbios = netbios.map_or(first, str::to_owned);
    let domain_object = records.iter().find(|record| {
        record.text("objectclass") == Some("domain") || texts(record, "objectclass").any(|class| class == "domainDNS")
    });
    let of_object = domain_object.and_then(|record| record.values("objectsid").next()).and_then(sid);
    let of_account = || {
        let accounts = records.iter().filter(|record| record.text("samaccountname").is_some());
        accounts.filter_map(|record| record.values("objectsid").next().and_then(sid)).find_map(|sid| sid.domain())
    };
    let sid = of_object.or_else(of_account).or_else(|| NO_DOMAIN.parse().ok());
    let sid = sid.ok_or_else(|| Mistake::at_line(1, "no entry has a security identifier"))?;
    Ok(Domain { netbios, dns, sid })
}
