//! An OpenLDAP: each server by itself, and the directory as the service account sees it.

use std::path::Path;

use super::{assert_found, findings};
use crate::support::relay::{Authority, Relay};
use crate::support::slapd::{SUFFIX, Slapd, shared_slapd};
use crate::support::small_site::SmallSite;

/// What is found with `urls`, where `alice` is followed.
fn found(server: &Slapd, urls: &[String], ca_file: &Path, password: &str) -> Vec<String> {
    let site = SmallSite::new();
    site.write("password", password);
    site.configure(&format!(
        "\n  ldap:\n    urls: {urls:?}\n    ca_file: {}\n    bind_name: 'cn=claimsmith,ou=Services,{SUFFIX}'\n    \
         bind_password_file: password\n    users: {{ base: 'ou=People,{SUFFIX}' }}\n    \
         groups: {{ schema: group_of_names, base: 'ou=Groups,{SUFFIX}' }}",
        ca_file.display(),
    ));
    findings(&site.path("claimsmith.yaml"), &server.ca_file(), &["--user", "alice"]).0
}

#[test]
fn each_server_is_looked_at_and_a_person_has_their_groups() {
    let server = shared_slapd();
    let found = found(server, &[server.url()], &server.ca_file(), "Passw0rd.claimsmith");
    assert_found(&found, &["warning: server `", &server.url(), "its certificate ends on "]);
    assert_found(&found, &["ok: directory: it answers, and shows people and groups"]);
    assert_found(&found, &["ok: user `alice`: the directory knows `CORP\\alice`, with 5 groups"]);
}

#[test]
fn a_dead_server_beside_one_that_works_is_told() {
    let (server, authority) = (shared_slapd(), Authority::new());
    let [good, dead] = [(); 2].map(|()| Relay::start(server.target(), &authority));
    dead.refuse();
    let found = found(server, &[good.url(), dead.url()], &authority.file(), "Passw0rd.claimsmith");
    assert_found(&found, &["ok: server `", &good.url(), "its certificate holds until "]);
    assert_found(&found, &["error: server `", &dead.url(), "cannot be connected to: Connection refused"]);
    assert_found(&found, &["ok: directory: it answers"]);
}

#[test]
fn a_wrong_password_of_the_service_account_is_told() {
    let server = shared_slapd();
    let found = found(server, &[server.url()], &server.ca_file(), "Passw0rd.typo");
    assert_found(&found, &["error: directory: ", "was refused: wrong password"]);
    assert!(!found.iter().any(|finding| finding.contains("Passw0rd")), "{found:#?}");
}
