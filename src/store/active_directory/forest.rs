//! The other domains of the forest, as the global catalogue knows them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ldap3::Scope;

use super::domain::Domain;
use super::names::{self, Found};
use crate::engine::StoreError;
use crate::store::ldap::Condition;
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::entry::Entry;
use crate::store::ldap::failure::Failure;
use crate::store::ldap::pool::Pool;
use crate::store::sid::Sid;

/// Domains come and go rarely.
const AGE: Duration = Duration::from_hours(1);

/// A forest, asked for the names of groups in all its domains.
pub(super) struct Forest {
    catalogue: Pool,
    domains: Mutex<Option<(Instant, Arc<[Domain]>)>>,
}

impl Forest {
    /// `catalogue` leads to servers of the global catalogue.
    pub(super) fn new(catalogue: Pool) -> Self {
        Self { catalogue, domains: Mutex::default() }
    }

    /// How it gets on with its servers.
    pub(super) fn condition(&self) -> Condition {
        self.catalogue.condition()
    }

    /// Its domains.
    pub(super) fn domains(&self, deadline: Instant) -> Result<Arc<[Domain]>, StoreError> {
        let known = self.domains.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((since, domains)) = known
            && since.elapsed() < AGE
        {
            return Ok(domains);
        }
        let read: Arc<[Domain]> = self.catalogue.run(deadline, |connection| read(connection, deadline))?.into();
        *self.domains.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&read)));
        Ok(read)
    }

    /// The names of groups of any domain of the forest.
    pub(super) fn ask(&self, sids: &[&Sid], deadline: Instant) -> Result<Found, StoreError> {
        self.catalogue.run(deadline, |connection| names::ask(sids, connection, "", deadline))
    }

    /// Entries of any domain of the forest, with those of their attributes that the catalogue has.
    pub(super) fn find(
        &self,
        filter: &str,
        attributes: &[&str],
        page_entries: i32,
        deadline: Instant,
    ) -> Result<Vec<Entry>, StoreError> {
        let search = Search { base: "", scope: Scope::Subtree, filter, attributes };
        self.catalogue.run(deadline, |connection| connection.search_paged(search, page_entries, deadline))
    }
}

/// What the domains are called stands in the configuration, their identifiers at their roots, of which the catalogue has
/// a copy of each.
fn read(connection: &mut Connection, deadline: Instant) -> Result<Vec<Domain>, Failure> {
    let none = |what: &str| Failure::Refused(format!("the global catalogue {what}"));
    let anything = "(objectClass=*)";
    let root = Search { base: "", scope: Scope::Base, filter: anything, attributes: &["configurationNamingContext"] };
    let root = connection.search(root, deadline)?.pop().ok_or_else(|| none("does not describe itself"))?;
    let configuration = root.text("configurationnamingcontext").ok_or_else(|| none("names no configuration"))?;
    let partitions = Search {
        base: &format!("CN=Partitions,{configuration}"),
        scope: Scope::OneLevel,
        // Only domains have such a name [MS-ADTS 6.1.1.2.1.1.5].
        filter: "(&(objectClass=crossRef)(nETBIOSName=*))",
        attributes: &["nCName", "nETBIOSName", "dnsRoot"],
    };
    let mut domains = Vec::new();
    for partition in connection.search(partitions, deadline)? {
        let name = |attribute: &str| partition.text(attribute).map(str::to_owned);
        let (Some(base), Some(netbios), Some(dns)) = (name("ncname"), name("netbiosname"), name("dnsroot")) else {
            continue;
        };
        let object = Search { base: &base, scope: Scope::Base, filter: anything, attributes: &["objectSid"] };
        let Some(sid) = connection.search(object, deadline)?.pop().and_then(|object| object.sids("objectsid").pop())
        else {
            tracing::warn!(domain = netbios, "the global catalogue does not show a domain of the forest");
            continue;
        };
        domains.push(Domain { netbios, dns, base, sid });
    }
    if domains.is_empty() { Err(none("shows no domain to the service account")) } else { Ok(domains) }
}
