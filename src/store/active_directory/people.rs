//! People of the domain: found by a name, read in one search, made into accounts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use ldap3::Scope;

use super::asked::Wanted;
use super::domain::Domain;
use super::own_entry::OwnEntry;
use super::seen::Seen;
use super::token_groups::{TOKEN_GROUPS, WIDE_TOKEN_GROUPS, shown};
use super::{ActiveDirectory, standing};
use crate::engine::StoreError;
use crate::store::account::{Token, sid_texts};
use crate::store::directory::{Account, Password, ReadAhead, Refusal, SignInError};
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::entry::Entry;
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;
use crate::store::ldap::ranges::complete;
use crate::store::user_name::{UserName, spellings};

/// `sAMAccountType` of people [MS-ADTS 2.2.13].
pub(super) const PERSON: &str = "(sAMAccountType=805306368)";
/// What is read of a person besides their groups.
const OF_A_PERSON: [&str; 9] = [
    "sAMAccountName",
    "userPrincipalName",
    "objectSid",
    "primaryGroupID",
    standing::CONTROL,
    standing::COMPUTED_CONTROL,
    standing::PASSWORD_SET,
    standing::EXPIRES,
    standing::PASSWORD_ENDS,
];

/// A person as one search gave them.
pub(super) struct Person {
    pub entry: Entry,
    /// What was asked for beyond the account itself.
    pub ahead: Option<Wanted>,
}

/// A condition that an account meets which has a name, and whether it has the name by itself.
fn conditions(name: UserName<'_>, domain: &Domain) -> Vec<(String, bool)> {
    let by_login = |user: &str| any_spelling("sAMAccountName", user);
    match name {
        UserName::Bare(user) => vec![(by_login(user), true)],
        UserName::Qualified { domain: name, user } if domain.is_named(name) => vec![(by_login(user), true)],
        UserName::Qualified { .. } => Vec::new(),
        UserName::Principal { whole, user, domain: name } => {
            // The name that somebody was given goes before the one that Windows makes of account and domain.
            let given = (any_spelling("userPrincipalName", whole), true);
            if domain.is_named(name) { vec![given, (by_login(user), false)] } else { vec![given] }
        }
    }
}

/// Two accounts whose names differ only in their spelling are two, and then the name is nobody's.
fn any_spelling(attribute: &str, name: &str) -> String {
    let conditions: Vec<String> =
        spellings(name).iter().map(|spelling| format!("({attribute}={})", escape(spelling))).collect();
    match conditions.as_slice() {
        [one] => one.clone(),
        several => format!("(|{})", several.concat()),
    }
}

impl ActiveDirectory {
    /// Looks for the one person of a name, and remembers where they are.
    pub(super) fn find(
        &self,
        typed: &str,
        name: UserName<'_>,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Option<Arc<Seen>>, Failure> {
        let domain = self.domain(connection, deadline)?;
        let base = self.people_base.as_deref().unwrap_or(&domain.base);
        for (filter, lasting) in conditions(name, domain) {
            let found = Instant::now();
            let whole = format!("(&{PERSON}{filter})");
            let search = Search { base, scope: Scope::Subtree, filter: &whole, attributes: &["objectSid"] };
            let mut people = connection.search_limited(search, 2, deadline)?;
            let Some(person) = people.pop() else { continue };
            let sid = person.sids("objectsid").pop().filter(|sid| sid.is_in(&domain.sid));
            let Some(sid) = sid.filter(|_| people.is_empty()) else { return Ok(None) };
            let seen = Arc::new(Seen { dn: person.dn, sid, filter, lasting, found });
            self.seen.remember(typed, Arc::clone(&seen));
            return Ok(Some(seen));
        }
        Ok(None)
    }

