//! Directories kept in a file: written by hand as YAML, or exported as LDIF.

mod attributes;
mod dn_table;
mod entry;
mod groups;
mod hash_memory;
mod identity;
mod index;
mod ldif;
mod ldif_entry;
mod ldif_tree;
mod lists;
mod matching;
mod mistake;
mod password;
mod tree;
mod values;
mod yaml;
mod yaml_tree;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

pub use mistake::INVALID_DIRECTORY;
pub use password::{InvalidHash, hash_password};

use self::entry::{Entry, GroupType, Kind};
use self::hash_memory::{Busy, HashMemory};
use self::tree::Tree;
use super::account::Token;
use super::active_directory::query::{AdQuery, Attribute, GroupForm};
use super::directory::{Account, Directory, Password, Refusal, SignInError};
use super::filter::Filter;
use super::user_name::{UserName, spellings};
use crate::engine::claim_types::GROUP_SID;
use crate::engine::{Answer, AttributeStore, Query, Row, StoreError};
use crate::input::{self, InputError, Lines};
use crate::lang::Source;

/// A hash that nobody's password has, for a file without hashes: it is checked for users who are not there or have no
/// password, so that the answer takes as long.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$gJ0bX3WJrYQqQqjoCWUhYB2tFj8y6o3W0mQvVDJ6z2E";

/// A directory of one domain, held in memory. It answers the queries that Active Directory answers.
pub struct FileDirectory {
    name: String,
    tree: Tree,
    /// Checked for those who have no hash.
    stand_in: Box<str>,
    hash_memory: HashMemory,
}

impl FileDirectory {
    /// Reads a `directory.yaml`.
    ///
    /// # Errors
    ///
    /// What is wrong in the file, and where: unknown and repeated keys, groups that are not there, names that differ
    /// only in case, passwords that are no hashes.
    pub fn from_yaml(source: &Source) -> Result<Self, InputError> {
        let file: yaml::DirectoryFile = input::yaml(source)?;
        let tree = file.into_tree().map_err(|mistake| mistake.in_source(source))?;
        Ok(Self::new(&source.name, tree))
    }

    /// Reads an LDIF export of a domain [RFC 2849] that is at hand as a whole.
    ///
    /// # Errors
    ///
    /// As [`FileDirectory::read_ldif`].
    pub fn from_ldif(source: &Source) -> Result<Self, InputError> {
        Self::read_ldif(Lines::new(source.text.as_bytes(), &source.name, u64::MAX)?)
    }

    /// Reads an LDIF export of a domain [RFC 2849], line by line. It knows no passwords, so nobody can sign in against
    /// it.
    ///
    /// # Errors
    ///
    /// What is wrong in the file, and where: lines that are no LDIF, change records, entries without a name.
    pub fn read_ldif(lines: Lines<'_>) -> Result<Self, InputError> {
        let name = lines.name().to_owned();
        Ok(Self::new(&name, ldif_tree::build(ldif::Records::new(lines))?))
    }

    /// With a stand-in that costs what the hashes of the file cost: those of one tool cost the same.
    fn new(name: &str, tree: Tree) -> Self {
        let stand_in = tree.entries.iter().find_map(|entry| match &entry.kind {
            Kind::User { password, .. } => password.clone(),
            Kind::Group(_) => None,
        });
        Self {
            name: name.to_owned(),
            tree,
            stand_in: stand_in.unwrap_or_else(|| NOBODYS_HASH.into()),
            hash_memory: HashMemory::default(),
        }
    }

    fn verify(&self, password: &Password, hash: &str) -> Result<bool, StoreError> {
        let verified = password::verify(password, hash, &self.hash_memory);
        verified.map_err(|busy: Busy| StoreError::Unavailable { store: self.name.clone(), reason: busy.to_string() })
    }

