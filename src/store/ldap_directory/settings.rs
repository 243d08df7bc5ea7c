//! Where an LDAP directory that is no Active Directory keeps people and groups.

use crate::store::active_directory::query::substitute;
use crate::store::filter::{TOO_DEEP, is_too_deep};
use crate::store::ldap::LdapServers;

/// A directory of people who sign in.
#[derive(Debug)]
pub struct LdapDirectorySettings {
    /// How it is reached.
    pub servers: LdapServers,
    /// The `DOMAIN` of `DOMAIN\user`. Without one, the first `dc` of the people's base in capitals.
    pub domain: Option<String>,
    /// The `domain` of `user@domain`. Without one, the `dc` parts of the people's base.
    pub dns_domain: Option<String>,
    /// Where people are.
    pub users: LdapUsers,
    /// Where groups are; nobody has any without.
    pub groups: Option<LdapGroups>,
}

/// Where people are, and what they are called.
#[derive(Clone, Debug)]
pub struct LdapUsers {
    /// They are looked for here and beneath.
    pub base: String,
    /// Finds the one person whose name was typed, which stands for `{0}`.
    pub filter: String,
    /// What only those who may sign in now fulfil, as a filter.
    pub active_filter: Option<String>,
    /// Holds the `user` of `DOMAIN\user`.
    pub name_attribute: String,
    /// Holds the mail address.
    pub mail_attribute: String,
    /// Holds the UPN. Without one it is `user@domain`.
    pub upn_attribute: Option<String>,
    /// Tells an account from every other, also from a later one of the same name.
    pub id_attribute: String,
    /// Changes with the password.
    pub password_changed_attribute: String,
    /// The entry of the password policy that holds for those who have none of their own
    /// [draft-behera-ldap-password-policy 5.2].
    pub password_policy: Option<String>,
}

impl Default for LdapUsers {
    fn default() -> Self {
        Self {
            base: String::new(),
            filter: "(&(objectClass=inetOrgPerson)(uid={0}))".to_owned(),
            active_filter: None,
            name_attribute: "uid".to_owned(),
            mail_attribute: "mail".to_owned(),
            upn_attribute: None,
            id_attribute: "entryUUID".to_owned(),
            password_changed_attribute: "pwdChangedTime".to_owned(),
            password_policy: None,
        }
    }
}

/// How a directory says who is in a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupSchema {
    /// `member` of the group names its members [RFC 4519 3.5].
    #[default]
    GroupOfNames,
    /// `uniqueMember` of the group names its members, perhaps each with a number behind `#` [RFC 4519 3.6].
    GroupOfUniqueNames,
    /// `memberUid` of the group holds its members' names, and `gidNumber` of a person their first group [RFC 2307 3].
    PosixGroup,
    /// `memberOf` of a person, or of a group, names the groups.
    MemberOf,
}

/// Where groups are, and how people are in them.
#[derive(Clone, Debug)]
pub struct LdapGroups {
    /// How membership is written down.
    pub schema: GroupSchema,
    /// They are looked for here and beneath. Others do not count.
    pub base: String,
    /// What makes an entry a group. Without one, the object class of the schema.
    pub filter: Option<String>,
    /// Holds the name of a group.
    pub name_attribute: String,
    /// Whether groups may be members of groups.
    pub nested: bool,
    /// How many groups deep. More is an error.
    pub depth: u32,
    /// How many groups one person may be in. More is an error.
    pub most: usize,
}

impl Default for LdapGroups {
    fn default() -> Self {
        Self {
            schema: GroupSchema::GroupOfNames,
            base: String::new(),
            filter: None,
            name_attribute: "cn".to_owned(),
            nested: true,
            depth: 10,
            most: 5_000,
        }
    }
}

impl LdapGroups {
    /// Holds the names of a group's members.
    pub(super) fn member_attribute(&self) -> &'static str {
        if self.schema == GroupSchema::GroupOfUniqueNames { "uniqueMember" } else { "member" }
    }

    /// What makes an entry a group.
    pub(super) fn class_filter(&self) -> &str {
        self.filter.as_deref().unwrap_or(match self.schema {
            GroupSchema::GroupOfNames => "(objectClass=groupOfNames)",
            GroupSchema::GroupOfUniqueNames => "(objectClass=groupOfUniqueNames)",
            GroupSchema::PosixGroup => "(objectClass=posixGroup)",
            GroupSchema::MemberOf => "(objectClass=*)",
        })
    }
}

/// Why a filter cannot be used. `values` is how many placeholders it must have, from `{0}`.
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn check_filter(filter: &str, values: usize) -> Result<(), String> {
    let given: Vec<_> = vec!["x".into(); values];
    let filled = substitute(filter, &given, str::to_owned).map_err(|_| too_many(values))?;
    if values > 0 && !filter.contains("{0}") {
        return Err("it has no `{0}`, which stands for the name that somebody typed".to_owned());
    }
    if is_too_deep(&filled) {
        return Err(format!("it is {TOO_DEEP}"));
    }
    if !filled.starts_with('(') || ldap3::parse_filter(&filled).is_err() {
        return Err("it is no LDAP filter; one looks like `(&(objectClass=inetOrgPerson)(uid={0}))`".to_owned());
    }
    Ok(())
}

fn too_many(values: usize) -> String {
    match values {
        0 => "nothing stands for its `{0}`".to_owned(),
        _ => "only `{0}` stands for something in it".to_owned(),
    }
}

/// Why a text is no distinguished name.
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn check_name(name: &str) -> Result<(), String> {
    let is_name = crate::store::dn::parts(name).iter().flatten().all(|(kind, value)| {
        !value.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)) && !kind.is_empty()
    });
    if is_name {
        Ok(())
    } else {
        Err("it is no distinguished name; one looks like `ou=People,dc=example,dc=com`".to_owned())
    }
}

/// Why a text is no attribute's name.
///
/// # Errors
///
/// What is wrong with it, for people.
pub fn check_attribute(name: &str) -> Result<(), String> {
    if is_attribute(name) { Ok(()) } else { Err("it is no attribute name".to_owned()) }
}

/// Whether a text is an attribute's name or number [RFC 4512 2.5].
pub(super) fn is_attribute(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_need_their_placeholders_and_no_others() {
        assert_eq!(check_filter("(&(objectClass=inetOrgPerson)(|(uid={0})(mail={0})))", 1), Ok(()));
        assert_eq!(check_filter("(employeeType=active)", 0), Ok(()));
        for (filter, values) in
            [("(uid=x)", 1), ("(uid={1})", 1), ("(uid={0}", 1), ("uid={0}", 1), ("(a={0})", 0), ("", 0)]
        {
            assert!(check_filter(filter, values).is_err(), "{filter}");
        }
    }

    #[test]
    fn names_are_told_from_other_texts() {
        for name in ["dc=com", "cn=a\\, b,OU=x", "cn=a+sn=b,2.5.4.11=y"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for text in ["", "CORP\\svc", "svc@corp.example.com", "ou=People,,dc=com", "ou=,dc=com", "People"] {
            assert!(check_name(text).is_err(), "{text}");
        }
    }
}
