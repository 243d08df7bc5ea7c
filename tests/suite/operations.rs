//! What a sign-in costs the directory, counted from outside.

use claimsmith::store::ActiveDirectorySettings;

use crate::support::relay::{Authority, Operation, Relay};
use crate::support::samba::shared_domain;
use crate::support::site::Site;

#[test]
fn a_warm_sign_in_is_counted() {
    let (domain, authority) = (shared_domain(), Authority::new());
    let relay = Relay::start(domain.target(), &authority);
    let through =
        ActiveDirectorySettings { urls: vec![relay.url()], ca_file: Some(authority.file()), ..domain.settings() };
    let site = Site::start(&through, &[]);
    let sign_in = || {
        let reply = site.sign_in("alice", "Passw0rd.alice");
        assert!(reply.input("SAMLResponse").is_some(), "{}", reply.body);
    };
    let (cold, ()) = relay.during(sign_in);
    let (warm, ()) = relay.during(sign_in);
    assert!(cold.binds_and_searches() > warm.binds_and_searches(), "{cold:?}");
    assert_eq!(warm.connections, 1, "the password has a connection of its own");
    assert_eq!(warm.of(Operation::Bind), 1, "the service account stays bound");
    assert_eq!(warm.of(Operation::BindResponse), 1);
    assert_eq!(warm.of(Operation::Search), 6, "{warm:?}");
    assert_eq!(warm.of(Operation::SearchDone), 6);
}
