//! Filters of rules for Active Directory, in the terms of a directory of another kind.

use super::{Imported, Problem};
use crate::store::dn;
use crate::store::filter::{Filter, Rule};
use crate::store::ldap::escape::escape;
use crate::store::ldap_directory::link::{ANYTHING, Session};
use crate::store::ldap_directory::people::{FIRST_GROUP, MEMBER_OF, UNIQUE_IDENTIFIER};
use crate::store::ldap_directory::settings::LdapGroups;

/// A filter that nothing fulfils.
const NOTHING: &str = "(!(objectClass=*))";
/// `sAMAccountType` of people [MS-ADTS 2.2.13].
const TYPE_OF_PEOPLE: &[u8] = b"805306368";

impl Imported<'_> {
    /// A filter in the terms of this directory.
    pub(super) fn translated(&self, filter: &Filter, session: &mut Session<'_>) -> Result<String, Problem> {
        Ok(match filter {
            Filter::And(list) => format!("(&{})", self.all_translated(list, session)?),
            Filter::Or(list) => format!("(|{})", self.all_translated(list, session)?),
            Filter::Not(inner) => format!("(!{})", self.translated(inner, session)?),
            Filter::Extensible(name, Rule::InChain, value) if name == "member" => self.in_chain(value, session)?,
            Filter::Extensible(name, ..) => {
                return Err(Problem::Query(format!(
                    "only Active Directory has the matching rule that it uses for `{name}`; this directory would \
                     silently find nobody"
                )));
            }
            Filter::Present(name) if name == "grouptype" => self.group_class().to_owned(),
            Filter::Equal(name, value) => self.compared(name, value).unwrap_or_else(|| self.renamed(filter)),
            other => self.renamed(other),
        })
    }

    fn all_translated(&self, list: &[Filter], session: &mut Session<'_>) -> Result<String, Problem> {
        list.iter().map(|filter| self.translated(filter, session)).collect()
    }

    /// What a comparison with a value means that only Active Directory has.
    fn compared(&self, name: &str, value: &[u8]) -> Option<String> {
        let text = std::str::from_utf8(value).ok()?;
        let kind = dn::leaf(text).filter(|leaf| !leaf.is_empty()).unwrap_or_else(|| text.to_owned()).to_lowercase();
        match (name, kind.as_str()) {
            ("objectclass" | "objectcategory", "user") | ("objectcategory", "person") => Some(self.people.everybody()),
            ("samaccounttype", _) if value == TYPE_OF_PEOPLE => Some(self.people.everybody()),
            ("objectclass" | "objectcategory", "group") => Some(self.group_class().to_owned()),
            ("distinguishedname", _) => Some(format!("(entryDN={})", escape(text))),
            ("userprincipalname", _) if self.people.upn_attribute().is_none() => {
                let user = text.rsplit_once('@').filter(|(_, domain)| self.people.domain.is_named(domain));
                Some(user.map_or(NOTHING.to_owned(), |(user, _)| self.people.named(user)))
            }
            _ => None,
        }
    }

    /// The same condition with the attribute's name in this directory.
    fn renamed(&self, filter: &Filter) -> String {
        let with = |name: &str| with_name(filter, name.to_ascii_lowercase()).to_string();
        match name_of(filter) {
            Some("samaccountname") => {
                let person = with(self.people.name_attribute());
                self.groups.map_or(person.clone(), |groups| {
                    format!("(|{person}(&{}{}))", groups.class_filter(), with(&groups.name_attribute))
                })
            }
            Some("member") => self.groups.map_or_else(|| filter.to_string(), |groups| with(groups.member_attribute())),
            Some("userprincipalname") => self.people.upn_attribute().map_or_else(|| filter.to_string(), with),
            _ => filter.to_string(),
        }
    }

    /// The groups that an entry is in, direct and nested.
    fn in_chain(&self, value: &[u8], session: &mut Session<'_>) -> Result<String, Problem> {
        let member = String::from_utf8_lossy(value);
        let wanted = [self.people.name_attribute(), FIRST_GROUP, MEMBER_OF, UNIQUE_IDENTIFIER];
        let found = if dn::parts(&member).iter().flatten().all(|(kind, _)| !kind.is_empty()) {
            session.read(&member, ANYTHING, &wanted)?
        } else {
            None
        };
        let Some(entry) = found else { return Ok(NOTHING.to_owned()) };
        let groups = self.groups(&entry, session)?;
        let names: Vec<String> = groups.iter().map(|group| format!("(entryDN={})", escape(&group.dn))).collect();
        Ok(if names.is_empty() { NOTHING.to_owned() } else { format!("(|{})", names.concat()) })
    }

    fn group_class(&self) -> &str {
        self.groups.map_or(NOTHING, LdapGroups::class_filter)
    }
}

/// A filter without the conditions that an entry is in a group, direct or nested, and those groups. Only a condition
/// that must be fulfilled can be taken out.
pub(super) fn without_chains(filter: Filter) -> (Filter, Vec<Vec<u8>>) {
    let conditions = match filter {
        Filter::And(conditions) => conditions,
        other => vec![other],
    };
    let mut chains = Vec::new();
    let mut others = Vec::new();
    for condition in conditions {
        match condition {
            Filter::Extensible(name, Rule::InChain, value) if name == "memberof" => chains.push(value),
            other => others.push(other),
        }
    }
    if others.is_empty() {
        others.push(Filter::Present("objectclass".to_owned()));
    }
    (Filter::And(others), chains)
}

fn name_of(filter: &Filter) -> Option<&str> {
    match filter {
        Filter::Present(name)
        | Filter::Equal(name, _)
        | Filter::Substring(name, _)
        | Filter::AtLeast(name, _)
        | Filter::AtMost(name, _) => Some(name),
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) | Filter::Extensible(..) => None,
    }
}

fn with_name(filter: &Filter, name: String) -> Filter {
    match filter.clone() {
        Filter::Present(_) => Filter::Present(name),
        Filter::Equal(_, value) => Filter::Equal(name, value),
        Filter::Substring(_, pattern) => Filter::Substring(name, pattern),
        Filter::AtLeast(_, value) => Filter::AtLeast(name, value),
        Filter::AtMost(_, value) => Filter::AtMost(name, value),
        other => other,
    }
}