    /// Reads somebody who was found, in one search. `None` if the account is not there any more, is another one, or has
    /// lost the name by which it was found.
    fn read(
        seen: &Seen,
        ahead: Option<Wanted>,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Option<Person>, Failure> {
        let mut attributes: BTreeSet<&str> = OF_A_PERSON.into_iter().chain([TOKEN_GROUPS]).collect();
        if let Some(wanted) = &ahead {
            attributes.extend(wanted.attributes.iter().map(|name| &**name));
            attributes.extend(wanted.groups.then_some(WIDE_TOKEN_GROUPS));
        }
        let attributes: Vec<&str> = attributes.into_iter().collect();
        let filter = format!("(&{PERSON}{})", seen.filter);
        let search = Search { base: &seen.dn, scope: Scope::Base, filter: &filter, attributes: &attributes };
        let Some(mut entry) = connection.search(search, deadline)?.pop() else { return Ok(None) };
        if entry.sids("objectsid") != [seen.sid.clone()] {
            return Ok(None);
        }
        complete(&mut entry, connection, deadline)?;
        shown(&entry, TOKEN_GROUPS)?;
        Ok(Some(Person { entry, ahead }))
    }

    /// Whether what is remembered of a name is still so.
    fn bears_name(seen: &Seen, connection: &mut Connection, deadline: Instant) -> Result<bool, Failure> {
        let filter = format!("(&{PERSON}{})", seen.filter);
        let search = Search { base: &seen.dn, scope: Scope::Base, filter: &filter, attributes: &["objectSid"] };
        let found = connection.search(search, deadline)?.pop();
        Ok(found.is_some_and(|entry| entry.sids("objectsid") == [seen.sid.clone()]))
    }

    /// The person of a name: where they were seen before, or else where they are found now.
    pub(super) fn person(
        &self,
        typed: &str,
        name: UserName<'_>,
        ahead: Option<&Wanted>,
        connection: &mut Connection,
        deadline: Instant,
    ) -> Result<Option<Person>, Failure> {
        if let Some(seen) = self.seen.recall(typed) {
            if let Some(person) = Self::read(&seen, ahead.cloned(), connection, deadline)? {
                return Ok(Some(person));
            }
            self.seen.forget(typed);
        }
        match self.find(typed, name, connection, deadline)? {
            Some(seen) => Self::read(&seen, ahead.cloned(), connection, deadline),
            None => Ok(None),
        }
    }

    /// Checks the password of somebody who was seen, and reads them. `None` if what was seen is no longer so.
    pub(super) fn open(
        &self,
        seen: &Seen,
        password: &Password,
        deadline: Instant,
    ) -> Result<Option<Account>, SignInError> {
        if let Some(refusal) = self.pool.check_password(&seen.dn, password, deadline)? {
            // The refusal may be about whoever has that place now. Where nobody can tell, it stands: a guess was made, and
            // must count.
            let about_them = seen.is_fresh()
                || self.pool.run(deadline, |connection| Self::bears_name(seen, connection, deadline)).unwrap_or(true);
            return if about_them { Err(refusal.into()) } else { Ok(None) };
        }
        // Whom the password opened is known by what the directory says afterwards, and not by what is remembered.
        let ahead = self.asked.so_far();
        let read = |connection: &mut Connection| Self::read(seen, Some(ahead.clone()), connection, deadline);
        let person = self.pool.run(deadline, read).map_err(SignInError::Unfinished)?;
        person.map(|person| self.account_of(person).map_err(SignInError::Unfinished)).transpose()
    }

    /// Remembers somebody by the name that their account has, under which their session comes back.
    pub(super) fn remember_login(&self, account: &Account, seen: &Seen) {
        if self.seen.recall(&account.name).is_some_and(|known| known.sid == seen.sid && known.dn == seen.dn) {
            return;
        }
        let Some((_, login)) = account.name.split_once('\\') else { return };
        let filter = format!("(sAMAccountName={})", escape(login));
        self.seen.remember(&account.name, Arc::new(Seen { filter, lasting: true, ..seen.clone() }));
    }

    /// The account of a person who was read.
    pub(super) fn account_of(&self, person: Person) -> Result<Account, StoreError> {
        let domain = self.known_domain()?;
        let Person { entry, ahead } = person;
        let sid = entry.sids("objectsid").pop();
        let primary_rid = entry.text("primarygroupid").and_then(|rid| rid.parse().ok());
        let primary_group = sid.as_ref().zip(primary_rid).and_then(|(sid, rid)| Some(sid.domain()?.with_rid(rid)));
        let groups = entry.sids(&TOKEN_GROUPS.to_lowercase());
        let token = Token {
            netbios: &domain.netbios,
            dns: &domain.dns,
            login: entry.text("samaccountname").unwrap_or_default(),
            upn: entry.text("userprincipalname"),
            sid: sid.as_ref(),
            primary_group: primary_group.map(|sid| sid.to_string().into()),
            groups: sid_texts(groups.into_iter().filter(|sid| !sid.is_builtin()).collect()),
            password_mark: standing::password_mark(&entry),
            password_ends: standing::password_ends(&entry),
        };
        let mut account = token.into_account();
        if let Some(wanted) = ahead {
            account.ahead = ReadAhead::new(Arc::new(OwnEntry::new(self.clone(), entry, wanted)));
        }
        Ok(account)
    }

    /// The domain, which is known as soon as anybody was found in it.
    pub(super) fn known_domain(&self) -> Result<&Domain, StoreError> {
        let unknown = || Failure::Lost("the domain has not described itself".to_owned());
        self.domain.get().ok_or_else(|| self.pool.error(&unknown()))
    }

    /// Why nobody has a name.
    pub(super) fn nobody(&self, name: UserName<'_>) -> Refusal {
        match (name, self.domain.get()) {
            (UserName::Qualified { domain: other, .. }, Some(domain)) if !domain.is_named(other) => {
                Refusal::other_domain(other, &domain.netbios)
            }
            _ => Refusal::UnknownUser,
        }
    }
}
