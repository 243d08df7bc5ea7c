//! What a sign-in costs the directory, counted from outside.

use crate::support::relay::{Authority, Operation, Relay};
use crate::support::samba::shared_domain;
use crate::support::site::Site;

#[test]
fn a_warm_sign_in_is_one_bind_and_one_search() {
    let (domain, authority) = (shared_domain(), Authority::new());
    let relay = Relay::start(domain.target(), &authority);
    let site = Site::start(&[relay.url()], &authority.file(), &[]);
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
    assert_eq!(warm.of(Operation::Search), 1, "{warm:?}");
    assert_eq!(warm.of(Operation::SearchDone), 1);
}
