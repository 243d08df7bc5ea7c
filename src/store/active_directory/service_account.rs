//! The accounts behind a service of Kerberos, and the global catalogue by itself: for people who look for a fault.

use std::time::Instant;

use ldap3::Scope;

use super::{ActiveDirectory, standing};
use crate::engine::StoreError;
use crate::kerberos::Principal;
use crate::store::ldap::connection::Search;
use crate::store::ldap::entry::Entry;
use crate::store::ldap::escape::escape;

/// The service names of an account.
const SERVICE_NAMES: &str = "servicePrincipalName";
/// Number of the account's key; goes up with each change of its password. Shown only to those who ask for it
/// [MS-ADTS 3.1.1.4.5.16].
const KEY_VERSION: &str = "msDS-KeyVersionNumber";
/// Encryption types that the account takes [MS-KILE 2.2.7].
const ENCRYPTION_TYPES: &str = "msDS-SupportedEncryptionTypes";
/// The account is disabled [MS-ADTS 2.2.16].
const DISABLED: u32 = 0x2;

/// An account that holds the name of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccount {
    /// Its distinguished name.
    pub dn: String,
    /// `sAMAccountName`, or the whole name of an account of another domain.
    pub name: String,
    /// The names of services that it holds.
    pub service_names: Vec<String>,
    /// Number of its key. `None` if that is not shown.
    pub key_version: Option<u32>,
    /// Encryption types that it takes, a bit each [MS-KILE 2.2.7]. `None` if none are set.
    pub encryption_types: Option<u32>,
    /// Nobody gets tickets for a disabled account.
    pub is_disabled: bool,
}

impl ServiceAccount {
    /// Whether it holds this name. Active Directory does not tell cases apart.
    #[must_use]
    pub fn holds(&self, service_name: &str) -> bool {
        self.service_names.iter().any(|held| held.to_lowercase() == service_name.to_lowercase())
    }

    fn of(entry: &Entry) -> Self {
        let number = |attribute: &str| entry.text(&attribute.to_lowercase()).and_then(|text| text.parse::<u32>().ok());
        Self {
            dn: entry.dn.clone(),
            name: entry.text("samaccountname").unwrap_or(&entry.dn).to_owned(),
            service_names: entry.claim_values(SERVICE_NAMES).iter().map(ToString::to_string).collect(),
            key_version: number(KEY_VERSION),
            encryption_types: number(ENCRYPTION_TYPES).filter(|types| *types != 0),
            is_disabled: number(standing::CONTROL).is_some_and(|control| control & DISABLED != 0),
        }
    }
}

impl ActiveDirectory {
    /// The accounts that hold one of these names of services, such as `HTTP/sts.example.com`: of this domain, and of the
    /// whole forest where a global catalogue is configured.
    ///
    /// # Errors
    ///
    /// The domain or the catalogue does not answer.
    pub fn service_accounts(&self, service_names: &[&str]) -> Result<Vec<ServiceAccount>, StoreError> {
        let tests = service_names.iter().map(|name| format!("({SERVICE_NAMES}={})", escape(name)));
        let filter = format!("(|{})", tests.collect::<String>());
        let deadline = self.deadline();
        let own = self.accounts(&filter, deadline)?;
        let mut found: Vec<ServiceAccount> = own.iter().map(ServiceAccount::of).collect();
        if let Some(forest) = &self.forest {
            let is_known = |entry: &Entry| own.iter().any(|own| own.dn.to_lowercase() == entry.dn.to_lowercase());
            let others = forest.find(&filter, &[SERVICE_NAMES], self.page_entries, deadline)?;
            found.extend(others.iter().filter(|entry| !is_known(entry)).map(ServiceAccount::of));
        }
        Ok(found)
    }

    /// The accounts of this domain that a principal of Kerberos means, by login name or by user principal name
    /// [MS-KILE 3.3.5.6.1].
    ///
    /// # Errors
    ///
    /// The domain does not answer.
    pub fn accounts_of(&self, principal: &Principal) -> Result<Vec<ServiceAccount>, StoreError> {
        let login = escape(&principal.components.join("/"));
        let filter = format!("(|(sAMAccountName={login})(userPrincipalName={login}@{}))", escape(&principal.realm));
        Ok(self.accounts(&filter, self.deadline())?.iter().map(ServiceAccount::of).collect())
    }

    /// As whom the domain is asked, if that is by a ticket.
    #[must_use]
    pub fn bound_by_ticket(&self) -> Option<&str> {
        self.pool.bound_by_ticket()
    }

    fn accounts(&self, filter: &str, deadline: Instant) -> Result<Vec<Entry>, StoreError> {
        let attributes = ["sAMAccountName", SERVICE_NAMES, KEY_VERSION, ENCRYPTION_TYPES, standing::CONTROL];
        self.pool.run(deadline, |connection| {
            let domain = self.domain(connection, deadline)?;
            let search = Search { base: &domain.base, scope: Scope::Subtree, filter, attributes: &attributes };
            connection.search_paged(search, self.page_entries, deadline)
        })
    }

    /// How many domains the global catalogue shows. `None` if there is no catalogue.
    ///
    /// # Errors
    ///
    /// It does not answer, or shows no domain to the service account.
    pub fn examine_catalogue(&self) -> Option<Result<usize, StoreError>> {
        let forest = self.forest.as_ref()?;
        Some(forest.domains(self.deadline()).map(|domains| domains.len()))
    }
}
