//! `directory.yaml`: a domain, its groups and its users, written by hand.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{self, Deserializer, SeqAccess, Visitor};

use super::identity::{Sids, derive_guid};
use super::mistake::Mistake;
use super::tree::{DOMAIN_USERS, Domain, Entry, GroupType, Kind, Tree, Value};
use super::{dn, password};
use crate::store::sid::Sid;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoryFile {
    domain: DomainSection,
    #[serde(default)]
    groups: BTreeMap<String, GroupSection>,
    #[serde(default)]
    users: BTreeMap<String, UserSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DomainSection {
    netbios: String,
    dns: String,
    sid: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct GroupSection {
    sid: Option<String>,
    guid: Option<String>,
    #[serde(rename = "type")]
    kind: GroupType,
    member_of: Names,
    attributes: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct UserSection {
    /// An Argon2id hash; without one nobody signs in as this user.
    password: Option<String>,
    enabled: bool,
    sid: Option<String>,
    guid: Option<String>,
    upn: Option<String>,
    primary_group: Option<String>,
    member_of: Names,
    attributes: BTreeMap<String, Values>,
}

impl Default for UserSection {
    fn default() -> Self {
        Self {
            password: None,
            enabled: true,
            sid: None,
            guid: None,
            upn: None,
            primary_group: None,
            member_of: Names::default(),
            attributes: BTreeMap::new(),
        }
    }
}

/// A list of names, kept as one text with a name in each line: a large directory has millions of them.
#[derive(Default)]
struct Names(Box<str>);

impl Names {
    fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.lines()
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Names;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of groups")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Names, A::Error> {
                let mut lines = String::new();
                while let Some(name) = list.next_element::<String>()? {
                    if name.is_empty() || name.contains(char::is_control) {
                        return Err(de::Error::custom("a group's name is not empty and has no control characters"));
                    }
                    lines.push_str(&name);
                    lines.push('\n');
                }
                Ok(Names(lines.into()))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// One text, or a list of them.
struct Values(Vec<Value>);

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;
        impl<'de> Visitor<'de> for TextOrList {
            type Value = Values;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text or a list of texts; put numbers and words such as `true` in quotes")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Values, E> {
                Ok(Values(vec![Value::Text(text.into())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
                let mut values = Vec::new();
                while let Some(text) = list.next_element::<String>()? {
                    values.push(Value::Text(text.into()));
                }
                Ok(Values(values))
            }
        }
        deserializer.deserialize_any(TextOrList)
    }
}

/// Attributes that follow from other keys of the file.
const OWN_KEYS: &[(&str, &str)] = &[
    ("samaccountname", "the name of the entry"),
    ("distinguishedname", "`cn` and the domain"),
    ("userprincipalname", "`upn`"),
    ("memberof", "`member_of`"),
    ("member", "`member_of` of the members"),
    ("objectsid", "`sid`"),
    ("objectguid", "`guid`"),
];

impl DirectoryFile {
    /// Checks what the file says and makes the domain of it.
    pub(super) fn into_tree(mut self) -> Result<Tree, Mistake> {
        let domain = self.domain.into_domain()?;
        if !self.groups.keys().any(|name| name.to_lowercase() == DOMAIN_USERS.to_lowercase()) {
            self.groups.insert(DOMAIN_USERS.to_owned(), GroupSection::default());
        }
        let names: Vec<&String> = self.groups.keys().collect();
        let places: BTreeMap<String, usize> =
            names.iter().enumerate().map(|(place, name)| (name.to_lowercase(), place)).collect();
        let place_of = |who: &str, group: &str| {
            places.get(&group.to_lowercase()).copied().ok_or_else(|| unknown_group(who, group, &names))
        };
        let stated = self.groups.values().map(|group| &group.sid).chain(self.users.values().map(|user| &user.sid));
        let stated: Vec<Sid> = stated.flatten().map(|text| sid(text)).collect::<Result<_, _>>()?;
        let mut sids = Sids::new(domain.sid.clone(), stated);
        let mut entries = Vec::with_capacity(self.groups.len() + self.users.len());
        let mut entry = |name: &str,
                         kind,
                         upn,
                         sid_text: Option<&str>,
                         guid_text: Option<&str>,
                         groups: &Names,
                         attributes: &BTreeMap<String, Values>| {
            if name.trim() != name || name.is_empty() || name.chars().any(|c| c.is_control() || c == '\\') {
                let message = format!("`{}` cannot be a name", name.escape_debug());
                let help = "a name is not empty and has no blanks at its ends, no backslash and no control characters";
                return Err(Mistake::in_entry(name, name, message).with_help(help));
            }
            let sid = match sid_text {
                Some(text) => sid(text)?,
                None => sids.derive(name),
            };
            let guid = match guid_text {
                Some(text) => guid(text)?,
                None => derive_guid(&sid),
            };
            let attributes = attribute_map(name, attributes)?;
            let cn = attributes.get("cn").and_then(|values| values.first());
            let cn = cn.and_then(|cn| if let Value::Text(text) = cn { Some(&**text) } else { None }).unwrap_or(name);
            let mut member_of = groups.iter().map(|group| place_of(name, group)).collect::<Result<Vec<_>, _>>()?;
            member_of.sort_unstable();
            member_of.dedup();
            entries.push(Entry {
                kind,
                dn: format!("CN={},CN=Users,{}", dn::escaped(cn), dn::of_domain(&domain.dns)).into(),
                login: name.into(),
                upn,
                sid: Some(sid),
                guid: Some(guid),
                member_of,
                members: Vec::new(),
                attributes,
            });
            Ok(())
        };
        for (name, group) in &self.groups {
            let (sid, guid) = (group.sid.as_deref(), group.guid.as_deref());
            entry(name, Kind::Group(group.kind), None, sid, guid, &group.member_of, &group.attributes)?;
        }
        for (name, user) in &self.users {
            if let Some(hash) = &user.password {
                password::validate(hash).map_err(|error| {
                    let message = format!("the password of `{name}` is no usable hash: {error}");
                    let help = "passwords are Argon2id hashes, `$argon2id$v=19$…`, in quotes";
                    Mistake::in_entry(name, "password", message).with_help(help)
                })?;
            }
            let primary = place_of(name, user.primary_group.as_deref().unwrap_or(DOMAIN_USERS))?;
            let kind = Kind::User {
                enabled: user.enabled,
                password: user.password.as_deref().map(Into::into),
                primary_group: Some(primary),
            };
            let upn: Arc<str> = user.upn.clone().unwrap_or_else(|| format!("{name}@{}", domain.dns)).into();
            let (sid, guid) = (user.sid.as_deref(), user.guid.as_deref());
            entry(name, kind, Some(upn), sid, guid, &user.member_of, &user.attributes)?;
        }
        Tree::new(domain, entries).map_err(|(first, second)| {
            let message = format!("`{first}` and `{second}` are the same name to a directory");
            let help = "case does not matter in names, and users and groups share one set of names";
            Mistake::in_entry(&second, &second, message).with_help(help)
        })
    }
}

impl DomainSection {
    fn into_domain(self) -> Result<Domain, Mistake> {
        let is_label =
            |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
        if !is_label(&self.netbios) {
            let message = format!("`{}` cannot be the NetBIOS name of a domain", self.netbios);
            return Err(Mistake::in_entry("netbios", &self.netbios, message));
        }
        if !self.dns.split('.').all(is_label) {
            let message = format!("`{}` cannot be the DNS name of a domain", self.dns);
            return Err(Mistake::in_entry("dns", &self.dns, message));
        }
        let sid = sid(&self.sid)?;
        Ok(Domain { netbios: self.netbios, dns: self.dns, sid })
    }
}

fn attribute_map(owner: &str, stated: &BTreeMap<String, Values>) -> Result<BTreeMap<Box<str>, Vec<Value>>, Mistake> {
    let mut attributes = BTreeMap::new();
    for (name, Values(values)) in stated {
        let lower = name.to_ascii_lowercase();
        if let Some((_, instead)) = OWN_KEYS.iter().find(|(own, _)| *own == lower) {
            return Err(Mistake::in_entry(
                owner,
                name,
                format!("`{owner}`: the attribute `{name}` follows from {instead}"),
            ));
        }
        if !lower.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(Mistake::in_entry(owner, name, format!("`{owner}`: `{name}` is no attribute name")));
        }
        if attributes.insert(lower.into(), values.clone()).is_some() {
            return Err(Mistake::in_entry(
                owner,
                name,
                format!("`{owner}` has the attribute `{name}` twice, in different case"),
            ));
        }
    }
    Ok(attributes)
}

fn sid(text: &str) -> Result<Sid, Mistake> {
    text.parse().map_err(|error| Mistake::in_entry("sid", text, format!("{error}")))
}

/// Reads `11223344-5566-7788-99aa-bbccddeeff00` into the byte order of Windows [MS-DTYP 2.3.4].
fn guid(text: &str) -> Result<[u8; 16], Mistake> {
    let digits: Vec<u8> =
        text.bytes().filter_map(|byte| char::from(byte).to_digit(16)).filter_map(|d| u8::try_from(d).ok()).collect();
    let dashes = text.char_indices().filter(|&(_, c)| c == '-').map(|(at, _)| at);
    let pairs: Vec<u8> = digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect();
    match <[u8; 16]>::try_from(pairs) {
        Ok(mut bytes) if text.len() == 36 && dashes.eq([8, 13, 18, 23]) => {
            let (first, _) = bytes.split_at_mut(4);
            first.reverse();
            bytes.swap(4, 5);
            bytes.swap(6, 7);
            Ok(bytes)
        }
        _ => Err(Mistake::in_entry(
            "guid",
            text,
            format!("`{text}` is no GUID; one looks like `11223344-5566-7788-99aa-bbccddeeff00`"),
        )),
    }
}

fn unknown_group(who: &str, group: &str, names: &[&String]) -> Mistake {
    let near = names.iter().map(|name| (distance(group, name), name)).min().filter(|(far, _)| *far <= 3);
    let help =
        near.map_or_else(|| format!("add `{group}` under `groups:`"), |(_, name)| format!("did you mean `{name}`?"));
    let message = format!("`{who}` is a member of `{group}`, which is not among the groups");
    Mistake::in_entry(who, group, message).with_help(help)
}

/// How many letters differ between two names [Levenshtein].
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.to_lowercase().chars().enumerate() {
        let mut next = vec![index + 1];
        for (&same, (pair, cell)) in row.iter().zip(other.iter().zip(row.iter().skip(1))) {
            let left = next.last().copied().unwrap_or_default();
            next.push((same + usize::from(*pair != letter)).min(left + 1).min(cell + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
