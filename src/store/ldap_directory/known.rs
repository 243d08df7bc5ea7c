//! What was read of a person with their account, for the rules of the same request.

use std::sync::Arc;

use super::Parts;
use super::groups::Group;
use super::people::Person;
use crate::engine::{AttributeStore, Query, Row, StoreError};
use crate::store::dn;
use crate::store::ldap::entry::Entry;

/// A store that knows the groups of one person, and asks the directory for everything else.
pub(super) struct Known {
    parts: Arc<Parts>,
    /// The person's normalised name.
    person: String,
    groups: Vec<Group>,
}

impl Known {
    pub(super) fn new(parts: Arc<Parts>, person: &Person, groups: Vec<Group>) -> Self {
        Self { parts, person: dn::normalised(&person.entry.dn), groups }
    }

    /// The groups of an entry, if it is that person.
    pub(super) fn groups_of(&self, entry: &Entry) -> Option<&[Group]> {
        (dn::normalised(&entry.dn) == self.person).then_some(&self.groups)
    }
}

impl AttributeStore for Known {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.parts.answer(queries, Some(self))
    }
}
