//! Several domains whose people sign in. The first one is at home: its people need no domain in their names, and its
//! groups are those that count under their bare names. One that is down keeps only its own people out.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::query::AdQuery;
use super::{ActiveDirectory, ActiveDirectorySettings, SettingsError};
use crate::engine::{AttributeStore, Query, Row, StoreError};
use crate::store::directory::{Account, Condition, Directory, Password, ReadAhead, Refusal, SignInError};
use crate::store::password_change::{ChangeError, PasswordChange, PasswordPolicy};
use crate::store::user_name::UserName;

/// Domains, usually of one forest. Each is asked only about its own people.
#[derive(Clone, Debug)]
pub struct Domains {
    /// The one at home first.
    all: Arc<[ActiveDirectory]>,
    home: ActiveDirectory,
}

/// Answers about one user from what was read of them; about others, their domain is asked.
struct Personal {
    own: Arc<dyn AttributeStore>,
    theirs: ActiveDirectory,
    domains: Domains,
}

impl Domains {
    /// Checks the settings, and connects when the first question comes.
    ///
    /// # Errors
    ///
    /// Settings that cannot work, whatever the network does.
    pub fn new(home: ActiveDirectorySettings, others: Vec<ActiveDirectorySettings>) -> Result<Self, SettingsError> {
        let home = ActiveDirectory::one_of_several(home, None)?;
        let others = others.into_iter().map(|settings| ActiveDirectory::one_of_several(settings, Some(&home)));
        let all = [Ok(home.clone())].into_iter().chain(others).collect::<Result<_, _>>()?;
        Ok(Self { all, home })
    }

    /// Each of them, the one at home first.
    #[must_use]
    pub fn all(&self) -> &[ActiveDirectory] {
        &self.all
    }

    /// The likely one before the others, and those that are known to be down behind all.
    fn promising_first(&self, likely: Option<&ActiveDirectory>) -> Vec<&ActiveDirectory> {
        let mut all: Vec<&ActiveDirectory> = self.all.iter().collect();
        // The sort is stable.
        all.sort_by_key(|domain| (domain.is_down(), !likely.is_some_and(|likely| likely.is(domain))));
        all
    }

    /// The domain of a name in `DOMAIN\user`, if it has said that it is called so.
    fn known(&self, domain: &str) -> Option<&ActiveDirectory> {
        self.all.iter().find(|candidate| candidate.domain.get().is_some_and(|it| it.is_named(domain)))
    }

    /// The domain of a name in `DOMAIN\user`. One that has not said yet what it is called could be meant, so without an
    /// answer of all of them nobody knows that none is.
    fn named(&self, domain: &str) -> Result<Option<&ActiveDirectory>, StoreError> {
        if let Some(meant) = self.known(domain) {
            return Ok(Some(meant));
        }
        let mut silent = None;
        for candidate in self.promising_first(None) {
            match candidate.described() {
                Ok(described) if described.is_named(domain) => return Ok(Some(candidate)),
                Ok(_) => {}
                Err(error) => drop(silent.get_or_insert(error)),
            }
        }
        silent.map_or(Ok(None), Err)
    }

    /// The domain that knows a name, or else the one to say that nobody has it.
    fn serving(&self, typed: &str) -> Result<&ActiveDirectory, StoreError> {
        match UserName::parse(typed) {
            None | Some(UserName::Bare(_)) => Ok(&self.home),
            Some(UserName::Qualified { domain, .. }) => Ok(self.named(domain)?.unwrap_or(&self.home)),
            Some(UserName::Principal { domain, .. }) => self.serving_principal(typed, domain),
        }
    }

    /// Any domain may have given somebody a name with any ending; the forest has each of them once. A domain that does not
    /// answer keeps nobody out who is found elsewhere. Whoever is not could be one of its people.
    fn serving_principal(&self, typed: &str, ending: &str) -> Result<&ActiveDirectory, StoreError> {
        let likely = self.named(ending);
        let mut silent = None;
        for candidate in self.promising_first(likely.as_ref().ok().copied().flatten()) {
            match candidate.identify(typed) {
                Ok(Some(_)) => return Ok(candidate),
                Ok(None) => {}
                Err(error) => drop(silent.get_or_insert(error)),
            }
        }
        match (silent, likely) {
            (Some(error), _) => Err(error),
            (None, likely) => Ok(likely?.unwrap_or(&self.home)),
        }
    }

    fn personal(&self, theirs: &ActiveDirectory, mut account: Account) -> Account {
        if let Some(own) = account.ahead.store().cloned() {
            let personal = Personal { own, theirs: theirs.clone(), domains: self.clone() };
            account.ahead = ReadAhead::new(Arc::new(personal));
        }
        account
    }