    /// The one user of that name, and where they are.
    fn find(&self, user_name: &str) -> Option<(u32, &Entry)> {
        let index = &self.tree.index;
        let only = |places: BTreeSet<u32>| places.first().copied().filter(|_| places.len() == 1);
        let by_login = |user: &str| {
            if user.is_ascii() {
                // It has one spelling.
                return index.by_login(user);
            }
            only(spellings(user).iter().filter_map(|user| index.by_login(user)).collect())
        };
        let place = match UserName::parse(user_name)? {
            UserName::Bare(user) => by_login(user),
            UserName::Qualified { domain, user } => by_login(user).filter(|_| self.tree.domain.is_named(domain)),
            UserName::Principal { whole, user, domain } => {
                // The name that somebody was given goes before the one that Windows makes.
                let given: BTreeSet<u32> =
                    spellings(whole).iter().flat_map(|whole| index.by_upn(whole)).copied().collect();
                if given.is_empty() {
                    by_login(user).filter(|_| self.tree.domain.is_named(domain))
                } else {
                    only(given)
                }
            }
        };
        place.and_then(|place| Some((place, self.tree.entry(place)?))).filter(|(_, entry)| entry.is_user())
    }

    /// Why nobody has a name.
    fn nobody(&self, user_name: &str) -> Refusal {
        match UserName::parse(user_name) {
            Some(UserName::Qualified { domain, .. }) if !self.tree.domain.is_named(domain) => {
                Refusal::other_domain(domain, &self.tree.domain.netbios)
            }
            _ => Refusal::UnknownUser,
        }
    }

    fn account_of(&self, found: (u32, &Entry)) -> Account {
        self.account_with(found, &|_| true)
    }

    /// The account, with claims of some types.
    fn account_with(&self, (place, entry): (u32, &Entry), is_wanted: &dyn Fn(&str) -> bool) -> Account {
        let (primary_group, hash) = match &entry.kind {
            Kind::User { primary_group, password, .. } => (*primary_group, password.as_deref()),
            Kind::Group(_) => (None, None),
        };
        let Tree { domain, groups, .. } = &self.tree;
        let with_groups = is_wanted(GROUP_SID);
        Token {
            netbios: &domain.netbios,
            dns: &domain.dns,
            login: &entry.login,
            upn: entry.upn.as_deref(),
            sid: entry.sid.as_ref(),
            primary_group: primary_group.and_then(|group| groups.text(group, GroupForm::Sid, domain)),
            groups: if with_groups { groups.sid_texts(&self.tree.security_groups_of(place)) } else { Vec::new() },
            password_mark: hash.map(password_mark).unwrap_or_default(),
            password_ends: None,
        }
        .into_account_in_part(is_wanted)
    }

    fn answer_one(&self, query: &Query) -> Result<Answer, StoreError> {
        let asked = AdQuery::parse(query)?;
        let unreadable = |reason: String| StoreError::Query {
            store: query.store.to_string(),
            query: query.text.to_string(),
            reason,
        };
        if !self.tree.domain.is_named(&asked.domain) {
            return Err(unreadable(format!(
                "`{}\\{}` is of another domain; `{}` holds `{}`",
                asked.domain, asked.user, self.name, self.tree.domain.netbios
            )));
        }
        let places = match &asked.filter {
            Some(text) => self.tree.search(&Filter::parse(text).map_err(unreadable)?),
            None => self.tree.index.by_login(&asked.user).into_iter().collect(),
        };
        let columns =
            |&place| Answer::Columns(asked.attributes.iter().map(|wanted| self.column(place, wanted)).collect());
        Ok(match places.as_slice() {
            [only] => columns(only),
            places => Answer::Rows(places.iter().flat_map(|place| columns(place).into_rows()).collect()),
        })
    }

    /// The values of one column for one entry.
    fn column(&self, place: u32, wanted: &Attribute<'_>) -> Vec<Arc<str>> {
        match wanted {
            Attribute::Named(name) => {
                let name = lower(name);
                self.tree.values(place, &name).iter().map(|value| value.to_claim_value(&name)).collect()
            }
            Attribute::TokenGroups(form) => {
                let Tree { domain, groups, .. } = &self.tree;
                let places = self.tree.security_groups_of(place);
                let mut texts = Vec::with_capacity(places.len());
                let told = places.iter().filter(|&&place| groups.kind(place) != Some(GroupType::DomainLocal));
                texts.extend(told.filter_map(|&place| groups.text(place, *form, domain)));
                texts
            }
        }
    }
}

fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) { name.to_ascii_lowercase().into() } else { name.into() }
}

/// A fingerprint of a stored hash: its salt makes it another one whenever the password is set.
fn password_mark(hash: &str) -> String {
    let digest = digest::digest(&digest::SHA256, hash.as_bytes());
    STANDARD.encode(digest.as_ref().first_chunk::<8>().unwrap_or(&[0; 8]))
}

impl AttributeStore for FileDirectory {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        queries.iter().map(|query| self.answer_one(query).map(Answer::into_rows)).collect()
    }

    fn answer_in_any_form(&self, queries: &[Query]) -> Result<Vec<Answer>, StoreError> {
        queries.iter().map(|query| self.answer_one(query)).collect()
    }
}

impl Directory for FileDirectory {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        Ok(self.find(user_name).map(|found| self.account_of(found)))
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.find(user_name).and_then(|(_, entry)| entry.sid.as_ref()).map(ToString::to_string))
    }

    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        if password.is_empty() {
            return Err(Refusal::EmptyPassword.into());
        }
        let Some((found, enabled, hash)) = self.find(user_name).and_then(|found| match &found.1.kind {
            Kind::User { enabled, password, .. } => Some((found, *enabled, password.as_deref())),
            Kind::Group(_) => None,
        }) else {
            self.verify(password, &self.stand_in)?;
            return Err(self.nobody(user_name).into());
        };
        let Some(hash) = hash else {
            self.verify(password, &self.stand_in)?;
            let text = format!("`{}` holds no password for `{}`", self.name, found.1.login);
            return Err(Refusal::Other(text).into());
        };
        if !self.verify(password, hash)? || password.has_controls() {
            return Err(Refusal::WrongPassword.into());
        }
        if !enabled {
            return Err(Refusal::Disabled.into());
        }
        Ok(self.account_of(found))
    }

    fn admit(&self, user_name: &str, _now: Timestamp) -> Result<Account, SignInError> {
        let found = self.find(user_name).ok_or_else(|| self.nobody(user_name))?;
        let Kind::User { enabled: true, .. } = found.1.kind else { return Err(Refusal::Disabled.into()) };
        Ok(self.account_of(found))
    }

    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        self.account_in_part(user_name, now, &|_| true)
    }

    fn account_in_part(
        &self,
        user_name: &str,
        _now: Timestamp,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        Ok(self.find(user_name).map(|found| {
            let enabled = matches!(found.1.kind, Kind::User { enabled: true, .. });
            (self.account_with(found, is_wanted), (!enabled).then_some(Refusal::Disabled))
        }))
    }

    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        let users = self.tree.entries.iter().filter(|entry| entry.is_user());
        let mut names: Vec<String> =
            users.map(|user| format!("{}\\{}", self.tree.domain.netbios, user.login)).collect();
        names.sort_unstable();
        Ok(names)
    }
}

impl fmt::Debug for FileDirectory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FileDirectory").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_what_a_fresh_one_costs() {
        assert_eq!(password::validate(NOBODYS_HASH), Ok(()), "an unreadable one would cost nothing");
        let fresh = hash_password(&Password::new("x".to_owned()), b"salt of somebody").unwrap();
        let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(NOBODYS_HASH), cost(&fresh));
    }

    #[test]
    fn who_has_no_hash_costs_what_others_cost() {
        let cheap = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiBhbGljZQ$OwPvGMPdNV9Ty0tKrkMn4w7PmIv9gvJ7kKlN8zmtZzE";
        let text = format!(
            "domain: {{ netbios: CORP, dns: corp.example.com, sid: S-1-5-21-1-2-3 }}\n\
             users: {{ alice: {{}}, bob: {{ password: '{cheap}' }} }}"
        );
        let directory = FileDirectory::from_yaml(&Source::new("d.yaml", text)).unwrap();
        assert_eq!(&*directory.stand_in, cheap);
    }
}
