//! The main job against a real OpenLDAP: `claimsmith serve`, slapd, and the AWS rules as people bring them from AD FS.

use std::path::Path;

use crate::support::https::Reply;
use crate::support::issued;
use crate::support::relay::{Authority, Operation, Relay};
use crate::support::site::Site;
use crate::support::slapd::{SUFFIX, Slapd, shared_slapd};

/// A server for the people of a directory. `more` are further lines of its section.
fn site(server: &Slapd, more: &str) -> Site {
    site_at(&server.url(), &server.ca_file(), more)
}

fn site_at(url: &str, ca_file: &Path, more: &str) -> Site {
    let section = format!(
        "  ldap:\n    urls: ['{url}']\n    ca_file: {}\n    bind_name: 'cn=claimsmith,ou=Services,{SUFFIX}'\n    \
         bind_password_file: bind-password\n    connect_timeout_seconds: 3\n    request_timeout_seconds: 3\n    \
         users: {{ base: 'ou=People,{SUFFIX}' }}\n{more}",
        ca_file.display(),
    );
    Site::of(&section, "Passw0rd.claimsmith")
}

fn groups(schema: &str, unit: &str) -> String {
    format!("    groups: {{ schema: {schema}, base: 'ou={unit},{SUFFIX}' }}\n")
}

/// The names of the roles that a page sends, sorted.
fn roles(reply: &Reply) -> Vec<String> {
    let arns = issued::roles(&reply.body);
    let mut names: Vec<String> = arns.iter().map(|arn| arn.split_once(":role/").unwrap().1.to_owned()).collect();
    names.sort();
    names
}

#[test]
fn groups_of_every_schema_become_roles_by_the_shipped_rules() {
    for (schema, unit, expected) in [
        ("group_of_names", "Groups", &["Admin", "Billing", "ReadOnly"][..]),
        ("member_of", "Groups", &["Admin", "Billing", "ReadOnly"]),
        ("group_of_unique_names", "Unique", &["Unique"]),
        ("posix_group", "Posix", &["Posix"]),
    ] {
        let site = site(shared_slapd(), &groups(schema, unit));
        for name in ["alice", "CORP\\alice", "alice@corp.example.com"] {
            assert_eq!(roles(&site.sign_in(name, "Passw0rd.alice")), expected, "{schema} {name}");
        }
        let record = site.claimsmith.record(|record| record["event"] == "issuance");
        assert_eq!(record["user"], "CORP\\alice");
    }
}

#[test]
fn every_refusal_has_its_cause_in_the_audit_log() {
    let site = site(shared_slapd(), &groups("group_of_names", "Groups"));
    for (user, password, expected) in [
        ("alice", "wrong", "wrong password"),
        ("alice", "", "empty password"),
        ("nobody", "Passw0rd.alice", "unknown user"),
        ("alice)(uid=*", "Passw0rd.alice", "unknown user"),
        ("dave", "Passw0rd.dave", "account disabled"),
        ("expired", "Passw0rd.expired", "account expired"),
        ("oldpassword", "Passw0rd.oldpassword", "password expired"),
        ("mustchange", "Passw0rd.mustchange", "password must change"),
    ] {
        let (_, record) = site.refusal(&site.sign_in(user, password));
        assert_eq!(record["cause"], expected, "{user}");
    }
    let many = site.sign_in("many", "Passw0rd.many");
    assert!(many.body.contains("A006: 1003 claims"), "a thousand roles are more than AWS takes: {}", many.body);
}

#[test]
fn a_directory_that_dies_is_told_apart_from_a_wrong_password_and_comes_back() {
    let server = Slapd::start();
    let site = site(&server, &groups("group_of_names", "Groups"));
    assert_eq!(roles(&site.sign_in("erin", "Passw0rd.erin")).len(), 25);
    server.kill();
    let failed = site.sign_in("alice", "Passw0rd.alice");
    assert!(failed.input("SAMLResponse").is_none());
    site.claimsmith.wait_for_output("did not answer");
    server.restart();
    assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice")).len(), 3);
}

#[test]
fn a_sign_in_looks_for_groups_once() {
    let (server, authority) = (shared_slapd(), Authority::new());
    let relay = Relay::start(server.target(), &authority);
    let site = site_at(&relay.url(), &authority.file(), &groups("group_of_names", "Groups"));
    let sign_in = || assert_eq!(roles(&site.sign_in("alice", "Passw0rd.alice")).len(), 3);
    sign_in();
    let (warm, ()) = relay.during(sign_in);
    assert_eq!(warm.of(Operation::Bind), 1, "the service account stays bound");
    // Whose failures are counted, who signs in, their groups in four levels of which the last is empty, and the two
    // questions that rules ask.
    assert_eq!(warm.of(Operation::Search), 8, "{warm:?}");
}

#[test]
fn groups_that_go_too_deep_issue_nothing() {
    let site = site(shared_slapd(), &groups("group_of_names", "Groups"));
    let reply = site.sign_in("deep", "Passw0rd.deep");
    assert!(reply.input("SAMLResponse").is_none(), "{}", reply.body);
    site.claimsmith.wait_for_output("deeper than 10 levels");
}
