//! What an entry is called.

use crate::store::dn;
use crate::store::ldap::entry::Entry;

/// What tells that an entry is a person's or a group's: the value of an attribute that its own name has, or else its
/// first value. A person may have two names; the entry is called by one.
pub(super) fn one_value(entry: &Entry, attribute: &str) -> Option<String> {
    let values = || entry.values(&attribute.to_lowercase()).iter().filter_map(|value| std::str::from_utf8(value).ok());
    let named = dn::leaf_value(&entry.dn, attribute);
    let of_name = named.and_then(|named| values().find(|value| value.to_lowercase() == named.to_lowercase()));
    of_name.or_else(|| values().next()).map(str::to_owned)
}
