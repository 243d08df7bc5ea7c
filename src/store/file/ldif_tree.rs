//! From the entries of an export to a domain, in one pass and in memory of the size of what is kept.

use std::collections::{BTreeMap, HashMap};
use std::mem;

use super::attributes::Attributes;
use super::dn_table::DnTable;
use super::entry::{DOMAIN_USERS, DOMAIN_USERS_RID, Domain, Entry, GroupType, Kind};
use super::identity::Sids;
use super::index::Index;
use super::ldif::{Record, Records};
use super::ldif_entry::Known;
use super::lists::Lists;
use super::mistake::Mistake;
use super::tree::Tree;
use crate::input::InputError;
use crate::store::dn;
use crate::store::sid::Sid;

/// The domain SID of an export that states no SID at all.
const NO_DOMAIN: &str = "S-1-5-21-0-0-0";
/// The place of a distinguished name whose entry was not seen.
const NOWHERE: u32 = u32::MAX;

/// Makes a domain of an export: users are entries of the class `user` or `person` with a `sAMAccountName`, groups are
/// of the class `group`. Membership is read from both ends. Groups that only `memberOf` names are taken for security
/// groups whose name is their `cn`.
pub(super) fn build(mut records: Records<'_>) -> Result<Tree, InputError> {
    let known = Known::new(records.names());
    let mut growing = Growing::default();
    let mut record = Record::default();
    while records.read(&mut record)? {
        growing.add(&known, &record).map_err(|mistake| record.wrong(records.name(), mistake))?;
    }
    let name = records.name().to_owned();
    growing.finish(mem::take(records.names())).map_err(|mistake| mistake.in_whole(&name))
}

/// Entries while they are collected, in the order of the file.
#[derive(Default)]
struct Growing {
    facts: Facts,
    entries: Vec<Entry>,
    by_login: HashMap<Box<str>, u32>,
    dns: DnTable,
    /// The entry of each distinguished name.
    places: Vec<u32>,
    /// For each entry the distinguished names of its groups, and of its members.
    member_of: Lists,
    members: Lists,
    /// For each entry the number of its primary group in the domain.
    primary_groups: Vec<u32>,
}

/// What an export says about its domain: the DNS name is in every distinguished name, the SID in every account. The
/// `NetBIOS` name stands only in the partition's `crossRef`; without that it is taken to be the first label of the DNS
/// name.
#[derive(Default)]
struct Facts {
    dns: Option<String>,
    netbios: Option<String>,
    sid_of_domain: Option<Sid>,
    sid_of_account: Option<Sid>,
}

impl Growing {
    fn add(&mut self, known: &Known, record: &Record) -> Result<(), Mistake> {
        self.facts.note(known, record);
        let Some(entry) = known.entry(record)? else { return Ok(()) };
        let id = self.dns.id(&record.dn);
        if self.place(id) != NOWHERE {
            return Err(Mistake::new(format!("`{}` is in the file twice", record.dn)));
        }
        let groups = record.texts(known.member_of).map(|group| self.dns.id(group));
        self.member_of.push(groups);
        let is_user = entry.is_user();
        let members = record.texts(known.member).filter(|_| !is_user).map(|member| self.dns.id(member));
        self.members.push(members);
        let primary_group = record.text(known.primary_group_id).and_then(|text| text.parse().ok());
        self.primary_groups.push(primary_group.unwrap_or(DOMAIN_USERS_RID));
        self.put(entry, id)
    }

    /// Puts an entry at the end.
    fn put(&mut self, entry: Entry, id: u32) -> Result<(), Mistake> {
        let place = u32::try_from(self.entries.len()).unwrap_or(NOWHERE);
        let id = id as usize;
        if self.places.len() <= id {
            self.places.resize(id + 1, NOWHERE);
        }
        if let Some(slot) = self.places.get_mut(id) {
            *slot = place;
        }
        let same = self.by_login.insert(entry.login.to_lowercase().into(), place);
        if let Some(other) = same.and_then(|same| self.entries.get(same as usize)) {
            let message = format!("`{}` and `{}` are the same name to a directory", other.login, entry.login);
            return Err(Mistake::new(message)
                .with_help("export the groups too: without its entry, a group is known by its `cn` alone"));
        }
        self.entries.push(entry);
        Ok(())
    }

