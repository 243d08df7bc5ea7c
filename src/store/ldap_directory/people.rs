//! Finds the one person whom a name means.

use std::sync::Arc;

use jiff::Timestamp;

use super::link::{ANYTHING, Session};
use super::naming::one_value;
use super::settings::{GroupSchema, LdapDirectorySettings, LdapUsers};
use super::standing;
use crate::store::active_directory::query::substitute;
use crate::store::directory::Refusal;
use crate::store::dn;
use crate::store::ldap::entry::Entry;
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;
use crate::store::user_name::UserName;

/// When an entry was changed in whatever way: to the microsecond, as OpenLDAP writes it, and to the second
/// [RFC 4512 3.4.4], in which somebody may have signed in as well.
const CHANGED: [&str; 2] = ["entryCSN", "modifyTimestamp"];
/// The first group of a Unix account [RFC 2307 3].
pub(super) const FIRST_GROUP: &str = "gidNumber";
/// The groups of an entry, as some servers keep them with it.
pub(super) const MEMBER_OF: &str = "memberOf";

/// Tells two people apart who had the same name one after the other, such as `'0101'B` [RFC 4519 2.44].
pub(super) const UNIQUE_IDENTIFIER: &str = "x500UniqueIdentifier";

/// The people of a directory.
pub(super) struct People {
    settings: LdapUsers,
    /// What their domain is called.
    pub(super) domain: DomainNames,
    attributes: Vec<String>,
}

/// What people write before the backslash or behind the `@` of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DomainNames {
    /// `CORP`
    pub(super) short: String,
    /// `corp.example.com`
    pub(super) dns: String,
}

/// Somebody in the directory.
pub(super) struct Person {
    /// Their name, without a domain, as the directory spells it.
    pub(super) login: String,
    pub(super) entry: Entry,
}

impl DomainNames {
    /// As the settings name it, or as the base of the people does. `None` if neither does.
    pub(super) fn of(settings: &LdapDirectorySettings) -> Option<Self> {
        let of_base = dn::domain(&settings.users.base);
        let dns = settings.dns_domain.clone().unwrap_or(of_base);
        let first = || dns.split('.').next().unwrap_or_default().to_uppercase();
        let short = settings.domain.clone().unwrap_or_else(first);
        let dns = if dns.is_empty() { short.to_lowercase() } else { dns };
        (!short.is_empty()).then_some(Self { short, dns })
    }

    /// Whether a name in `DOMAIN\user` or `user@domain` means this domain.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        name == self.short.to_lowercase() || name == self.dns.to_lowercase()
    }
}

impl People {
    pub(super) fn new(settings: &LdapDirectorySettings, domain: DomainNames) -> Self {
        let users = settings.users.clone();
        let named =
            [&users.name_attribute, &users.mail_attribute, &users.id_attribute, &users.password_changed_attribute];
        let mut attributes: Vec<String> = named.into_iter().chain(&users.upn_attribute).cloned().collect();
        attributes.extend(CHANGED.map(str::to_owned));
        attributes.extend(standing::OF_A_PERSON.map(str::to_owned));
        attributes.extend(settings.groups.as_ref().and_then(|groups| match groups.schema {
            GroupSchema::PosixGroup => Some(FIRST_GROUP.to_owned()),
            GroupSchema::MemberOf => Some(MEMBER_OF.to_owned()),
            GroupSchema::GroupOfUniqueNames => Some(UNIQUE_IDENTIFIER.to_owned()),
            GroupSchema::GroupOfNames => None,
        }));
        Self { settings: users, domain, attributes }
    }

    /// Where they are.
    pub(super) fn base(&self) -> &str {
        &self.settings.base
    }

    /// Holds the `user` of `DOMAIN\user`.
    pub(super) fn name_attribute(&self) -> &str {
        &self.settings.name_attribute
    }

    /// Holds the UPN, if it is not made.
    pub(super) fn upn_attribute(&self) -> Option<&str> {
        self.settings.upn_attribute.as_deref()
    }

    /// The one person of that name. Nobody, if two fulfil the filter.
    pub(super) fn find(&self, name: UserName<'_>, session: &mut Session<'_>) -> Result<Option<Person>, Failure> {
        let candidates = match name {
            UserName::Bare(user) => vec![user],
            UserName::Qualified { domain, user } if self.domain.is_named(domain) => vec![user],
            UserName::Qualified { .. } => Vec::new(),
            // A name that somebody was given goes before the one that is made.
            UserName::Principal { whole, user, domain } if self.domain.is_named(domain) => vec![whole, user],
            UserName::Principal { whole, .. } => vec![whole],
        };
        for typed in candidates {
            let mut found = session.search(self.base(), &self.named(typed), &self.wanted())?;
            if found.len() > 1 {
                tracing::warn!(people = found.len(), "a name means more than one person, who cannot sign in by it");
                return Ok(None);
            }
            if let Some(entry) = found.pop() {
                return self.person(entry).map(Some);
            }
        }
        Ok(None)
    }

