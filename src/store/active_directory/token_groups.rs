//! The groups of an account, nested ones too, as the domain computes them.

use crate::store::ldap::entry::Entry;
use crate::store::ldap::failure::Failure;

/// All security groups of an entry, direct and nested.
pub(super) const TOKEN_GROUPS: &str = "tokenGroups";
/// The same without domain-local groups.
pub(super) const WIDE_TOKEN_GROUPS: &str = "tokenGroupsGlobalAndUniversal";

/// The SIDs of an entry's groups, which are computed, and shown only to a question about that entry alone.
pub(super) fn shown(entry: &Entry, attribute: &str) -> Result<(), Failure> {
    if entry.values(&attribute.to_lowercase()).is_empty() {
        // Everybody has at least their primary group.
        return Err(Failure::Refused(format!(
            "the directory does not show `{attribute}` of `{}`; the service account needs the right to read it, \
             which the group `Windows Authorization Access Group` has",
            entry.dn
        )));
    }
    Ok(())
}
