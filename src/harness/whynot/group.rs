//! What the directory knows of a group, asked as a rule would ask.

use std::sync::Arc;

use crate::engine::{Query, Row, Stores};
use crate::harness::whynot::found::Standing;

/// How many members are named.
const NAMED: usize = 3;
/// What is asked of a group.
const GROUP: &str = "sAMAccountName,distinguishedName,groupType,member";
/// The bit of a `groupType` that makes it a security group, and the one for domain-local groups [MS-ADTS 2.2.12].
const SECURITY: i64 = 0x8000_0000;
const DOMAIN_LOCAL: i64 = 0x0000_0004;

/// Whether the column of a query gives names or SIDs of groups, and how the names are written.
pub(super) fn is_group_column(query: &Query, column: usize) -> bool {
    let attributes = query.text.split(';').nth(1).unwrap_or_default();
    let attribute = attributes.split(',').nth(column).unwrap_or_default().trim().to_ascii_lowercase();
    attribute.starts_with("tokengroups")
}

/// How the user of a query stands to the group that a value names. `None` if the directory does not say.
pub(super) fn standing(stores: &Stores, query: &Query, value: &str) -> Option<Standing> {
    let account = account(query)?;
    let by_sid = value.starts_with("S-1-");
    let (filter, wanted) = if by_sid {
        ("(&(objectSid={1})(groupType=*))", value)
    } else {
        ("(&(sAMAccountName={1})(groupType=*))", value.rsplit('\\').next().unwrap_or(value))
    };
    let ask = |text: String, parameters: Vec<Arc<str>>, columns: usize| -> Option<Vec<Row>> {
        let question = Query { store: Arc::clone(&query.store), text: text.into(), parameters, columns };
        stores.answer(&[question]).ok()?.pop()
    };
    let rows = ask(format!("{filter};{GROUP};{{0}}"), vec![account.as_str().into(), wanted.into()], 4)?;
    let column = |index: usize| rows.iter().filter_map(move |row| row.get(index)?.as_deref());
    let Some(name) = column(0).next() else { return Some(Standing::NoGroup { name: wanted.to_owned() }) };
    let name = name.to_owned();
    let user = account.split_once('\\').map_or(account.as_str(), |(_, user)| user);
    let chain = "(&(sAMAccountName={1})(memberOf:1.2.840.113556.1.4.1941:={2}));sAMAccountName;{0}";
    let group = column(1).next()?;
    let is_in = !ask(chain.to_owned(), vec![account.as_str().into(), user.into(), group.into()], 1)?.is_empty();
    if is_in {
        let kind: i64 = column(2).next()?.parse().ok()?;
        let kind = match kind {
            kind if kind & SECURITY == 0 => "distribution",
            kind if kind & DOMAIN_LOCAL != 0 => "domain local",
            // The way there leads through such a group.
            _ => return (!by_sid && name != wanted).then_some(Standing::Spelled { name }),
        };
        return Some(Standing::Hidden { name, kind });
    }
    let members: Vec<String> = column(3).take(NAMED).map(common_name).collect();
    Some(Standing::NotMember { name, count: column(3).count(), members })
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
