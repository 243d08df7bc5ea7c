//! What the directory says about its domain.

use std::time::Instant;

use ldap3::Scope;

use crate::store::ldap::connection::{Connection, Search};
use crate::store::ldap::escape::escape;
use crate::store::ldap::failure::Failure;
use crate::store::sid::Sid;

/// The domain behind a connection.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub netbios: String,
    pub dns: String,
    /// The distinguished name of its root.
    pub base: String,
    pub sid: Sid,
}

impl Domain {
    /// Asks the controller which domain it serves, and the configuration of the forest what it is called.
    pub(super) fn read(connection: &mut Connection, deadline: Instant) -> Result<Self, Failure> {
        let none = |what: &str| {
            Failure::Refused(format!(
                "the directory {what}; is it an Active Directory? OpenLDAP and others are `directory.ldap`"
            ))
        };
        let anything = "(objectClass=*)";
        let root = Search {
            base: "",
            scope: Scope::Base,
            filter: anything,
            attributes: &["defaultNamingContext", "configurationNamingContext"],
        };
        let root = connection.search(root, deadline)?.pop().ok_or_else(|| none("does not describe itself"))?;
        let base = root.text("defaultnamingcontext").ok_or_else(|| none("names no domain"))?;
        let configuration = root.text("configurationnamingcontext").ok_or_else(|| none("has no configuration"))?;
        let partitions = Search {
            base: &format!("CN=Partitions,{configuration}"),
            scope: Scope::OneLevel,
            filter: &format!("(&(objectClass=crossRef)(nCName={}))", escape(base)),
            attributes: &["nETBIOSName", "dnsRoot"],
        };
        let partition = connection.search(partitions, deadline)?.pop();
        let partition = partition.ok_or_else(|| none("does not show its domain to the service account"))?;
        let name = |attribute: &str| partition.text(attribute).map(str::to_owned);
        let (Some(netbios), Some(dns)) = (name("netbiosname"), name("dnsroot")) else {
            return Err(none("does not say what its domain is called"));
        };
        let object = Search { base, scope: Scope::Base, filter: anything, attributes: &["objectSid"] };
        let sid = connection.search(object, deadline)?.pop().and_then(|object| object.sids("objectsid").pop());
        let sid = sid.ok_or_else(|| none("does not show the security identifier of its domain"))?;
        Ok(Self { netbios, dns, base: base.to_owned(), sid })
    }

    /// The identifiers that belong to this domain. Those of other domains have names that may be the same as names
    /// here, and mean something else.
    pub(super) fn own(&self, sids: &[Sid]) -> Vec<Sid> {
        sids.iter().filter(|sid| sid.is_in(&self.sid)).cloned().collect()
    }

    /// Whether a name in `DOMAIN\user` or `user@domain` means this domain.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        name == self.netbios.to_lowercase() || name == self.dns.to_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_other_domains_are_not_asked_for_their_names() {
        let sid = |text: &str| text.parse::<Sid>().unwrap();
        let domain = Domain {
            netbios: "CORP".to_owned(),
            dns: "corp.example.com".to_owned(),
            base: "DC=corp,DC=example,DC=com".to_owned(),
            sid: sid("S-1-5-21-1-2-3"),
        };
        let all = ["S-1-5-21-1-2-3-1104", "S-1-5-21-1-2-4-1104", "S-1-5-32-545", "S-1-5-21-1-2-3"].map(sid).to_vec();
        assert_eq!(domain.own(&all), [sid("S-1-5-21-1-2-3-1104")]);
    }
}
