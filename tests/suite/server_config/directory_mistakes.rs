//! `directory` in `claimsmith.yaml`: each mistake is shown at its key, with what to do; secrets in sight are warned of.

use claimsmith::config::server;

use crate::support::small_site::SmallSite;

const DOMAIN: &str = "
  active_directory:
    urls: [ldaps://dc1.corp.example.com]
    bind_name: svc@corp.example.com
    bind_password_file: password
";
const LDAP: &str = "
  ldap:
    urls: [ldaps://ldap.example.com]
    bind_name: cn=svc,dc=example,dc=com
    bind_password_file: password
    users: { base: 'dc=example,dc=com' }
";

fn told(site: &SmallSite, directory: &str) -> String {
    site.configure(directory);
    match server::load(&site.path("claimsmith.yaml")) {
        Ok(_) => panic!("taken: {directory}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn mistakes_are_shown_at_their_key() {
    let site = SmallSite::new();
    site.write("password", "secret\n");
    site.write("empty", "\n");
    let url = "urls: [ldaps://dc1.corp.example.com]";
    let name = "bind_name: svc";
    for (from, to, place, message) in [
        (url, "urls: [dc1.corp.example.com]", "6:11", "it does not begin with `ldaps://`"),
        (url, "urls: [ldap://dc1.corp.example.com]", "6:11", "with `start_tls: true`"),
        (url, "urls: ['ldaps://a:b@dc1']", "6:11", "it holds a name or a password"),
        (url, "urls: [ldaps://dc1:3269]", "6:11", "the global catalogue"),
        (url, "urls: []", "6:11", "there is no address of a server; name one"),
        (name, "ca_file: none.pem\n    bind_name: svc", "7:14", "there is no such file; name a PEM file"),
        (name, "connect_timeout_seconds: 0\n    bind_name: svc", "7:30", "write a number from 1 to 600"),
        (name, "bind_timeout_seconds: 601\n    bind_name: svc", "7:27", "601 is no useful limit in seconds"),
        (name, "request_timeout_seconds: -1\n    bind_name: svc", "7:30", "a whole number from 0"),
        (name, "base: corp.example.com\n    bind_name: svc", "7:11", "it is no distinguished name"),
        ("password_file: password", "password_file: empty", "8:25", "the secret is empty"),
        ("password_file: password", "password: ''", "8:20", "the secret is empty"),
    ] {
        let told = told(&site, &DOMAIN.replace(from, to));
        assert!(told.contains(&format!("claimsmith.yaml:{place}: ")) && told.contains(message), "{to}: {told}");
        assert!(!told.contains("a:b"), "{told}");
    }
    for (from, to, place, message) in [
        ("urls: [ldaps:", "urls: [ldap:", "6:11", "with `start_tls: true`"),
        ("bind_name", "ca_file: none.pem\n    bind_name", "7:14", "there is no such file"),
        ("bind_name", "bind_timeout_seconds: 0\n    bind_name", "7:27", "write a number from 1 to 600"),
    ] {
        let told = told(&site, &LDAP.replace(from, to));
        assert!(told.contains(&format!("claimsmith.yaml:{place}: ")) && told.contains(message), "{to}: {told}");
    }
}

#[test]
fn a_secret_in_sight_is_warned_of() {
    let site = SmallSite::new();
    let warnings = |password: &str, mode: u32| {
        site.configure(&DOMAIN.replace("bind_password_file: password", &format!("bind_password: '{password}'")));
        site.mode("claimsmith.yaml", mode);
        server::load(&site.path("claimsmith.yaml")).unwrap().warnings
    };
    assert_eq!(warnings("secret", 0o600), Vec::<String>::new());
    let seen = warnings("secret", 0o644);
    assert!(matches!(seen.as_slice(), [one] if one.contains("holds the secret `bind_password`")), "{seen:?}");
    assert!(!seen.concat().contains("`secret`"), "{seen:?}");
    let variable = warnings("${PASSWORD}", 0o600);
    assert!(matches!(variable.as_slice(), [one] if one.contains("not filled in")), "{variable:?}");
}
