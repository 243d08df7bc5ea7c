//! A server of a real domain: what is found on the way to it, and in it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{assert_found, findings};
use crate::support::claimsmith::Claimsmith;
use crate::support::relay::{Authority, Fault, Relay};
use crate::support::samba::{Samba, shared_domain};
use crate::support::site::write_configuration;

/// What is found in a domain at `urls`; `change` may spoil the files before.
fn found(urls: &[String], ca_file: &Path, more: &[&str], change: impl FnOnce(&TempDir)) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    let configuration = write_configuration(folder.path(), urls, ca_file, &[]);
    change(&folder);
    let (found, code) = findings(&configuration, ca_file, more);
    assert_eq!(code, 1, "the certificate of the listener is by nobody whom this machine trusts: {found:#?}");
    for secret in ["Passw0rd", "AAECAwQF", "PRIVATE KEY"] {
        assert!(!found.iter().any(|finding| finding.contains(secret)), "{found:#?}");
    }
    found
}

#[test]
fn a_domain_is_examined_while_the_server_runs() {
    let domain = shared_domain();
    let folder = TempDir::new().unwrap();
    let configuration = write_configuration(folder.path(), &[domain.url()], &domain.ca_file(), &[]);
    let _running = Claimsmith::serve(&configuration);
    let (found, _) = findings(&configuration, &domain.ca_file(), &["--user", "CORP\\alice"]);
    let controller = format!("ok: controller `{}`: ", domain.url());
    assert_found(&found, &["controller `", &domain.url(), "its certificate ends on "]);
    assert_found(
        &found,
        &[&controller, "`dc1.corp.example.com` of `CORP`, `corp.example.com`, lets the service account in"],
    );
    assert_found(&found, &[&controller, "its clock and this machine's are "]);
    assert_found(&found, &[&controller, "`alice` is shown whole, with the SIDs of 7 groups"]);
    assert_found(&found, &["ok: user `CORP\\alice`: the directory knows `CORP\\alice`, with 6 groups"]);
    assert_found(
        &found,
        &["permitted, with 3 roles: ", "123456789012/Admin", "123456789012/ReadOnly", "210987654321/Billing"],
    );
    let (found, _) = findings(&configuration, &domain.ca_file(), &["--user", "dave"]);
    assert_found(&found, &["error: user `dave`: ", "does not let them in: account disabled"]);
    let (found, _) = findings(&configuration, &domain.ca_file(), &["--user", "bob"]);
    assert_found(&found, &["warning: user `bob` at `Amazon Web Services`: the rules do not let them in"]);
}

#[test]
fn a_person_who_is_not_there_says_nothing_about_the_service_account() {
    let domain = shared_domain();
    let found = found(&[domain.url()], &domain.ca_file(), &["--user", "nobody-at-all"], |_| ());
    assert_found(&found, &["error: user `nobody-at-all`: the directory has nobody of that name"]);
    assert_found(&found, &["ok: controller `", " is shown whole, with the SIDs of "]);
}

#[test]
fn a_base_that_holds_nobody_is_told() {
    let domain = shared_domain();
    let found = found(&[domain.url()], &domain.ca_file(), &[], |folder| {
        let path = folder.path().join("claimsmith.yaml");
        let whole = fs::read_to_string(&path).unwrap();
        let elsewhere = "base: 'OU=Nobody,DC=corp,DC=example,DC=com'\n    bind_name:";
        fs::write(&path, whole.replace("bind_name:", elsewhere)).unwrap();
    });
    assert_found(&found, &["error: controller `", "the service account sees nobody"]);
}

#[test]
fn a_wrong_password_of_the_service_account_is_told() {
    let domain = shared_domain();
    let found = found(&[domain.url()], &domain.ca_file(), &[], |folder| {
        fs::write(folder.path().join("bind-password"), "Passw0rd.typo").unwrap();
    });
    assert_found(
        &found,
        &["error: controller `", "the service account `svc-claimsmith@corp.example.com` was refused: wrong password"],
    );
}

#[test]
fn controllers_that_are_dead_or_frozen_are_told_beside_one_that_works() {
    let (domain, authority) = (shared_domain(), Authority::new());
    let [good, dead, frozen] = [(); 3].map(|()| Relay::start(domain.target(), &authority));
    dead.refuse();
    frozen.freeze();
    let began = Instant::now();
    let urls = [good.url(), dead.url(), frozen.url(), "ldaps://no-such-controller.invalid".to_owned()];
    let found = found(&urls, &authority.file(), &[], |_| ());
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
    assert_found(&found, &["ok: controller `", &good.url(), "is shown whole"]);
    assert_found(&found, &["error: controller `", &dead.url(), "cannot be connected to: Connection refused"]);
    assert_found(&found, &["error: controller `", &frozen.url(), "takes connections, and does not answer within 5 s"]);
    assert_found(&found, &["error: controller `ldaps://no-such-controller.invalid`: no address is found"]);
}

#[test]
fn certificates_that_are_wrong_are_told_apart() {
    let (domain, authority) = (shared_domain(), Authority::new());
    for (fault, expected) in [
        (Fault::UnknownAuthority, "is of an authority that is not trusted"),
        (Fault::Expired, "expired at "),
        (Fault::OtherName, "is not valid for the name `"),
    ] {
        let relay = Relay::with_fault(domain.target(), &authority, fault);
        let found = found(&[relay.url()], &authority.file(), &[], |_| ());
        assert_found(&found, &["error: controller `", "its certificate ", expected]);
    }
}

#[test]
fn what_the_service_account_may_not_read_is_named() {
    let domain = Samba::start();
    domain.hide_password_age("carol");
    let found = found(&[domain.url()], &domain.ca_file(), &["--user", "carol"], |_| ());
    assert_found(&found, &["error: controller `", "the service account may not read `pwdLastSet` of `carol`"]);
}

#[test]
fn a_domain_that_dns_does_not_know_is_told() {
    let domain = shared_domain();
    let found = found(&[domain.url()], &domain.ca_file(), &[], |folder| {
        let path = folder.path().join("claimsmith.yaml");
        let by_address = fs::read_to_string(&path).unwrap();
        let by_name = by_address.replace(&format!("urls: [\"{}\"]", domain.url()), "domain: nowhere.invalid");
        assert_ne!(by_name, by_address);
        fs::write(&path, by_name).unwrap();
    });
    assert_found(&found, &["error: domain `nowhere.invalid`: ", "DNS"]);
    assert!(!found.iter().any(|finding| finding.contains("Query {")), "{found:#?}");
}
