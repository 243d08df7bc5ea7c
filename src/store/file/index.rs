//! The names by which entries are found; case does not matter in any of them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::store::dn;

/// The places of entries by name.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_login: HashMap<Box<str>, u32>,
    by_dn: HashMap<Box<str>, u32>,
    /// The first user of a UPN. Several users may have one in a careless directory.
    by_upn: HashMap<Box<str>, u32>,
    /// All users of a UPN that several have.
    shared_upns: BTreeMap<Box<str>, Vec<u32>>,
}

impl Index {
    /// Notes a login. The place of another entry that has it.
    pub(super) fn add_login(&mut self, login: &str, place: u32) -> Option<u32> {
        self.by_login.insert(login.to_lowercase().into(), place)
    }

    /// Notes a distinguished name. The place of another entry that has it.
    pub(super) fn add_dn(&mut self, dn: &str, place: u32) -> Option<u32> {
        self.by_dn.insert(dn::normalised(dn).into(), place)
    }

    /// Takes over all logins, in lower case.
    pub(super) fn set_logins(&mut self, by_login: HashMap<Box<str>, u32>) {
        self.by_login = by_login;
    }

    /// Takes over all distinguished names, normalised.
    pub(super) fn set_dns(&mut self, by_dn: HashMap<Box<str>, u32>) {
        self.by_dn = by_dn;
    }

    /// Notes a UPN.
    pub(super) fn add_upn(&mut self, upn: &str, place: u32) {
        let upn: Box<str> = upn.to_lowercase().into();
        match self.by_upn.get(&upn) {
            Some(&first) => self.shared_upns.entry(upn).or_insert_with(|| vec![first]).push(place),
            None => {
                self.by_upn.insert(upn, place);
            }
        }
    }

    pub(super) fn by_login(&self, login: &str) -> Option<u32> {
        let is_lower = login.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let login = if is_lower { Cow::Borrowed(login) } else { Cow::Owned(login.to_lowercase()) };
        self.by_login.get(&*login).copied()
    }

    pub(super) fn by_dn(&self, dn: &str) -> Option<u32> {
        self.by_dn.get(dn::normalised(dn).as_str()).copied()
    }

    pub(super) fn by_upn(&self, upn: &str) -> &[u32] {
        let upn = upn.to_lowercase();
        match self.shared_upns.get(upn.as_str()) {
            Some(shared) => shared,
            None => self.by_upn.get(upn.as_str()).map_or(&[], std::slice::from_ref),
        }
    }
}
