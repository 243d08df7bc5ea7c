//! `ldap`: a directory that is no Active Directory, for `directory` and for `stores`.

use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use serde::Deserialize;

use super::controllers::Reached;
use super::faults::Faults;
use super::secret;
use super::servers::{Places, distinguished, seconds};
use crate::idp::clock::{Clock as _, SystemClock};
use crate::input::Spanned;
use crate::store::directory::Password;
use crate::store::ldap::{LdapServers, ServiceCredentials};
use crate::store::ldap_directory::{
    self, GroupSchema, LdapDirectory, LdapDirectorySettings, LdapGroups, LdapSettingsError, LdapStore, LdapUsers,
};

/// The section: how to reach the servers, and for `directory` where people and groups are, for `stores` where to search.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Section {
    urls: Spanned<Vec<String>>,
    #[serde(default)]
    start_tls: bool,
    #[serde(default)]
    ca_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    anonymous: bool,
    #[serde(default)]
    bind_name: Option<Spanned<String>>,
    #[serde(default)]
    bind_password: Option<Spanned<String>>,
    #[serde(default)]
    bind_password_file: Option<Spanned<PathBuf>>,
    #[serde(default)]
    connect_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    bind_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    request_timeout_seconds: Option<Spanned<u32>>,
    #[serde(default)]
    connections: Option<NonZeroU16>,
    #[serde(default)]
    sign_in_connections: Option<Spanned<NonZeroU16>>,
    #[serde(default)]
    domain: Option<Spanned<String>>,
    #[serde(default)]
    dns_domain: Option<Spanned<String>>,
    #[serde(default)]
    users: Option<Spanned<Users>>,
    #[serde(default)]
    groups: Option<Spanned<Groups>>,
    #[serde(default)]
    base: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Users {
    base: Spanned<String>,
    #[serde(default)]
    filter: Option<Spanned<String>>,
    #[serde(default)]
    active_filter: Option<Spanned<String>>,
    #[serde(default)]
    name_attribute: Option<Spanned<String>>,
    #[serde(default)]
    mail_attribute: Option<Spanned<String>>,
    #[serde(default)]
    upn_attribute: Option<Spanned<String>>,
    #[serde(default)]
    id_attribute: Option<Spanned<String>>,
    #[serde(default)]
    password_changed_attribute: Option<Spanned<String>>,
    #[serde(default)]
    password_policy: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Groups {
    schema: Schema,
    base: Spanned<String>,
    #[serde(default)]
    filter: Option<Spanned<String>>,
    #[serde(default)]
    name_attribute: Option<Spanned<String>>,
    #[serde(default)]
    nested: Option<bool>,
    #[serde(default)]
    depth: Option<NonZeroU32>,
    #[serde(default)]
    most: Option<NonZeroU32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Schema {
    GroupOfNames,
    GroupOfUniqueNames,
    PosixGroup,
    MemberOf,
}

impl From<Schema> for GroupSchema {
    fn from(schema: Schema) -> Self {
        match schema {
            Schema::GroupOfNames => Self::GroupOfNames,
            Schema::GroupOfUniqueNames => Self::GroupOfUniqueNames,
            Schema::PosixGroup => Self::PosixGroup,
            Schema::MemberOf => Self::MemberOf,
        }
    }
}

/// The directory of a section.
pub(super) fn directory(section: &Spanned<Section>, faults: &mut Faults<'_>) -> Option<LdapDirectory> {
    let Section { domain, dns_domain, users, groups, base, .. } = &section.value;
    if let Some(base) = base {
        let help = "write `users: { base: … }`, and `groups: { base: … }` if there are groups";
        faults.at(base, "people and groups have bases of their own", help);
    }
    for name in [domain, dns_domain].into_iter().flatten() {
        if name.value.trim().is_empty() || name.value.contains(['\\', '@']) {
            let help = "write what stands before the backslash or behind the `@` of a user's name, such as `CORP`";
            faults.at(name, format!("`{}` is no name of a domain", name.value), help);
        }
    }
    let Some(users) = users else {
        faults.at(section, "nothing says where people are", "add `users: { base: 'ou=People,dc=example,dc=com' }`");
        return None;
    };
    let users = users.value.read(faults);
    let groups = groups.as_ref().map(|groups| groups.value.read(faults));
    let servers = section.value.servers(section, faults)?;
    let [domain, dns_domain] = [domain, dns_domain].map(|name| name.as_ref().map(|name| name.value.clone()));
    let settings = LdapDirectorySettings { servers, domain, dns_domain, users, groups };
    match LdapDirectory::new(settings, || SystemClock.now()) {
        Ok(directory) => Some(directory),
        Err(error) => {
            unusable(section, &error, faults);
            None
        }
    }
}

/// The store of a section.
pub(super) fn store(name: &str, section: &Spanned<Section>, faults: &mut Faults<'_>) -> Option<LdapStore> {
    let Section { domain, dns_domain, users, groups, base, .. } = &section.value;
    let (of_users, of_groups) = (users.is_some(), groups.is_some());
    if of_users || of_groups || domain.is_some() || dns_domain.is_some() {
        let help = "leave them out, or configure the directory as `directory.ldap`";
        faults.at(section, "`domain`, `dns_domain`, `users` and `groups` belong to the directory of people", help);
    }
    if let Some(most) = &section.value.sign_in_connections {
        let help = "leave it out; `connections` limits those of a store";
        faults.at(most, "nobody signs in by an attribute store", help);
    }
    let Some(base) = base else {
        faults.at(section, "nothing says where to search", "add `base: 'ou=People,dc=example,dc=com'`");
        return None;
    };
    let base = distinguished(base, faults);
    let servers = section.value.servers(section, faults)?;
    match LdapStore::new(name, servers, base) {
        Ok(store) => Some(store),
        Err(error) => {
            unusable(section, &error, faults);
            None
        }
    }
}

/// Each server of a section by itself.
pub(super) fn reached(section: &Section, faults: &Faults<'_>) -> Vec<Reached> {
    let ca_file = section.ca_file.as_ref().map(|file| faults.path(&file.value));
    let one = |url: &String| Reached { url: url.clone(), start_tls: section.start_tls, ca_file: ca_file.clone() };
    section.urls.value.iter().map(one).collect()
}

fn unusable(section: &Spanned<Section>, error: &LdapSettingsError, faults: &mut Faults<'_>) {
    let Section { urls, ca_file, .. } = &section.value;
    match error {
        LdapSettingsError::NoDomain => faults.at(section, error.to_string(), "add `domain: NAME`"),
        LdapSettingsError::Servers(error) => {
            Places { section, urls: Some(urls), ca_file: ca_file.as_ref() }.unusable(error, faults);
        }
    }
}

impl Section {
    fn servers(&self, section: &Spanned<Self>, faults: &mut Faults<'_>) -> Option<LdapServers> {
        let default = LdapServers::default();
        let most = |given: Option<NonZeroU16>, default| given.map_or(default, |most| usize::from(most.get()));
        Some(LdapServers {
            urls: self.urls.value.clone(),
            start_tls: self.start_tls,
            ca_file: self.ca_file.as_ref().map(|file| faults.path(&file.value)),
            connect_timeout: seconds(self.connect_timeout_seconds.as_ref(), default.connect_timeout, faults),
            bind_timeout: seconds(self.bind_timeout_seconds.as_ref(), default.bind_timeout, faults),
            request_timeout: seconds(self.request_timeout_seconds.as_ref(), default.request_timeout, faults),
            credentials: self.credentials(section, faults)?,
            connections: most(self.connections, default.connections),
            sign_in_connections: most(
                self.sign_in_connections.as_ref().map(|most| most.value),
                default.sign_in_connections,
            ),
            ..default
        })
    }

    fn credentials(&self, section: &Spanned<Self>, faults: &mut Faults<'_>) -> Option<ServiceCredentials> {
        let (written, file) = (self.bind_password.as_ref(), self.bind_password_file.as_ref());
        let has_password = written.is_some() || file.is_some();
        match (&self.bind_name, self.anonymous) {
            (None, true) if !has_password => Some(ServiceCredentials::Anonymous),
            (_, true) => {
                let help = "leave out `anonymous`, or the service account";
                faults.at(section, "nobody and a service account cannot both search", help);
                None
            }
            (None, false) => {
                let help = "add `bind_name` and `bind_password_file`; if the directory shows itself to everybody, \
                            write `anonymous: true`";
                faults.at(section, "nothing says who searches the directory", help);
                None
            }
            (Some(name), false) => {
                distinguished(name, faults);
                if !has_password {
                    faults.at(name, "the service account has no password", "add `bind_password_file: FILE`");
                }
                let password = secret::read("bind_password", written, file, faults)?;
                let password = Password::new(password.as_str().to_owned());
                Some(ServiceCredentials::Password { name: name.value.clone(), password })
            }
        }
    }
}

impl Users {
    fn read(&self, faults: &mut Faults<'_>) -> LdapUsers {
        let default = LdapUsers::default();
        LdapUsers {
            base: distinguished(&self.base, faults),
            filter: self.filter.as_ref().map_or(default.filter, |given| filter(given, 1, faults)),
            active_filter: self.active_filter.as_ref().map(|given| filter(given, 0, faults)),
            name_attribute: attribute(self.name_attribute.as_ref(), faults).unwrap_or(default.name_attribute),
            mail_attribute: attribute(self.mail_attribute.as_ref(), faults).unwrap_or(default.mail_attribute),
            upn_attribute: attribute(self.upn_attribute.as_ref(), faults),
            id_attribute: attribute(self.id_attribute.as_ref(), faults).unwrap_or(default.id_attribute),
            password_changed_attribute: attribute(self.password_changed_attribute.as_ref(), faults)
                .unwrap_or(default.password_changed_attribute),
            password_policy: self.password_policy.as_ref().map(|given| distinguished(given, faults)),
        }
    }
}

impl Groups {
    fn read(&self, faults: &mut Faults<'_>) -> LdapGroups {
        let default = LdapGroups::default();
        LdapGroups {
            schema: self.schema.into(),
            base: distinguished(&self.base, faults),
            filter: self.filter.as_ref().map(|given| filter(given, 0, faults)),
            name_attribute: attribute(self.name_attribute.as_ref(), faults).unwrap_or(default.name_attribute),
            nested: self.nested.unwrap_or(default.nested),
            depth: self.depth.map_or(default.depth, NonZeroU32::get),
            most: self.most.map_or(default.most, |most| usize::try_from(most.get()).unwrap_or(usize::MAX)),
        }
    }
}

fn filter(given: &Spanned<String>, values: usize, faults: &mut Faults<'_>) -> String {
    if let Err(message) = ldap_directory::check_filter(&given.value, values) {
        faults.at(given, format!("`{}`: {message}", given.value), "correct the filter [RFC 4515]");
    }
    given.value.clone()
}

fn attribute(given: Option<&Spanned<String>>, faults: &mut Faults<'_>) -> Option<String> {
    let given = given?;
    if let Err(message) = ldap_directory::check_attribute(&given.value) {
        faults.at(given, format!("`{}`: {message}", given.value), "write the name of one attribute, such as `uid`");
    }
    Some(given.value.clone())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::input;
    use crate::lang::Source;

    const SECTION: &str = "\
urls: [ldaps://ldap.example.com]
start_tls: true
ca_file: ca.pem
bind_name: cn=svc,dc=example,dc=com
bind_password: secret
connect_timeout_seconds: 11
bind_timeout_seconds: 12
request_timeout_seconds: 13
connections: 14
sign_in_connections: 15
users:
  base: ou=People,dc=example,dc=com
  filter: (cn={0})
  active_filter: (a=b)
  name_attribute: cn
  mail_attribute: m
  upn_attribute: u
  id_attribute: i
  password_changed_attribute: p
  password_policy: cn=policy,dc=example,dc=com
groups:
  schema: posix_group
  base: ou=Groups,dc=example,dc=com
  filter: (c=d)
  name_attribute: ou
  nested: false
  depth: 16
  most: 17
";

    #[test]
    fn every_key_has_its_setting() {
        let source = Source::new("claimsmith.yaml", SECTION);
        let section: Spanned<Section> = input::yaml(&source).unwrap();
        let mut faults = Faults::new(&source, Path::new("/etc/claimsmith"));
        let servers = section.value.servers(&section, &mut faults).unwrap();
        assert_eq!(servers.urls, ["ldaps://ldap.example.com"]);
        assert!(servers.start_tls && !servers.danger_allow_cleartext);
        assert_eq!(servers.ca_file.as_deref(), Some(Path::new("/etc/claimsmith/ca.pem")));
        let limits = [servers.connect_timeout, servers.bind_timeout, servers.request_timeout];
        assert_eq!(limits.map(|limit| limit.as_secs()), [11, 12, 13]);
        assert_eq!((servers.connections, servers.sign_in_connections), (14, 15));
        let users = section.value.users.as_ref().unwrap().value.read(&mut faults);
        let texts = [
            &users.base,
            &users.filter,
            &users.name_attribute,
            &users.mail_attribute,
            &users.id_attribute,
            &users.password_changed_attribute,
        ];
        assert_eq!(texts, ["ou=People,dc=example,dc=com", "(cn={0})", "cn", "m", "i", "p"]);
        let texts = [users.active_filter, users.upn_attribute, users.password_policy];
        assert_eq!(texts.map(Option::unwrap), ["(a=b)", "u", "cn=policy,dc=example,dc=com"]);
        let groups = section.value.groups.as_ref().unwrap().value.read(&mut faults);
        assert_eq!((groups.schema, groups.nested), (GroupSchema::PosixGroup, false));
        assert_eq!((&*groups.base, &*groups.name_attribute), ("ou=Groups,dc=example,dc=com", "ou"));
        assert_eq!((groups.filter.as_deref(), groups.depth, groups.most), (Some("(c=d)"), 16, 17));
        assert!(faults.is_empty());
    }
}
