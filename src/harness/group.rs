//! What the directory knows of a group and of a user in it, asked as a rule would ask.

use std::sync::Arc;

use crate::engine::{Answer, Query, Row, Stores};

/// How many members are named.
const NAMED: usize = 3;
/// The bit of a `groupType` that makes it a security group, and the one for domain-local groups [MS-ADTS 2.2.12].
const SECURITY: i64 = 0x8000_0000;
const DOMAIN_LOCAL: i64 = 0x0000_0004;

/// How a user stands to a group that their token does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is no such group.
    NoGroup {
        /// Its name.
        name: String,
    },
    /// There is, spelled otherwise.
    Spelled {
        /// As the directory spells it.
        name: String,
    },
    /// There is, and the user is not in it.
    NotMember {
        /// Its name.
        name: String,
        /// How many direct members it has.
        count: usize,
        /// The names of some of them.
        members: Vec<String>,
    },
    /// The user is in it, but it is of a kind that a token does not list.
    Hidden {
        /// Its name.
        name: String,
        /// Its kind, such as `domain local`.
        kind: &'static str,
    },
}

/// How a user is in a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Membership {
    /// As a member of it.
    Direct,
    /// As a member of these groups, which are in it.
    Through(Vec<String>),
}

/// Whether the column of a query gives names or SIDs of groups.
pub(super) fn is_group_column(query: &Query, column: usize) -> bool {
    let attributes = query.text.split(';').nth(1).unwrap_or_default();
    let attribute = attributes.split(',').nth(column).unwrap_or_default().trim().to_ascii_lowercase();
    attribute.starts_with("tokengroups")
}

/// How the user of a query stands to the group that a value names. `None` if the directory does not say.
pub(super) fn standing(stores: &Stores, query: &Query, value: &str) -> Option<Standing> {
    let asker = Asker::new(stores, query)?;
    let (filter, wanted) = group_filter(value);
    let what = "sAMAccountName,distinguishedName,groupType,member";
    let rows = asker.ask(&format!("{filter};{what};{{0}}"), &[wanted], 4)?;
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index)?.as_deref());
    let Some(name) = column(0).next() else { return Some(Standing::NoGroup { name: wanted.to_owned() }) };
    let name = name.to_owned();
    let chain = "(&(sAMAccountName={1})(memberOf:1.2.840.113556.1.4.1941:={2}));sAMAccountName;{0}";
    if asker.ask(chain, &[asker.login(), column(1).next()?], 1)?.is_empty() {
        let members: Vec<String> = column(3).take(NAMED).map(common_name).collect();
        return Some(Standing::NotMember { name, count: column(3).count(), members });
    }
    let kind: i64 = column(2).next()?.parse().ok()?;
    match kind {
        kind if kind & SECURITY == 0 => Some(Standing::Hidden { name, kind: "distribution" }),
        kind if kind & DOMAIN_LOCAL != 0 => Some(Standing::Hidden { name, kind: "domain local" }),
        // If it is spelled alike, the way there leads through a group that a token does not follow.
        _ => (!value.starts_with(SID) && name != wanted).then_some(Standing::Spelled { name }),
    }
}

/// How the user of a query is in the group that a value names. `None` if the directory does not say.
pub(super) fn membership(stores: &Stores, query: &Query, value: &str) -> Option<Membership> {
    let asker = Asker::new(stores, query)?;
    let (filter, wanted) = group_filter(value);
    let first = |rows: Vec<Row>| rows.first().and_then(|row| row.first().cloned().flatten());
    let group = first(asker.ask(&format!("{filter};distinguishedName;{{0}}"), &[wanted], 1)?)?;
    let user = first(asker.ask("(sAMAccountName={1});distinguishedName;{0}", &[asker.login()], 1)?)?;
    let direct = "(&(distinguishedName={1})(member={2}));sAMAccountName;{0}";
    if !asker.ask(direct, &[&group, &user], 1)?.is_empty() {
        return Some(Membership::Direct);
    }
    let between = "(&(member={1})(memberOf:1.2.840.113556.1.4.1941:={2}));sAMAccountName;{0}";
    let rows = asker.ask(between, &[&user, &group], 1)?;
    let mut names: Vec<String> = rows.iter().filter_map(|row| Some(row.first()?.as_ref()?.to_string())).collect();
    names.sort();
    (!names.is_empty()).then_some(Membership::Through(names))
}

/// How the text of a SID begins.
const SID: &str = "S-1-";

/// A filter for the group that a value of `tokenGroups` names, and what it is filled with.
fn group_filter(value: &str) -> (&'static str, &str) {
    if value.starts_with(SID) {
        return ("(&(objectSid={1})(groupType=*))", value);
    }
    ("(&(sAMAccountName={1})(groupType=*))", value.rsplit('\\').next().unwrap_or(value))
}

/// Asks the store of a query for the user of that query.
struct Asker<'a> {
    stores: &'a Stores,
    store: &'a Arc<str>,
    account: String,
}

impl<'a> Asker<'a> {
    fn new(stores: &'a Stores, query: &'a Query) -> Option<Self> {
        Some(Self { stores, store: &query.store, account: account(query)? })
    }

    /// The account without its domain.
    fn login(&self) -> &str {
        self.account.split_once('\\').map_or(&*self.account, |(_, user)| user)
    }

    /// Asks; `{0}` is the account, and what follows is `{1}` and so on.
    fn ask(&self, text: &str, parameters: &[&str], columns: usize) -> Option<Vec<Row>> {
        let parameters = [&*self.account].iter().chain(parameters).map(|&parameter| parameter.into()).collect();
        let question = Query { store: Arc::clone(self.store), text: text.into(), parameters, columns };
        self.stores.answer(&[question]).ok()?.pop().map(Answer::into_rows)
    }
}

/// The `DOMAIN\user` of a query to the directory.
fn account(query: &Query) -> Option<String> {
    let template = query.text.rsplit(';').next()?;
    let number = template.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match number.and_then(|number| number.parse::<usize>().ok()) {
        Some(number) => query.parameters.get(number).map(ToString::to_string),
        None => Some(template.to_owned()),
    }
    .filter(|account| account.contains('\\'))
}

/// The first name of a distinguished name, for showing.
fn common_name(distinguished: &str) -> String {
    let mut name = String::new();
    let mut characters = distinguished.split_once('=').map_or(distinguished, |(_, rest)| rest).chars();
    while let Some(character) = characters.next() {
        match character {
            ',' => break,
            '\\' => name.extend(characters.next()),
            other => name.push(other),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_called_by_its_first_name() {
        assert_eq!(common_name(r"CN=Ann\, Roe,OU=People,DC=example"), "Ann, Roe");
        assert_eq!(common_name("plain"), "plain");
    }

    #[test]
    fn the_account_is_the_last_part_of_a_query() {
        let query = |text: &str| Query {
            store: "Active Directory".into(),
            text: text.into(),
            parameters: vec!["x".into(), "CORP\\alice".into()],
            columns: 1,
        };
        assert_eq!(account(&query(";tokenGroups;{1}")).as_deref(), Some("CORP\\alice"));
        assert_eq!(account(&query("(a=b);mail;CORP\\svc")).as_deref(), Some("CORP\\svc"));
        assert_eq!(account(&query("(a={1});mail")), None);
        assert!(is_group_column(&query(";mail,tokenGroups(SID);{1}"), 1));
        assert!(!is_group_column(&query(";mail,tokenGroups(SID);{1}"), 0));
    }
}