    fn place(&self, id: u32) -> u32 {
        self.places.get(id as usize).copied().unwrap_or(NOWHERE)
    }

    fn finish(mut self, names: super::attributes::Names) -> Result<Tree, Mistake> {
        let domain = mem::take(&mut self.facts).into_domain()?;
        self.add_unseen_groups()?;
        self.find_primary_groups(&domain)?;
        self.derive_sids(&domain);
        let order = self.order();
        let mut new_places = vec![NOWHERE; self.entries.len()];
        for (new, &old) in (0..).zip(&order) {
            if let Some(slot) = new_places.get_mut(old as usize) {
                *slot = new;
            }
        }
        let renumbered = |old: u32| new_places.get(old as usize).copied();
        let member_of = self.memberships(&order, &renumbered);
        let mut index = Index::default();
        self.by_login.values_mut().for_each(|place| *place = renumbered(*place).unwrap_or(NOWHERE));
        index.set_logins(mem::take(&mut self.by_login));
        let places = mem::take(&mut self.places);
        index.set_dns(
            mem::take(&mut self.dns).into_places(|id| places.get(id as usize).and_then(|&place| renumbered(place))),
        );
        let mut unsorted: Vec<Option<Entry>> = mem::take(&mut self.entries).into_iter().map(Some).collect();
        let mut entries = Vec::with_capacity(unsorted.len());
        for (new, &old) in (0..).zip(&order) {
            let Some(mut entry) = unsorted.get_mut(old as usize).and_then(Option::take) else { continue };
            if let Kind::User { primary_group: Some(group), .. } = &mut entry.kind {
                *group = renumbered(*group).unwrap_or(NOWHERE);
            }
            if let Some(upn) = &entry.upn {
                index.add_upn(upn, new);
            }
            entries.push(entry);
        }
        Ok(Tree::new(domain, entries, names, index, member_of))
    }

    /// Groups that `memberOf` names and that have no entry in the export.
    fn add_unseen_groups(&mut self) -> Result<(), Mistake> {
        let named = mem::take(&mut self.member_of);
        for &group in named.all() {
            if self.place(group) == NOWHERE {
                let dn = self.dns.spelling(group).map(ToString::to_string).unwrap_or_default();
                self.put(bare_group(&dn, None), group)?;
            }
        }
        self.member_of = named;
        Ok(())
    }

    fn find_primary_groups(&mut self, domain: &Domain) -> Result<(), Mistake> {
        let rids = mem::take(&mut self.primary_groups);
        let mut groups: BTreeMap<u32, u32> = BTreeMap::new();
        for (place, entry) in (0..).zip(&self.entries) {
            let rid = entry.sid.as_ref().filter(|sid| sid.is_in(&domain.sid)).and_then(Sid::rid);
            if let Some(rid) = rid.filter(|_| !entry.is_user()) {
                groups.entry(rid).or_insert(place);
            }
        }
        // `Domain Users` is there even if the export lacks it.
        if rids.contains(&DOMAIN_USERS_RID) && !groups.contains_key(&DOMAIN_USERS_RID) {
            let sid = domain.sid.with_rid(DOMAIN_USERS_RID);
            let dn = format!("CN={DOMAIN_USERS},CN=Users,{}", dn::of_domain(&domain.dns));
            let id = self.dns.id(&dn);
            if self.place(id) == NOWHERE {
                self.put(bare_group(&dn, None), id)?;
            }
            let place = self.place(id);
            if let Some(group) = self.entries.get_mut(place as usize) {
                group.sid = Some(sid);
            }
            groups.insert(DOMAIN_USERS_RID, place);
        }
        for (entry, rid) in self.entries.iter_mut().zip(rids) {
            if let Kind::User { primary_group, .. } = &mut entry.kind {
                *primary_group = groups.get(&rid).copied();
            }
        }
        Ok(())
    }

