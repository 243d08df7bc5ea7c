//! What a domain demands of new passwords: its own policy, or the one that holds for a person.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use ldap3::Scope;

use super::standing;
use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::entry::Entry;
use crate::store::ldap::failure::Failure;
use crate::store::password_policy::{Owner, PasswordPolicy};
use crate::store::windows_time;

/// The fine-grained policy of a person, if one holds for them [MS-ADTS 3.1.1.4.5.36].
const RESULTANT_POLICY: &str = "msDS-ResultantPSO";
/// Passwords must be complex [MS-SAMR 2.2.1.8].
const DOMAIN_PASSWORD_COMPLEX: i64 = 1;

/// What holds for one person.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// `None` if the service account may not read it.
    pub(super) policy: Option<PasswordPolicy>,
    login: String,
    display_name: String,
    set: Option<Timestamp>,
}

impl Rules {
    pub(super) fn owner(&self) -> Owner<'_> {
        Owner { login: &self.login, display_name: &self.display_name, set: self.set }
    }
}

/// Reads what holds for the person of that name. Policies for groups of people are shown to administrators alone unless
/// the service account was given the right to read them; then the person's is unknown.
pub(super) fn read(dn: &str, domain: &str, connection: &mut Connection, deadline: Instant) -> Result<Rules, Failure> {
    let of_person = ["sAMAccountName", "displayName", standing::PASSWORD_SET, RESULTANT_POLICY];
    let Some(person) = object(dn, &of_person, connection, deadline)? else { return Ok(Rules::default()) };
    let policy = match person.text(&RESULTANT_POLICY.to_lowercase()) {
        Some(policy) => object(policy, &FINE_GRAINED, connection, deadline)?.and_then(|object| fine_grained(&object)),
        None => object(domain, &OF_A_DOMAIN, connection, deadline)?.and_then(|object| of_domain(&object)),
    };
    let text = |name: &str| person.text(name).unwrap_or_default().to_owned();
    let set = standing::password_set(&person);
    Ok(Rules { policy, login: text("samaccountname"), display_name: text("displayname"), set })
}

const OF_A_DOMAIN: [&str; 4] = ["minPwdLength", "pwdProperties", "pwdHistoryLength", "minPwdAge"];
const FINE_GRAINED: [&str; 4] = [
    "msDS-MinimumPasswordLength",
    "msDS-PasswordComplexityEnabled",
    "msDS-PasswordHistoryLength",
    "msDS-MinimumPasswordAge",
];

fn of_domain(domain: &Entry) -> Option<PasswordPolicy> {
    Some(PasswordPolicy {
        least_characters: count(domain, "minpwdlength")?,
        complex: number(domain, "pwdproperties")? & DOMAIN_PASSWORD_COMPLEX != 0,
        remembered: count(domain, "pwdhistorylength")?,
        least_age: age(domain, "minpwdage"),
    })
}

fn fine_grained(policy: &Entry) -> Option<PasswordPolicy> {
    Some(PasswordPolicy {
        least_characters: count(policy, "msds-minimumpasswordlength")?,
        complex: policy.text("msds-passwordcomplexityenabled")?.eq_ignore_ascii_case("TRUE"),
        remembered: count(policy, "msds-passwordhistorylength")?,
        least_age: age(policy, "msds-minimumpasswordage"),
    })
}

fn object(
    dn: &str,
    attributes: &[&str],
    connection: &mut Connection,
    deadline: Instant,
) -> Result<Option<Entry>, Failure> {
    let search = Search { base: dn, scope: Scope::Base, filter: "(objectClass=*)", attributes };
    Ok(connection.search(search, deadline)?.pop())
}

fn number(entry: &Entry, attribute: &str) -> Option<i64> {
    entry.text(attribute)?.parse().ok()
}

fn count(entry: &Entry, attribute: &str) -> Option<u32> {
    number(entry, attribute)?.try_into().ok()
}

/// What cannot be read, or is no length of time, explains no refusal.
fn age(entry: &Entry, attribute: &str) -> SignedDuration {
    number(entry, attribute).map_or(SignedDuration::ZERO, windows_time::duration)
}