    /// The names of all people, without a domain.
    pub(super) fn logins(&self, session: &mut Session<'_>) -> Result<Vec<String>, Failure> {
        let found = session.search(self.base(), &self.everybody(), &[self.name_attribute()])?;
        found.into_iter().map(|entry| self.login(&entry)).collect()
    }

    /// The filter that all people fulfil.
    pub(super) fn everybody(&self) -> String {
        self.filter("*")
    }

    /// The filter that a person of this name fulfils.
    pub(super) fn named(&self, login: &str) -> String {
        self.filter(&escape(login))
    }

    /// The UPN of a person.
    pub(super) fn upn(&self, person: &Person) -> String {
        let given = self.upn_attribute().and_then(|name| person.entry.text(&name.to_lowercase()));
        given.map_or_else(|| format!("{}@{}", person.login, self.domain.dns), str::to_owned)
    }

    /// The mail addresses of a person.
    pub(super) fn mail(&self, person: &Person) -> Vec<Arc<str>> {
        person.entry.claim_values(&self.settings.mail_attribute)
    }

    /// What tells the account from every other; empty if the directory does not show it.
    pub(super) fn identity(&self, person: &Person) -> String {
        person.entry.claim_values(&self.settings.id_attribute).first().map(ToString::to_string).unwrap_or_default()
    }

    /// Another text after each change of the password. A server without a password policy says only when the entry was
    /// changed.
    pub(super) fn password_mark(&self, person: &Person) -> String {
        let named = std::iter::once(&*self.settings.password_changed_attribute).chain(CHANGED);
        let mut values = named.filter_map(|name| Some((name, person.entry.claim_values(name).first()?.clone())));
        values.next().map(|(name, value)| format!("{name}={value}")).unwrap_or_default()
    }

    /// What keeps a person from signing in now, whatever the password.
    pub(super) fn refusal(
        &self,
        person: &Person,
        now: Timestamp,
        session: &mut Session<'_>,
    ) -> Result<Option<Refusal>, Failure> {
        if let Some(active) = &self.settings.active_filter
            && session.read(&person.entry.dn, active, &["1.1"])?.is_none()
        {
            return Ok(Some(Refusal::Disabled));
        }
        let policy = self.policy(person, session)?;
        Ok(standing::check(&person.entry, policy.as_ref(), now).err())
    }

    /// The password policy that holds for a person, as far as it is known.
    pub(super) fn policy(&self, person: &Person, session: &mut Session<'_>) -> Result<Option<Entry>, Failure> {
        let own = person.entry.text(&standing::POLICY.to_lowercase());
        match own.or(self.settings.password_policy.as_deref()) {
            Some(dn) => session.read(dn, ANYTHING, &standing::OF_A_POLICY),
            None => Ok(None),
        }
    }

    fn filter(&self, escaped: &str) -> String {
        // INVARIANT: the filter was checked to have no other placeholder when the settings were read.
        substitute(&self.settings.filter, &[escaped.into()], str::to_owned)
            .unwrap_or_else(|_| "(!(objectClass=*))".to_owned())
    }

    fn wanted(&self) -> Vec<&str> {
        self.attributes.iter().map(String::as_str).collect()
    }

    fn person(&self, entry: Entry) -> Result<Person, Failure> {
        Ok(Person { login: self.login(&entry)?, entry })
    }

    fn login(&self, entry: &Entry) -> Result<String, Failure> {
        let attribute = self.name_attribute();
        one_value(entry, attribute).ok_or_else(|| {
            Failure::Refused(format!(
                "`{}` fulfils the filter for people and shows no `{attribute}`, which is their name",
                entry.dn
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::ldap::LdapServers;

    #[test]
    fn a_domain_is_called_as_the_settings_say_or_as_its_base() {
        let names = |base: &str, short: Option<&str>, dns: Option<&str>| {
            let users = LdapUsers { base: base.to_owned(), ..LdapUsers::default() };
            let [domain, dns_domain] = [short, dns].map(|name| name.map(str::to_owned));
            let servers = LdapServers::default();
            let names = DomainNames::of(&LdapDirectorySettings { servers, domain, dns_domain, users, groups: None });
            names.map(|names| (names.short, names.dns))
        };
        let pair = |short: &str, dns: &str| Some((short.to_owned(), dns.to_owned()));
        assert_eq!(names("ou=People,dc=corp,dc=example,dc=com", None, None), pair("CORP", "corp.example.com"));
        assert_eq!(names("ou=People,o=Corp", Some("CORP"), None), pair("CORP", "corp"));
        assert_eq!(names("ou=People,o=Corp", None, Some("corp.example.com")), pair("CORP", "corp.example.com"));
        assert_eq!(names("ou=People,o=Corp", None, None), None);
    }
}
