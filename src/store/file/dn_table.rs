//! Distinguished names as small numbers. An export names each group once for every member, and may do so before the
//! group's own entry.

use std::collections::HashMap;
use std::sync::Arc;

use crate::store::dn;

/// Every distinguished name that was seen.
#[derive(Default)]
pub(super) struct DnTable {
    /// By spelling: most names are spelled in one way only, and found without a look at their parts.
    by_spelling: HashMap<Arc<str>, u32>,
    by_meaning: HashMap<Box<str>, u32>,
    /// The first spelling of each.
    spellings: Vec<Arc<str>>,
}

impl DnTable {
    /// The number of a name, new if need be; all spellings of one name have one number.
    pub(super) fn id(&mut self, dn: &str) -> u32 {
        if let Some(&known) = self.by_spelling.get(dn) {
            return known;
        }
        let spelling: Arc<str> = dn.into();
        let new = u32::try_from(self.spellings.len()).unwrap_or(u32::MAX);
        let id = *self.by_meaning.entry(dn::normalised(dn).into()).or_insert(new);
        if id == new {
            self.spellings.push(Arc::clone(&spelling));
        }
        self.by_spelling.insert(spelling, id);
        id
    }

    /// A name as it was first spelled.
    pub(super) fn spelling(&self, id: u32) -> Option<&Arc<str>> {
        self.spellings.get(id as usize)
    }

    /// All names by what they mean, as far as `place` knows what they name.
    pub(super) fn into_places(self, place: impl Fn(u32) -> Option<u32>) -> HashMap<Box<str>, u32> {
        let Self { mut by_meaning, .. } = self;
        by_meaning.retain(|_, id| place(*id).map(|place| *id = place).is_some());
        by_meaning
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_has_its_number() {
        let mut table = DnTable::default();
        let first = table.id("CN=a,DC=corp");
        assert_eq!([table.id("cn=A, dc=CORP"), table.id("CN=a,DC=corp")], [first, first]);
        let other = table.id("CN=b,DC=corp");
        assert_ne!(other, first);
        assert_eq!(table.spelling(first).map(AsRef::as_ref), Some("CN=a,DC=corp"));
        let places = table.into_places(|id| (id == other).then_some(7));
        assert_eq!(places, HashMap::from([(dn::normalised("cn=B,dc=corp").into(), 7)]));
    }
}
