//! `directory`: a domain, a forest, and a directory that is neither.

use claimsmith::config::server::{self, DirectorySource};

use super::{Folder, GOOD};

#[test]
fn a_domain_is_read_and_its_password_stays_secret() {
    let folder = Folder::new();
    let domain = |more: &str| {
        format!(
            "{{ active_directory: {{ urls: ['ldaps://dc1.corp.example.com'], bind_name: svc@corp.example.com{more} }} }}"
        )
    };
    let error = folder.error("{ file: directory.yaml }", &domain(""));
    assert!(error.contains("the service account has no password"), "{error}");
    let cleartext = domain(", bind_password: hunter2").replace("ldaps:", "ldap:");
    let error = folder.error("{ file: directory.yaml }", &cleartext);
    assert!(error.contains("unencrypted") && !error.contains("hunter2"), "{error}");
    folder.write("password", "hunter2\n");
    folder
        .write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &domain(", bind_password_file: password")));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert!(matches!(config.directory, DirectorySource::ActiveDirectory(_)));
    assert_eq!((config.passwords.change, config.passwords.warn_days), (false, 14));
    let passwords = "passwords: { change: true, warn_days: 0, help_text: Call 1234., help_url: 'https://x/?a=1' }\n";
    let domain = domain(", bind_password_file: password");
    folder.write("claimsmith.yaml", &(GOOD.replace("{ file: directory.yaml }", &domain) + passwords));
    let passwords = server::load(&folder.path("claimsmith.yaml")).unwrap().passwords;
    assert_eq!((passwords.change, passwords.warn_days), (true, 0));
    assert_eq!(passwords.help.sentence(), "Call 1234. See https://x/?a=1.");
}

#[test]
fn a_forest_is_read() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    let domain = |name: &str, more: &str| {
        format!(
            "{{ urls: ['ldaps://dc1.{name}'], bind_name: 'svc@{name}', bind_password_file: password, \
             group_names: {{ entries: 100, minutes: 5, unknown_minutes: 0 }}{more} }}"
        )
    };
    let corp = |more: &str| format!("{{ active_directory: {} }}", domain("corp.example.com", more));
    let catalogue = "global_catalogue: ['ldaps://dc1.corp.example.com:3269']";
    let emea = domain("emea.corp.example.com", &format!(", {catalogue}"));
    let good = corp(&format!(", {catalogue}, unqualified_forest_groups: true, other_domains: [{emea}]"));
    folder.write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &good));
    let config = server::load(&folder.path("claimsmith.yaml")).unwrap();
    assert!(matches!(config.directory, DirectorySource::Domains(_)));
    let by_dns = corp(", forest: corp.example.com, site: Here, unqualified_forest_groups: true");
    folder.write("claimsmith.yaml", &GOOD.replace("{ file: directory.yaml }", &by_dns));
    assert!(server::load(&folder.path("claimsmith.yaml")).is_ok());
    for (more, says) in [
        (format!(", forest: corp.example.com, {catalogue}"), "named by its addresses and by its forest"),
        (", forest: corp".to_owned(), "`corp` is no name of a domain"),
        (", site: Here".to_owned(), "a site says nothing about servers named in `urls`"),
        (", unqualified_forest_groups: true".to_owned(), "no names without a global catalogue"),
        (", global_catalogue: ['ldaps://dc1.corp.example.com']".to_owned(), "no address of a global catalogue"),
        (", global_catalogue: ['ldap://dc1.corp.example.com:3268']".to_owned(), "unencrypted"),
        (
            format!(", other_domains: [{}]", domain("emea", &format!(", other_domains: [{emea}]"))),
            "no others of their own",
        ),
        (", group_names: { hours: 1 }".to_owned(), "group_names"),
        (", other_domains: [{ urls: [] }]".to_owned(), "bind_name"),
    ] {
        let error = folder.error("{ file: directory.yaml }", &corp(&more));
        assert!(error.contains(says), "{more}: {error}");
    }
}

/// A directory that is no Active Directory, as it is written.
const LDAP: &str = "
  ldap:
    urls: ['ldaps://ldap.example.com']
    bind_name: cn=claimsmith,ou=Services,dc=example,dc=com
    bind_password_file: password
    users: { base: 'ou=People,dc=example,dc=com', filter: '(|(uid={0})(mail={0}))', active_filter: '(!(x=y))' }
    groups: { schema: group_of_names, base: 'ou=Groups,dc=example,dc=com', depth: 5, most: 100, nested: true }";

#[test]
fn an_ldap_directory_is_read() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    for ldap in [
        LDAP.to_owned(),
        LDAP.replace("group_of_names", "member_of"),
        LDAP.replace("    users", "    connections: 2\n    sign_in_connections: 8\n    users"),
        LDAP.replace(
            "bind_name: cn=claimsmith,ou=Services,dc=example,dc=com\n    bind_password_file: password",
            "anonymous: true",
        ),
        LDAP.replace("dc=example,dc=com'", "o=Example'").replace("    users", "    domain: CORP\n    users"),
    ] {
        folder.write("claimsmith.yaml", &GOOD.replace(" { file: directory.yaml }", &ldap));
        let config = server::load(&folder.path("claimsmith.yaml")).unwrap_or_else(|error| panic!("{ldap}: {error}"));
        assert!(matches!(config.directory, DirectorySource::Ldap(_)));
        assert_eq!(folder.check().status.code(), Some(0));
    }
}

#[test]
fn every_mistake_in_an_ldap_directory_has_its_place() {
    let folder = Folder::new();
    folder.write("password", "hunter2\n");
    for (from, to, told) in [
        ("(|(uid={0})(mail={0}))", "(uid=alice)", "claimsmith.yaml:10:59: `(uid=alice)`: it has no `{0}`"),
        ("(|(uid={0})(mail={0}))", "(uid={0}", "it is no LDAP filter"),
        ("(!(x=y))", "(uid={0})", "nothing stands for its `{0}`"),
        ("ou=People,dc=example,dc=com", "People", "claimsmith.yaml:10:20: `People`: it is no distinguished name"),
        ("cn=claimsmith,ou=Services,dc=example,dc=com", "CORP\\svc", "`CORP\\svc`: it is no distinguished name"),
        ("    bind_password_file: password\n", "", "the service account has no password"),
        ("bind_name: cn=claimsmith,ou=Services,dc=example,dc=com", "start_tls: false", "nothing says who searches"),
        ("    bind_name", "    anonymous: true\n    bind_name", "cannot both search"),
        ("group_of_names", "groups", "claimsmith.yaml:11:"),
        ("depth: 5", "depth: 0", "claimsmith.yaml:11:"),
        ("ldaps:", "ldap:", "unencrypted"),
        ("['ldaps://ldap.example.com']", "[]", "there is no address"),
        ("ou=People,dc=example,dc=com", "ou=People,o=Example", "what their domain is called"),
        ("    users", "    domain: 'CORP\\'\n    users", "is no name of a domain"),
        ("    users", "    base: dc=com\n    users", "have bases of their own"),
        ("filter: '(|", "name_attribute: 'u id', filter: '(|", "`u id`: it is no attribute name"),
        ("    users: {", "    people: {", "people"),
    ] {
        assert!(LDAP.contains(from), "{from}");
        let error = folder.error(" { file: directory.yaml }", &LDAP.replace(from, to));
        assert!(error.contains(told) && !error.contains("hunter2"), "{to}: {error}");
    }
}
