//! Attributes with more values than a server sends at once [MS-ADTS 3.1.1.3.1.3.3].

use std::time::Instant;

use ldap3::Scope;

use super::connection::{Connection, Search};
use super::entry::Entry;
use super::failure::Failure;

/// Asks for the rest of attributes that were sent in part.
pub(in crate::store) fn complete(
    entry: &mut Entry,
    connection: &mut Connection,
    deadline: Instant,
) -> Result<(), Failure> {
    while let Some((name, start)) = entry.next_range() {
        let attribute = format!("{name};range={start}-*");
        let dn = entry.dn.clone();
        let search = Search { base: &dn, scope: Scope::Base, filter: "(objectClass=*)", attributes: &[&attribute] };
        let rest = connection.search(search, deadline)?.pop();
        let rest = rest.ok_or_else(|| Failure::Refused(format!("`{dn}` vanished while `{name}` was read")))?;
        entry.absorb(rest);
    }
    Ok(())
}
