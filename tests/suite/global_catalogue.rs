//! Servers of the global catalogue that DNS names, in a real domain.

use std::time::{Duration, Instant};

use claimsmith::engine::{AttributeStore as _, Query, StoreError};
use claimsmith::store::active_directory::SettingsError;
use claimsmith::store::directory::Directory as _;
use claimsmith::store::ldap::{Discovery, DiscoveryRecords, LdapServers, discover};
use claimsmith::store::{ActiveDirectory, ActiveDirectorySettings};

use crate::support::name_server::NameServer;
use crate::support::samba::shared_domain;
use crate::support::waiting::wait_until;

const CATALOGUES: &str = "_gc._tcp.corp.example.com";
const OF_A_SITE: &str = "_gc._tcp.Here._sites.corp.example.com";
const DC1: &str = "dc1.corp.example.com";
/// Nobody listens there.
const DC2: &str = "dc2.corp.example.com";
const OUTSIDE: &str = "gc.evil.example.net";

/// A name server that knows where the machines are.
fn name_server(seconds: u32) -> NameServer {
    let names = NameServer::start(seconds);
    for host in [DC1, OUTSIDE] {
        names.host(host, shared_domain().address());
    }
    names.host(DC2, "127.0.0.1");
    names
}

fn discovery(names: &NameServer, site: Option<&str>) -> Discovery {
    Discovery {
        domain: "corp.example.com".to_owned(),
        records: DiscoveryRecords::GlobalCatalogue { site: site.map(str::to_owned) },
        name_servers: vec![names.address()],
    }
}

fn settings(discovery: Discovery, start_tls: bool) -> ActiveDirectorySettings {
    let domain = shared_domain();
    let servers = LdapServers { urls: Vec::new(), discovery: Some(discovery), start_tls, ..domain.servers() };
    ActiveDirectorySettings { global_catalogue: Some(servers), ..domain.settings() }
}

/// What only the catalogue can tell: what the domains of the forest are called.
fn groups(directory: &ActiveDirectory) -> Result<Vec<String>, StoreError> {
    let text = ";tokenGroups(longDomainQualifiedName);{0}".into();
    let query = Query { store: "AD".into(), text, parameters: vec!["CORP\\alice".into()], columns: 1 };
    Ok(directory.answer(&[query])?.remove(0).into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
}

/// What stands in the way.
fn told(names: &NameServer) -> String {
    let directory = ActiveDirectory::connect(settings(discovery(names, None), false)).unwrap();
    groups(&directory).unwrap_err().to_string()
}

#[test]
fn dns_names_the_catalogue_and_the_next_server_is_asked_when_one_is_gone() {
    let names = name_server(600);
    names.serve(CATALOGUES, &[(10, 100, 3268, DC1), (0, 100, 3268, DC2)]);
    for start_tls in [false, true] {
        let directory = ActiveDirectory::connect(settings(discovery(&names, None), start_tls)).unwrap();
        let began = Instant::now();
        let groups = groups(&directory).unwrap();
        assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
        assert!(groups.contains(&"corp.example.com\\Engineering".to_owned()), "{groups:?}");
        let known: Vec<_> = directory.condition().unwrap().servers.into_iter().map(|server| server.server).collect();
        let at = |host: &str| if start_tls { format!("ldap://{host}:3268") } else { format!("ldaps://{host}:3269") };
        assert_eq!(known[1..], [at(DC2), at(DC1)], "by priority, after the controller");
    }
}

#[test]
fn the_catalogue_of_the_site_goes_first() {
    let names = name_server(600);
    names.serve(CATALOGUES, &[(0, 100, 3268, DC2), (0, 100, 3268, DC1)]);
    names.serve(OF_A_SITE, &[(5, 100, 3268, DC1)]);
    let found = discover(&discovery(&names, Some("Here")), false, Duration::from_secs(10)).unwrap();
    assert_eq!(found, [format!("ldaps://{DC1}:3269"), format!("ldaps://{DC2}:3269")]);
    let directory = ActiveDirectory::connect(settings(discovery(&names, Some("Here")), false)).unwrap();
    groups(&directory).unwrap();
}

#[test]
fn dns_is_asked_again_when_its_answer_is_old() {
    let names = name_server(1);
    names.serve(CATALOGUES, &[(0, 100, 3268, DC2)]);
    let directory = ActiveDirectory::connect(settings(discovery(&names, None), false)).unwrap();
    groups(&directory).unwrap_err();
    names.serve(CATALOGUES, &[(0, 100, 3268, DC1)]);
    wait_until("the new server is known", || groups(&directory).is_ok());
}

#[test]
fn only_catalogues_within_the_forest_with_their_own_names_are_believed() {
    let names = name_server(600);
    let error = told(&names);
    assert!(error.contains("global catalogue") && error.contains(CATALOGUES), "{error}");
    names.serve(CATALOGUES, &[(0, 100, 3268, OUTSIDE)]);
    let error = told(&names);
    assert!(error.contains("not within `corp.example.com`; name them in `global_catalogue`"), "{error}");
    // A domain controller as such would show one domain as if it were the forest.
    names.serve(CATALOGUES, &[(0, 100, 389, DC1)]);
    let error = told(&names);
    assert!(error.contains("those of another kind of server"), "{error}");
    names.host(DC2, shared_domain().address());
    names.serve(CATALOGUES, &[(0, 100, 3268, DC2)]);
    let error = told(&names);
    assert!(error.contains(&format!("not valid for the name `{DC2}`, but for `{DC1}`")), "{error}");
}

#[test]
fn a_forest_and_a_site_must_be_names() {
    let names = name_server(600);
    let refused = |discovery| ActiveDirectory::new(settings(discovery, false)).map(|_| ()).unwrap_err();
    let odd = Discovery { domain: "corp example".to_owned(), ..discovery(&names, None) };
    assert_eq!(refused(odd), SettingsError::Domain("corp example".to_owned()));
    assert_eq!(refused(discovery(&names, Some("no.site"))), SettingsError::Site("no.site".to_owned()));
}
