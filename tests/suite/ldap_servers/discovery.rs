//! Servers that DNS names.

use std::time::{Duration, Instant};

use claimsmith::store::ldap::{Discovery, DiscoveryRecords, LdapServers, discover};

use super::{FAILOVER, directory, signs_in, told};
use crate::support::name_server::NameServer;
use crate::support::samba::{Samba, shared_domain};
use crate::support::waiting::wait_until;

const CONTROLLERS: &str = "_ldap._tcp.dc._msdcs.corp.example.com";
const OF_A_SITE: &str = "_ldap._tcp.Here._sites.dc._msdcs.corp.example.com";
const DC1: &str = "dc1.corp.example.com";
const DC2: &str = "dc2.corp.example.com";

fn servers(names: &NameServer, site: Option<&str>, domain: &Samba) -> LdapServers {
    let discovery = Discovery {
        domain: "corp.example.com".to_owned(),
        records: DiscoveryRecords::DomainControllers { site: site.map(str::to_owned) },
        name_servers: vec![names.address()],
    };
    LdapServers { urls: Vec::new(), discovery: Some(discovery), ..domain.servers() }
}

#[test]
fn a_domain_is_enough_and_the_next_server_is_asked_when_one_is_gone() {
    let (domain, names) = (shared_domain(), NameServer::start(600));
    names.serve(CONTROLLERS, &[(10, 100, 389, DC1), (0, 100, 389, DC2)]);
    names.host(DC1, domain.address());
    // Nobody listens there.
    names.host(DC2, "127.0.0.1");
    for start_tls in [false, true] {
        let directory = directory(LdapServers { start_tls, ..servers(&names, None, domain) });
        let started = Instant::now();
        signs_in(&directory);
        assert!(started.elapsed() < FAILOVER, "{:?}", started.elapsed());
        let scheme = if start_tls { "ldap" } else { "ldaps" };
        let known: Vec<_> = directory.health().into_iter().map(|server| server.server).collect();
        assert_eq!(known, [format!("{scheme}://{DC2}"), format!("{scheme}://{DC1}")], "by priority");
    }
}

#[test]
fn whoever_looks_for_a_fault_is_told_the_servers_or_why_there_are_none() {
    let names = NameServer::start(600);
    names.serve(CONTROLLERS, &[(10, 100, 389, DC1), (0, 100, 389, DC2)]);
    let mut asked = Discovery {
        domain: "corp.example.com".to_owned(),
        records: DiscoveryRecords::DomainControllers { site: None },
        name_servers: vec![names.address()],
    };
    let limit = Duration::from_secs(10);
    let found = discover(&asked, false, limit).unwrap();
    assert_eq!(found, [format!("ldaps://{DC2}"), format!("ldaps://{DC1}")]);
    asked.domain = "other.example.com".to_owned();
    let error = discover(&asked, false, limit).unwrap_err();
    assert!(error.contains("`_ldap._tcp.dc._msdcs.other.example.com`") && error.contains("; check"), "{error}");
}

#[test]
fn the_servers_of_the_site_go_first() {
    let (domain, names) = (shared_domain(), NameServer::start(600));
    names.serve(CONTROLLERS, &[(0, 100, 389, DC2), (0, 100, 389, DC1)]);
    names.serve(OF_A_SITE, &[(5, 100, 389, DC1)]);
    names.host(DC1, domain.address());
    names.host(DC2, "127.0.0.1");
    let directory = directory(servers(&names, Some("Here"), domain));
    signs_in(&directory);
    assert_eq!(directory.health()[0].server, format!("ldaps://{DC1}"));
}

#[test]
fn dns_is_asked_again_when_its_answer_is_old() {
    let (domain, names) = (shared_domain(), NameServer::start(1));
    names.serve(CONTROLLERS, &[(0, 100, 389, DC2)]);
    names.host(DC1, domain.address());
    names.host(DC2, "127.0.0.1");
    let directory = directory(servers(&names, None, domain));
    assert!(directory.check().is_err());
    names.serve(CONTROLLERS, &[(0, 100, 389, DC1)]);
    wait_until("the new server is known", || directory.check().is_ok());
    signs_in(&directory);
    assert!(names.asked() > 1);
}

#[test]
fn the_certificate_must_name_the_server_and_the_server_be_within_the_domain() {
    let (domain, names) = (shared_domain(), NameServer::start(600));
    names.serve(CONTROLLERS, &[(0, 100, 389, DC2)]);
    names.host(DC2, domain.address());
    let error = told(servers(&names, None, domain));
    assert!(error.contains(&format!("not valid for the name `{DC2}`, but for `{DC1}`")), "{error}");
    names.serve(CONTROLLERS, &[(0, 100, 389, "dc1.evil.example.net")]);
    names.host("dc1.evil.example.net", domain.address());
    let error = told(servers(&names, None, domain));
    assert!(error.contains("not within `corp.example.com`"), "{error}");
}

#[test]
fn a_domain_that_dns_does_not_know_is_told() {
    let (domain, names) = (shared_domain(), NameServer::start(600));
    let error = told(servers(&names, None, domain));
    assert!(error.contains(CONTROLLERS) && error.contains("check the domain's name"), "{error}");
    assert!(error.contains("it knows no such name") || error.contains("it has no such record"), "{error}");
}
