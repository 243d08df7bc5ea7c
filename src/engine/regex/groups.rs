//! The numbers and names of a pattern's groups.

use std::collections::{BTreeMap, BTreeSet};

/// Which groups a pattern has. .NET numbers the unnamed ones first, from left to right, then the named ones; a
/// numeric name takes its number, and groups of one name are one group [.NET: Grouping constructs].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Groups {
    /// Sorted; the place of a number is its slot. Number 0 is the whole match.
    numbers: Vec<u32>,
    names: BTreeMap<String, u32>,
}

impl Groups {
    /// `names` in the order of their first appearance.
    pub(super) fn new(unnamed: u32, numbers: &BTreeSet<u32>, names: &[String]) -> Self {
        let mut all: BTreeSet<u32> = numbers.clone();
        all.extend(0..=unnamed);
        let mut next = unnamed + 1;
        let mut numbered = BTreeMap::new();
        for name in names {
            if !numbered.contains_key(name) {
                while all.contains(&next) {
                    next += 1;
                }
                all.insert(next);
                numbered.insert(name.clone(), next);
            }
        }
        Self { numbers: all.into_iter().collect(), names: numbered }
    }

    /// The number of groups, the whole match included.
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    pub(super) fn slot(&self, number: u32) -> Option<usize> {
        self.numbers.binary_search(&number).ok()
    }

    /// What a replacement calls each group, the whole match aside: its name, or its number.
    pub(super) fn labels(&self) -> impl Iterator<Item = String> {
        self.numbers.iter().skip(1).map(|number| {
            let name = self.names.iter().find(|(_, named)| *named == number).map(|(name, _)| name.clone());
            name.unwrap_or_else(|| number.to_string())
        })
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.names.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&str, u32)> {
        self.names.iter().map(|(name, number)| (name.as_str(), *number))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Groups;

    #[test]
    fn named_groups_come_after_unnamed_ones() {
        let groups = Groups::new(2, &BTreeSet::new(), &["n".to_owned(), "m".to_owned(), "n".to_owned()]);
        assert_eq!((groups.number("n"), groups.number("m"), groups.len()), (Some(3), Some(4), 5));
    }

    #[test]
    fn a_numeric_name_takes_its_number() {
        let groups = Groups::new(1, &BTreeSet::from([2, 7]), &["n".to_owned()]);
        assert_eq!(groups.number("n"), Some(3));
        assert_eq!((groups.slot(7), groups.slot(4)), (Some(4), None));
    }
}
