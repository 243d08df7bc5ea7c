//! What a domain controller says of itself, and what it lets the service account read: for people who look for a fault.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ldap3::Scope;

use super::people::PERSON;
use super::token_groups::TOKEN_GROUPS;
use super::{ActiveDirectory, standing};
use crate::engine::StoreError;
use crate::store::ldap::connection::Search;
use crate::store::ldap::escape::escape;

/// What the server needs to read of everybody, beside the groups.
const NEEDED: [&str; 4] = [standing::CONTROL, standing::COMPUTED_CONTROL, standing::PASSWORD_SET, standing::EXPIRES];

/// What a controller says of itself, and shows of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// The domain that it serves: its short name and its DNS name.
    pub domain: [String; 2],
    /// What it calls itself in DNS.
    pub host: Option<String>,
    /// Its clock, to the second.
    pub time: Option<Timestamp>,
    /// A person. `None` if the service account sees nobody.
    pub person: Option<Readable>,
}

/// What the service account may read of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// `sAMAccountName`.
    pub name: String,
    /// How many security groups are shown, direct and nested. Everybody is in one at least.
    pub groups: usize,
    /// Attributes that are not shown, and decide whether somebody may sign in.
    pub hidden: Vec<&'static str>,
}

impl ActiveDirectory {
    /// Asks for the domain, the controller's clock, and a person: the one with this login name, or any.
    ///
    /// # Errors
    ///
    /// The controller does not answer, or not to the service account.
    pub fn examine(&self, login: Option<&str>) -> Result<Examination, StoreError> {
        let deadline = self.deadline();
        self.pool.run(deadline, |connection| {
            let domain = self.domain(connection, deadline)?;
            let root = Search {
                base: "",
                scope: Scope::Base,
                filter: "(objectClass=*)",
                attributes: &["currentTime", "dnsHostName"],
            };
            let root = connection.search(root, deadline)?.pop();
            let text = |name: &str| root.as_ref().and_then(|root| root.text(name)).map(str::to_owned);
            let chosen = login.map(|login| format!("(sAMAccountName={})", escape(login))).unwrap_or_default();
            let anybody = Search {
                base: self.people_base.as_deref().unwrap_or(&domain.base),
                scope: Scope::Subtree,
                filter: &format!("(&{PERSON}{chosen})"),
                attributes: &["sAMAccountName"],
            };
            let mut person = None;
            if let Some(found) = connection.search_limited(anybody, 1, deadline)?.first() {
                let attributes: Vec<&str> = NEEDED.into_iter().chain([TOKEN_GROUPS, "sAMAccountName"]).collect();
                let whole =
                    Search { base: &found.dn, scope: Scope::Base, filter: "(objectClass=*)", attributes: &attributes };
                person = connection.search(whole, deadline)?.pop().map(|entry| Readable {
                    name: entry.text("samaccountname").unwrap_or(&entry.dn).to_owned(),
                    groups: entry.sids("tokengroups").len(),
                    hidden: NEEDED.into_iter().filter(|name| entry.text(&name.to_lowercase()).is_none()).collect(),
                });
            }
            Ok(Examination {
                domain: [domain.netbios.clone(), domain.dns.clone()],
                host: text("dnshostname"),
                time: text("currenttime").and_then(|time| generalized_time(&time)),
                person,
            })
        })
    }
}

/// A time as LDAP writes it, `20261121160000.0Z` [RFC 4517 3.3.13].
fn generalized_time(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%d%H%M%S", text.get(..14)?).ok()?;
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_controller_is_read() {
        let expected: Timestamp = "2026-11-21T16:00:01Z".parse().unwrap();
        assert_eq!(generalized_time("20261121160001.0Z"), Some(expected));
        assert_eq!(generalized_time("20261321160001.0Z"), None);
        assert_eq!(generalized_time("soon"), None);
    }
}