    /// The place of the domain that a query is about. A query that nobody can read is read, and refused, at home.
    fn place_of(&self, query: &Query) -> Result<usize, StoreError> {
        let Ok(asked) = AdQuery::parse(query) else { return Ok(0) };
        let meant = self.named(&asked.domain)?;
        Ok(self.all.iter().position(|candidate| meant.is_some_and(|meant| meant.is(candidate))).unwrap_or(0))
    }
}

/// Asks each of several stores what is for it, by `place`; the answers are in the order of the queries.
fn distribute(
    queries: &[Query],
    place: impl Fn(&Query) -> Result<usize, StoreError>,
    ask: impl Fn(usize, &[Query]) -> Result<Vec<Vec<Row>>, StoreError>,
) -> Result<Vec<Vec<Row>>, StoreError> {
    let mut by_place: BTreeMap<usize, (Vec<usize>, Vec<Query>)> = BTreeMap::new();
    for (index, query) in queries.iter().enumerate() {
        let (indices, asked) = by_place.entry(place(query)?).or_default();
        indices.push(index);
        asked.push(query.clone());
    }
    let mut answers = vec![Vec::new(); queries.len()];
    for (place, (indices, asked)) in by_place {
        for (index, rows) in indices.into_iter().zip(ask(place, &asked)?) {
            if let Some(slot) = answers.get_mut(index) {
                *slot = rows;
            }
        }
    }
    Ok(answers)
}

impl AttributeStore for Domains {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let ask = |place: usize, asked: &[Query]| self.all.get(place).unwrap_or(&self.home).answer(asked);
        distribute(queries, |query| self.place_of(query), ask)
    }

    fn reachable(&self) -> Result<(), StoreError> {
        self.home.reachable()
    }
}

impl AttributeStore for Personal {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        let theirs = self.theirs.described()?;
        let is_theirs = |query: &Query| AdQuery::parse(query).is_ok_and(|asked| theirs.is_named(&asked.domain));
        let ask = |place: usize, asked: &[Query]| match place {
            0 => self.own.answer(asked),
            _ => self.domains.answer(asked),
        };
        distribute(queries, |query| Ok(usize::from(!is_theirs(query))), ask)
    }
}

impl Directory for Domains {
    fn account(&self, user_name: &str) -> Result<Option<Account>, StoreError> {
        self.serving(user_name)?.account(user_name)
    }

    fn identify(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        self.serving(user_name)?.identify(user_name)
    }

    /// As the domain remembers it that would be asked: another one may have had the name, or may have it as well.
    fn remembered(&self, user_name: &str) -> Option<String> {
        let likely = match UserName::parse(user_name) {
            Some(UserName::Principal { domain, .. }) => self.known(domain),
            _ => None,
        };
        self.promising_first(likely).into_iter().find_map(|domain| domain.remembered(user_name))
    }

    fn identify_again(&self, user_name: &str) -> Result<Option<String>, StoreError> {
        let found = self.serving(user_name)?.identify_again(user_name)?;
        // Somebody of another domain may have the name now.
        if found.is_none() && self.remembered(user_name).is_none() { self.identify(user_name) } else { Ok(found) }
    }

    fn sign_in(&self, user_name: &str, password: &Password) -> Result<Account, SignInError> {
        if password.is_empty() {
            return Err(Refusal::EmptyPassword.into());
        }
        let theirs = self.serving(user_name)?;
        Ok(self.personal(theirs, theirs.sign_in(user_name, password)?))
    }

    fn admit(&self, user_name: &str, now: Timestamp) -> Result<Account, SignInError> {
        let theirs = self.serving(user_name)?;
        Ok(self.personal(theirs, theirs.admit(user_name, now)?))
    }

    fn account_now(&self, user_name: &str, now: Timestamp) -> Result<Option<(Account, Option<Refusal>)>, StoreError> {
        self.serving(user_name)?.account_now(user_name, now)
    }

    fn password_change(&self) -> Option<&dyn PasswordChange> {
        Some(self)
    }

    fn condition(&self) -> Option<Condition> {
        self.all.iter().filter_map(Directory::condition).reduce(Condition::and)
    }

    fn user_names(&self) -> Result<Vec<String>, StoreError> {
        let mut names = Vec::new();
        for domain in &*self.all {
            names.extend(domain.user_names()?);
        }
        names.sort_unstable();
        Ok(names)
    }
}

impl PasswordChange for Domains {
    fn password_policy(&self, user_name: &str) -> Result<Option<PasswordPolicy>, StoreError> {
        self.serving(user_name)?.password_policy(user_name)
    }

    fn change_password(
        &self,
        user_name: &str,
        old: &Password,
        new: &Password,
        now: Timestamp,
    ) -> Result<(), ChangeError> {
        self.serving(user_name)?.change_password(user_name, old, new, now)
    }
}
