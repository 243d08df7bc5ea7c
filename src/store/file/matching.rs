//! Whether an entry satisfies a filter.

use super::tree::Tree;
use super::values::Value;
use crate::store::filter::{Filter, Pattern, Rule};
use crate::store::sid::Sid;

impl Tree {
    /// The entries that satisfy a filter, by place.
    pub(super) fn search(&self, filter: &Filter) -> Vec<u32> {
        let satisfies = |place: &u32| self.satisfies(*place, filter);
        match self.candidates(filter) {
            Some(mut places) => {
                places.sort_unstable();
                places.dedup();
                places.into_iter().filter(satisfies).collect()
            }
            None => self.places().filter(satisfies).collect(),
        }
    }

    /// The few entries that a filter can mean, when it names one. `None`: every entry must be looked at.
    fn candidates(&self, filter: &Filter) -> Option<Vec<u32>> {
        match filter {
            Filter::And(filters) => filters.iter().find_map(|filter| self.candidates(filter)),
            Filter::Or(filters) => {
                let found: Option<Vec<_>> = filters.iter().map(|filter| self.candidates(filter)).collect();
                found.map(|found| found.concat())
            }
            Filter::Equal(name, value) => {
                let text = std::str::from_utf8(value).ok()?;
                match name.as_str() {
                    "samaccountname" => Some(self.index.by_login(text).into_iter().collect()),
                    "userprincipalname" => Some(self.index.by_upn(text).to_vec()),
                    "distinguishedname" => Some(self.index.by_dn(text).into_iter().collect()),
                    "member" => {
                        Some(self.index.by_dn(text).map(|place| self.member_of(place).to_vec()).unwrap_or_default())
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn satisfies(&self, place: u32, filter: &Filter) -> bool {
        let any = |name: &str, test: &dyn Fn(&Value<'_>) -> bool| self.values(place, name).iter().any(test);
        match filter {
            Filter::And(filters) => filters.iter().all(|filter| self.satisfies(place, filter)),
            Filter::Or(filters) => filters.iter().any(|filter| self.satisfies(place, filter)),
            Filter::Not(filter) => !self.satisfies(place, filter),
            Filter::Present(name) => any(name, &|_| true),
            Filter::Equal(name, wanted) => any(name, &|value| equal(name, value, wanted)),
            Filter::Substring(name, pattern) => any(name, &|value| contains(value, pattern)),
            Filter::AtLeast(name, wanted) => {
                any(name, &|value| order(value, wanted).is_some_and(std::cmp::Ordering::is_ge))
            }
            Filter::AtMost(name, wanted) => {
                any(name, &|value| order(value, wanted).is_some_and(std::cmp::Ordering::is_le))
            }
            Filter::Extensible(name, Rule::InChain, wanted) => self.in_chain(place, name, wanted),
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
    fn in_chain(&self, place: u32, name: &str, wanted: &[u8]) -> bool {
        let Some(other) = self.index.by_dn(&String::from_utf8_lossy(wanted)) else { return false };
        let (inner, outer) = match name {
            "memberof" => (place, other),
            "member" => (other, place),
            _ => return false,
        };
        self.groups_of(inner).binary_search(&outer).is_ok()
    }
}

fn equal(name: &str, value: &Value<'_>, wanted: &[u8]) -> bool {
    match value {
        Value::Bytes(bytes) => {
            let sid = || std::str::from_utf8(wanted).ok().and_then(|text| text.parse::<Sid>().ok());
            **bytes == *wanted || (name == "objectsid" && Sid::from_bytes(bytes) == sid() && sid().is_some())
        }
        Value::Text(text) => match name {
            "member" | "memberof" | "manager" | "distinguishedname" => {
                crate::store::dn::normalised(text) == crate::store::dn::normalised(&String::from_utf8_lossy(wanted))
            }
            // The directory takes `person` for the distinguished name of that class [MS-ADTS 3.1.1.3.1.3.5].
            "objectcategory" if !wanted.contains(&b'=') => {
                crate::store::dn::leaf(text).is_some_and(|class| class.to_lowercase() == folded(wanted))
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
fn order(value: &Value<'_>, wanted: &[u8]) -> Option<std::cmp::Ordering> {
    let Value::Text(text) = value else { return None };
    let wanted = folded(wanted);
    Some(match (number(text), number(&wanted)) {
        (Some(have), Some(want)) => have.cmp(&want),
        _ => text.to_lowercase().cmp(&wanted),
    })
}

fn contains(value: &Value<'_>, pattern: &Pattern) -> bool {
    let Value::Text(text) = value else { return false };
    let text = text.to_lowercase();
    let Some(mut rest) = text.strip_prefix(&folded(&pattern.first)) else { return false };
    for part in &pattern.middle {
        let Some((_, behind)) = rest.split_once(&folded(part)) else { return false };
        rest = behind;
    }
    rest.ends_with(&folded(&pattern.last))
}
