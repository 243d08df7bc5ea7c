//! A controller whose certificate is wrong: refused, and the message says what is wrong with it.

use claimsmith::store::ActiveDirectory;
use claimsmith::store::ActiveDirectorySettings;
use claimsmith::store::ldap::LdapServers;

use crate::support::relay::{Authority, Fault, Relay};
use crate::support::samba::shared_domain;

#[test]
fn every_fault_is_refused_and_named() {
    let (domain, authority) = (shared_domain(), Authority::new());
    for (fault, says) in [
        (Fault::None, None),
        (Fault::UnknownAuthority, Some("of an authority that is not trusted")),
        (Fault::Expired, Some("its certificate expired at 2021-01-01T00:00:00Z")),
        (Fault::NotYetValid, Some("its certificate is not valid before 2120-01-01T00:00:00Z")),
        (Fault::OtherName, Some("not valid for the name `127.0.88.1`, but for `other.corp.example.com`")),
    ] {
        let relay = Relay::with_fault(domain.target(), &authority, fault);
        let servers = LdapServers { urls: vec![relay.url()], ca_file: Some(authority.file()), ..domain.servers() };
        let settings = ActiveDirectorySettings { servers, ..domain.settings() };
        let told = ActiveDirectory::connect(settings).map(|_| ()).map_err(|error| error.to_string());
        match (told, says) {
            (Ok(()), None) => {}
            (Err(told), Some(says)) => assert!(told.contains(says), "{fault:?}: {told}"),
            (told, _) => panic!("{fault:?}: {told:?}"),
        }
        assert_eq!(relay.counts().operations.is_empty(), fault != Fault::None, "{fault:?}: nothing was said");
    }
}
