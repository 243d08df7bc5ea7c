//! What is told of a server that cannot be used.

use std::net::TcpListener;
use std::time::Duration;

use claimsmith::store::ldap::LdapServers;

use super::{directory, told};
use crate::support::relay::{Authority, Relay};
use crate::support::samba::shared_domain;
use crate::support::waiting::wait_until;

fn at(url: String) -> LdapServers {
    LdapServers { urls: vec![url], connect_timeout: Duration::from_secs(1), ..shared_domain().servers() }
}

#[test]
fn what_is_wrong_is_said_and_what_to_do() {
    let domain = shared_domain();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    for (url, says, advises) in [
        (format!("ldaps://{gone}"), "connection refused", "no server listens on port"),
        (format!("ldaps://{}", silent.local_addr().unwrap()), "no answer within 1.0 seconds", "firewall"),
        (format!("ldaps://{}:389", domain.address()), "TLS", "port"),
        ("ldaps://no-such-name.invalid".to_owned(), "cannot be resolved", "check its spelling"),
    ] {
        let error = told(at(url.clone()));
        assert!(error.contains(says) && error.contains(advises), "{url}: {error}");
        assert!(error.contains(&url) && error.contains("Active Directory"), "{url}: {error}");
    }
}

#[test]
fn every_server_that_was_tried_is_told_of() {
    let gone = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let urls: Vec<_> = gone.iter().map(|address| format!("ldaps://{address}")).collect();
    let error = told(LdapServers { urls: urls.clone(), ..shared_domain().servers() });
    assert!(urls.iter().all(|url| error.contains(url)), "{error}");
}

#[test]
fn a_changed_file_of_authorities_is_read_again() {
    let (domain, before, after) = (shared_domain(), Authority::new(), Authority::new());
    let relay = Relay::start(domain.target(), &after);
    let folder = tempfile::tempdir().unwrap();
    let ca_file = folder.path().join("ca.pem");
    std::fs::copy(before.file(), &ca_file).unwrap();
    let servers = LdapServers { urls: vec![relay.url()], ca_file: Some(ca_file.clone()), ..domain.servers() };
    let directory = directory(servers);
    let error = directory.check().unwrap_err().to_string();
    assert!(error.contains("its certificate is not signed by the authority") && error.contains("`ca_file`"), "{error}");
    let both = [std::fs::read(before.file()).unwrap(), std::fs::read(after.file()).unwrap()].concat();
    std::fs::write(&ca_file, both).unwrap();
    wait_until("the new authority is trusted", || directory.check().is_ok());
}
