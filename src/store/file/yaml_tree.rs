//! From what `directory.yaml` says to a domain.

use std::collections::BTreeMap;

use super::attributes::{Attributes, Names as AttributeNames};
use super::entry::{DOMAIN_USERS, Domain, Entry, Kind};
use super::identity::{Sids, derive_guid};
use super::index::Index;
use super::lists::Lists;
use super::mistake::Mistake;
use super::password;
use super::tree::Tree;
use super::yaml::{DirectoryFile, DomainSection, GroupSection, Names, UserSection, Values};
use crate::store::dn;
use crate::store::sid::Sid;

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
    pub(super) fn into_tree(self) -> Result<Tree, Mistake> {
        let Self { domain, mut groups, users } = self;
        let domain = domain.into_domain()?;
        if !groups.keys().any(|name| name.to_lowercase() == DOMAIN_USERS.to_lowercase()) {
            groups.insert(DOMAIN_USERS.to_owned(), GroupSection::default());
        }
        let stated = groups.values().map(|group| &group.sid).chain(users.values().map(|user| &user.sid));
        let stated: Vec<Sid> = stated.flatten().map(|text| sid(text)).collect::<Result<_, _>>()?;
        let mut growing = Growing {
            places: groups.keys().zip(0..).map(|(name, place)| (name.to_lowercase(), place)).collect(),
            groups: groups.keys().cloned().collect(),
            sids: Sids::new(domain.sid.clone(), stated),
            entries: Vec::with_capacity(groups.len() + users.len()),
            names: AttributeNames::default(),
            member_of: Lists::default(),
            index: Index::default(),
            domain,
        };
        for (name, group) in groups {
            growing.add_group(&name, group)?;
        }
        for (name, user) in users {
            growing.add_user(&name, user)?;
        }
        let Growing { domain, entries, names, index, mut member_of, .. } = growing;
        member_of.shrink();
        Ok(Tree::new(domain, entries, names, index, member_of))
    }
}

/// Entries while they are made. The groups come first, in the order of their names.
struct Growing {
    domain: Domain,
    groups: Vec<String>,
    /// Places of the groups, by name in lower case.
    places: BTreeMap<String, u32>,
    sids: Sids,
    entries: Vec<Entry>,
    names: AttributeNames,
    member_of: Lists,
    index: Index,
}

impl Growing {
    fn add_group(&mut self, name: &str, group: GroupSection) -> Result<(), Mistake> {
        let GroupSection { sid, guid, kind, member_of, attributes } = group;
        let (sid, guid) = self.identity(name, sid.as_deref(), guid.as_deref())?;
        let attributes = attribute_map(name, attributes)?;
        self.add(name, Kind::Group(kind), None, (sid, guid), &member_of, &attributes)
    }

    fn add_user(&mut self, name: &str, user: UserSection) -> Result<(), Mistake> {
        let UserSection { password, enabled, sid, guid, upn, primary_group, member_of, attributes } = user;
        if let Some(hash) = &password {
            password::validate(hash).map_err(|error| {
                let message = format!("the password of `{name}` is no usable hash: {error}");
                let help = "passwords are Argon2id hashes, `$argon2id$v=19$…`, in quotes";
                Mistake::in_entry(name, "password", message).with_help(help)
            })?;
        }
        let primary_group = Some(self.group(name, primary_group.as_deref().unwrap_or(DOMAIN_USERS))?);
        let kind = Kind::User { enabled, password: password.map(Into::into), primary_group };
        let upn = upn.unwrap_or_else(|| format!("{name}@{}", self.domain.dns));
        let identity = self.identity(name, sid.as_deref(), guid.as_deref())?;
        let attributes = attribute_map(name, attributes)?;
        self.add(name, kind, Some(upn.into()), identity, &member_of, &attributes)
    }

    fn add(
        &mut self,
        name: &str,
        kind: Kind,
        upn: Option<Box<str>>,
        (sid, guid): (Sid, [u8; 16]),
        groups: &Names,
        attributes: &BTreeMap<Box<str>, Vec<String>>,
    ) -> Result<(), Mistake> {
        if name.trim() != name || name.is_empty() || name.chars().any(|c| c.is_control() || c == '\\') {
            let message = format!("`{}` cannot be a name", name.escape_debug());
            let help = "a name is not empty and has no blanks at its ends, no backslash and no control characters";
            return Err(Mistake::in_entry(name, name, message).with_help(help));
        }
        let cn = attributes.get("cn").and_then(|values| values.first()).map_or(name, String::as_str);
        let dn: Box<str> = format!("CN={},CN=Users,{}", dn::escaped(cn), dn::of_domain(&self.domain.dns)).into();
        let mut member_of = groups.iter().map(|group| self.group(name, group)).collect::<Result<Vec<_>, _>>()?;
        member_of.sort_unstable();
        member_of.dedup();
        self.member_of.push(member_of);
        let place = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let same = self.index.add_login(name, place).or(self.index.add_dn(&dn, place));
        if let Some(other) = same.and_then(|other| self.entries.get(other as usize)) {
            let message = format!("`{}` and `{name}` are the same name to a directory", other.login);
            let help = "case does not matter in names, and users and groups share one set of names";
            return Err(Mistake::in_entry(name, name, message).with_help(help));
        }
        if let Some(upn) = &upn {
            self.index.add_upn(upn, place);
        }
        let attributes = Attributes::pack(attributes.iter().map(|(attribute, values)| {
            (self.names.intern(attribute), values.iter().map(String::as_bytes).collect::<Vec<_>>())
        }));
        let (sid, guid) = (Some(sid), Some(guid));
        self.entries.push(Entry { kind, dn, login: name.into(), upn, sid, guid, attributes });
        Ok(())
    }

    /// What the file states, or what follows from the name.
    fn identity(&mut self, name: &str, stated: Option<&str>, guid: Option<&str>) -> Result<(Sid, [u8; 16]), Mistake> {
        let sid = stated.map_or_else(|| Ok(self.sids.derive(name)), sid)?;
        let guid = guid.map_or_else(|| Ok(derive_guid(&sid)), parse_guid)?;
        Ok((sid, guid))
    }

    /// The place of a group that `who` is a member of.
    fn group(&self, who: &str, group: &str) -> Result<u32, Mistake> {
        let place = self.places.get(&group.to_lowercase()).copied();
        place.ok_or_else(|| unknown_group(who, group, &self.groups))
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

fn attribute_map(owner: &str, stated: BTreeMap<String, Values>) -> Result<BTreeMap<Box<str>, Vec<String>>, Mistake> {
    let mut attributes = BTreeMap::new();
    for (name, Values(values)) in stated {
        let lower = name.to_ascii_lowercase();
        if let Some((_, instead)) = OWN_KEYS.iter().find(|(own, _)| *own == lower) {
            return Err(Mistake::in_entry(
                owner,
                &name,
                format!("`{owner}`: the attribute `{name}` follows from {instead}"),
            ));
        }
        if !lower.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err(Mistake::in_entry(owner, &name, format!("`{owner}`: `{name}` is no attribute name")));
        }
        if attributes.insert(lower.into(), values).is_some() {
            return Err(Mistake::in_entry(
                owner,
                &name,
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
fn parse_guid(text: &str) -> Result<[u8; 16], Mistake> {
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

fn unknown_group(who: &str, group: &str, names: &[String]) -> Mistake {
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