    /// Gives SIDs to users who state none.
    fn derive_sids(&mut self, domain: &Domain) {
        if self.entries.iter().all(|entry| entry.sid.is_some() || !entry.is_user()) {
            return;
        }
        let stated = self.entries.iter().filter_map(|entry| entry.sid.clone());
        let mut sids = Sids::new(domain.sid.clone(), stated);
        for entry in &mut self.entries {
            if entry.sid.is_none() && entry.is_user() {
                entry.sid = Some(sids.derive(&entry.login));
            }
        }
    }

    /// The places of all entries as a [`Tree`] wants them: groups by login, then users.
    fn order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.entries.len()).collect();
        let key = |&place: &u32| {
            let entry = self.entries.get(place as usize);
            entry.map(|entry| (entry.is_user(), if entry.is_user() { "" } else { &*entry.login }))
        };
        order.sort_by(|one, other| key(one).cmp(&key(other)));
        order
    }

    /// For each entry the groups that it or they name, in the new order.
    fn memberships(&mut self, order: &[u32], renumbered: &impl Fn(u32) -> Option<u32>) -> Lists {
        let (groups, members) = (mem::take(&mut self.member_of), mem::take(&mut self.members));
        // People of other domains, computers and contacts are not in the export.
        let place = |&id: &u32| renumbered(self.place(id));
        let is_group = |&place: &u32| {
            let old = order.get(place as usize).and_then(|&old| self.entries.get(old as usize));
            old.is_some_and(|entry| !entry.is_user())
        };
        let mut of_groups = Lists::default();
        for &old in order.iter().take_while(|&&old| self.entries.get(old as usize).is_some_and(|e| !e.is_user())) {
            of_groups.push(members.list(old).iter().filter_map(place));
        }
        drop(members);
        let by_groups = of_groups.turned(order.len());
        drop(of_groups);
        let mut both = Lists::default();
        let mut list = Vec::new();
        for (new, &old) in (0..).zip(order) {
            list.clear();
            list.extend(groups.list(old).iter().filter_map(place).filter(is_group));
            list.extend_from_slice(by_groups.list(new));
            list.sort_unstable();
            list.dedup();
            both.push(list.iter().copied());
        }
        both.shrink();
        both
    }
}

fn bare_group(dn: &str, sid: Option<Sid>) -> Entry {
    Entry {
        kind: Kind::Group(GroupType::Global),
        dn: dn.into(),
        login: dn::leaf(dn).unwrap_or_default().into(),
        upn: None,
        sid,
        guid: None,
        attributes: Attributes::default(),
    }
}

impl Facts {
    fn note(&mut self, known: &Known, record: &Record) {
        if self.dns.is_none() {
            self.dns = Some(dn::domain(&record.dn)).filter(|dns| !dns.is_empty());
        }
        if self.netbios.is_none() {
            self.netbios = record.text(known.netbios_name).map(str::to_owned);
        }
        if self.sid_of_domain.is_none() {
            let first = record.text(known.object_class);
            if first == Some("domain") || record.texts(known.object_class).any(|class| class == "domainDNS") {
                self.sid_of_domain = known.sid(record);
            }
        }
        if self.sid_of_account.is_none() && record.text(known.login).is_some() {
            self.sid_of_account = known.sid(record).and_then(|sid| sid.domain());
        }
    }

    fn into_domain(self) -> Result<Domain, Mistake> {
        let Some(dns) = self.dns else {
            return Err(Mistake::new("no entry names its domain").with_help(
                "distinguished names end in `DC=…` parts, as in `CN=alice,CN=Users,DC=corp,DC=example,DC=com`",
            ));
        };
        let first = dns.split('.').next().unwrap_or_default().to_uppercase();
        let sid = self.sid_of_domain.or(self.sid_of_account).or_else(|| NO_DOMAIN.parse().ok());
        let sid = sid.ok_or_else(|| Mistake::new("no entry has a security identifier"))?;
        Ok(Domain { netbios: self.netbios.unwrap_or(first), dns, sid })
    }
}
