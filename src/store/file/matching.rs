//! Whether an entry satisfies a filter.

use super::tree::{Entry, Tree, Value};
use crate::store::filter::{Filter, Pattern, Rule};
use crate::store::sid::Sid;

impl Tree {
    /// The places of the entries that satisfy a filter, in the order of the file.
    pub(super) fn search(&self, filter: &Filter) -> Vec<usize> {
        let satisfies = |place: &usize| self.entry(*place).is_some_and(|entry| self.satisfies(entry, filter));
        match self.candidates(filter) {
            Some(mut places) => {
                places.sort_unstable();
                places.dedup();
                places.into_iter().filter(satisfies).collect()
            }
            None => (0..self.entries.len()).filter(satisfies).collect(),
        }
    }

    /// The few entries that a filter can mean, when it names one. `None`: every entry must be looked at.
    fn candidates(&self, filter: &Filter) -> Option<Vec<usize>> {
        match filter {
            Filter::And(filters) => filters.iter().find_map(|filter| self.candidates(filter)),
            Filter::Or(filters) => {
                let found: Option<Vec<_>> = filters.iter().map(|filter| self.candidates(filter)).collect();
                found.map(|found| found.concat())
            }
            Filter::Equal(name, value) => {
                let text = std::str::from_utf8(value).ok()?;
                match name.as_str() {
                    "samaccountname" => Some(self.by_login(text).into_iter().collect()),
                    "userprincipalname" => Some(self.by_upn(text).to_vec()),
                    "distinguishedname" => Some(self.by_dn(text).into_iter().collect()),
                    "member" => {
                        let entry = self.by_dn(text).and_then(|place| self.entry(place));
                        Some(entry.map(|entry| entry.member_of.clone()).unwrap_or_default())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn satisfies(&self, entry: &Entry, filter: &Filter) -> bool {
        let any = |name: &str, test: &dyn Fn(&Value) -> bool| self.values(entry, name).iter().any(test);
        match filter {
            Filter::And(filters) => filters.iter().all(|filter| self.satisfies(entry, filter)),
            Filter::Or(filters) => filters.iter().any(|filter| self.satisfies(entry, filter)),
            Filter::Not(filter) => !self.satisfies(entry, filter),
            Filter::Present(name) => any(name, &|_| true),
            Filter::Equal(name, wanted) => any(name, &|value| equal(name, value, wanted)),
            Filter::Substring(name, pattern) => any(name, &|value| contains(value, pattern)),
            Filter::AtLeast(name, wanted) => {
                any(name, &|value| order(value, wanted).is_some_and(std::cmp::Ordering::is_ge))
            }
            Filter::AtMost(name, wanted) => {
                any(name, &|value| order(value, wanted).is_some_and(std::cmp::Ordering::is_le))
            }
            Filter::Extensible(name, Rule::InChain, wanted) => self.in_chain(entry, name, wanted),
            Filter::Extensible(name, rule, wanted) => {
                let Some(mask) = number(&folded(wanted)) else { return false };
                any(name, &|value| {
                    let Value::Text(text) = value else { return false };
                    let bits = number(text).map(|bits| bits & mask);
                    bits.is_some_and(|bits| if *rule == Rule::BitAnd { bits == mask } else { bits != 0 })
                })
            }
        }
    }

    /// Membership that passes through any group, distribution groups too, but not through the primary group.
    fn in_chain(&self, entry: &Entry, name: &str, wanted: &[u8]) -> bool {
        let Some(other) = self.by_dn(&String::from_utf8_lossy(wanted)).and_then(|place| self.entry(place)) else {
            return false;
        };
        let (inner, outer) = match name {
            "memberof" => (entry, other),
            "member" => (other, entry),
            _ => return false,
        };
        let groups = self.groups_through(&inner.member_of);
        groups.iter().any(|group| group.dn == outer.dn)
    }
}

fn equal(name: &str, value: &Value, wanted: &[u8]) -> bool {
    match value {
        Value::Bytes(bytes) => {
            let sid = || std::str::from_utf8(wanted).ok().and_then(|text| text.parse::<Sid>().ok());
            bytes == wanted || (name == "objectsid" && Sid::from_bytes(bytes) == sid() && sid().is_some())
        }
        Value::Text(text) => match name {
            "member" | "memberof" | "manager" | "distinguishedname" => {
                super::dn::normalised(text) == super::dn::normalised(&String::from_utf8_lossy(wanted))
            }
            // The directory takes `person` for the distinguished name of that class [MS-ADTS 3.1.1.3.1.3.5].
            "objectcategory" if !wanted.contains(&b'=') => {
                super::dn::leaf(text).is_some_and(|class| class.to_lowercase() == folded(wanted))
            }
            _ => text.to_lowercase() == folded(wanted),
        },
    }
}

/// Text without its case.
fn folded(wanted: &[u8]) -> String {
    String::from_utf8_lossy(wanted).to_lowercase()
}

fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// Numbers compare as numbers, other texts letter by letter.
fn order(value: &Value, wanted: &[u8]) -> Option<std::cmp::Ordering> {
    let Value::Text(text) = value else { return None };
    let wanted = folded(wanted);
    Some(match (number(text), number(&wanted)) {
        (Some(have), Some(want)) => have.cmp(&want),
        _ => text.to_lowercase().cmp(&wanted),
    })
}

fn contains(value: &Value, pattern: &Pattern) -> bool {
    let Value::Text(text) = value else { return false };
    let text = text.to_lowercase();
    let Some(mut rest) = text.strip_prefix(&folded(&pattern.first)) else { return false };
    for part in &pattern.middle {
        let Some((_, behind)) = rest.split_once(&folded(part)) else { return false };
        rest = behind;
    }
    rest.ends_with(&folded(&pattern.last))
}
