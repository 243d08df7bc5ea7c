//! Every kind of store is asked the same questions: `claimsmith::store::conformance`, and what `explain` finds out.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use claimsmith::engine::{AttributeStore, Query, Row, StoreError};
use claimsmith::harness::dry_run::{self, Rules};
use claimsmith::harness::explain::Depth;
use claimsmith::harness::recording::Recording;
use claimsmith::harness::wanted::Wanted;
use claimsmith::harness::whynot::{WhyNot, whynot};
use claimsmith::lang::Source;
use claimsmith::report;
use claimsmith::report::explain::Person;
use claimsmith::store::conformance::{self, Member, Probe};
use claimsmith::store::directory::Directory;
use claimsmith::store::file::FileDirectory;
use claimsmith::store::ldap_directory::GroupSchema;
use claimsmith::store::sql::SqlStore;
use claimsmith::store::{ActiveDirectory, LdapDirectory};

use crate::sql_server::shared_sql_server;
use crate::sql_stores::people_in_sqlite;
use crate::support::database::{Kind, shared_database};
use crate::support::samba::shared_domain;
use crate::support::slapd::shared_slapd;
use crate::support::sql_questions::conforms;

fn read(name: &str) -> Source {
    let path = format!("{}/testdata/{name}", env!("CARGO_MANIFEST_DIR"));
    Source::new(name, std::fs::read_to_string(path).unwrap())
}

/// People of `testdata` who may sign in.
fn members(with_passwords: &[(&str, &str)]) -> Vec<Member> {
    let member = |&(login, password): &(&str, &str)| {
        let names = ["CORP\\{}", "corp\\{}", "corp.example.com\\{}", "{}@corp.example.com", "{}"];
        let mut names: Vec<String> = names.iter().map(|form| form.replace("{}", login)).collect();
        names.push(login.to_uppercase());
        Member { account: format!("CORP\\{login}"), names, password: password.to_owned() }
    };
    with_passwords.iter().map(member).collect()
}

/// Looks up values of attributes by the mail address of `testdata`.
fn by_mail() -> Probe {
    let row = |mail: &str| vec![Some(mail.into())];
    Probe {
        store: "Active Directory".to_owned(),
        text: "(mail={1});mail;{0}".to_owned(),
        columns: 1,
        leading: vec!["CORP\\anybody".to_owned()],
        found: [
            ("alice@corp.example.com".to_owned(), vec![row("alice@corp.example.com")]),
            ("carol@corp.example.com".to_owned(), vec![row("carol@corp.example.com")]),
        ],
        nothing: "nobody@corp.example.com".to_owned(),
        unreadable: "(mail=;mail;{0}".to_owned(),
    }
}

#[test]
fn a_yaml_file_conforms() {
    let directory = FileDirectory::from_yaml(&read("directory.yaml")).unwrap();
    assert_eq!(conformance::active_directory(&directory), []);
    assert_eq!(conformance::attribute_store(&directory, &by_mail()), []);
    let now = "2026-11-21T10:00:00Z".parse().unwrap();
    let people = members(&[("alice", "Passw0rd.alice"), ("carol", "Passw0rd.carol")]);
    assert_eq!(conformance::directory(&directory, &people, now), []);
}

#[test]
fn an_export_conforms() {
    let directory = FileDirectory::from_ldif(&read("directory.ldif")).unwrap();
    assert_eq!(conformance::active_directory(&directory), []);
    assert_eq!(conformance::attribute_store(&directory, &by_mail()), []);
}

#[test]
fn active_directory_conforms() {
    let domain = shared_domain();
    let directory = ActiveDirectory::connect(domain.settings()).unwrap();
    assert_eq!(conformance::active_directory(&directory), []);
    assert_eq!(conformance::attribute_store(&directory, &by_mail()), []);
    let people = members(&[("carol", "Passw0rd.carol"), ("grace", "Passw0rd.grace")]);
    assert_eq!(conformance::directory(&directory, &people, jiff::Timestamp::now()), []);
}

#[test]
fn openldap_conforms() {
    for schema in [GroupSchema::GroupOfNames, GroupSchema::MemberOf] {
        // Accounts that end are compared with the present of the tests.
        let clock = || jiff::Timestamp::from_second(1_795_255_200).unwrap();
        let directory = LdapDirectory::new(shared_slapd().settings(schema), clock).unwrap();
        assert_eq!(conformance::like_active_directory(&directory), [], "{schema:?}");
        assert_eq!(conformance::attribute_store(&directory, &by_mail()), [], "{schema:?}");
        let people = members(&[("carol", "Passw0rd.carol"), ("grace", "Passw0rd.grace")]);
        assert_eq!(conformance::directory(&directory, &people, clock()), [], "{schema:?}");
    }
}

#[test]
fn databases_conform() {
    let (sqlite, _folder) = people_in_sqlite();
    let servers = [Kind::PostgreSql, Kind::MariaDb].map(|kind| shared_database(kind).settings());
    for settings in servers.into_iter().chain([sqlite, shared_sql_server().settings()]) {
        let name = format!("{settings:?}");
        let store = SqlStore::new(settings).unwrap();
        conforms(&store, &name);
    }
}

/// A store that breaks every law: the suite must see it.
struct Careless;

impl AttributeStore for Careless {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        Ok(queries.iter().rev().map(|query| vec![vec![query.parameters.last().cloned()]; 2]).collect())
    }
}

#[test]
fn a_careless_store_does_not() {
    let deviations = conformance::attribute_store(&Careless, &by_mail());
    let asked: BTreeSet<&str> = deviations.iter().map(|deviation| deviation.asked.as_str()).collect();
    for law in
        ["three queries at once", "the value `*`", "the value `nobody@corp.example.com`", "a query that cannot be read"]
    {
        assert!(asked.contains(law), "{law}: {deviations:?}");
    }
}

#[test]
fn both_files_say_the_same() {
    let yaml = FileDirectory::from_yaml(&read("directory.yaml")).unwrap();
    let ldif = FileDirectory::from_ldif(&read("directory.ldif")).unwrap();
    for name in yaml.user_names().unwrap() {
        let account = |directory: &FileDirectory| {
            let account = directory.account(&name).unwrap().unwrap();
            // An export has no passwords.
            (account.name, account.claims, account.mark.sid)
        };
        assert_eq!(account(&yaml), account(&ldif));
        for attribute in ["objectGUID", "mail", "cn", "memberOf", "tokenGroups", "userAccountControl", "primaryGroupID"]
        {
            let text = format!(";{attribute};{{0}}");
            let (one, other) = (ask(&yaml, &text, &name), ask(&ldif, &text, &name));
            assert_eq!(set(&one), set(&other), "{name} {attribute}");
        }
    }
}

fn ask(directory: &dyn Directory, text: &str, user: &str) -> Vec<String> {
    let query =
        Query { store: "Active Directory".into(), text: text.into(), parameters: vec![user.into()], columns: 1 };
    let rows = directory.answer(&[query]).unwrap().remove(0);
    rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect()
}

fn set(values: &[String]) -> BTreeSet<&str> {
    values.iter().map(String::as_str).collect()
}

/// What `explain` and `whynot` must find out about groups from every directory with the people of `testdata`.
pub fn tells_of_groups(directory: impl Directory + 'static) {
    let directory: Arc<dyn Directory> = Arc::new(directory);
    let rules = Rules::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/aws/groups"))).unwrap();
    let stores = dry_run::stores(Some(&directory));
    let ask = |user: &str, name: &str| {
        let input = dry_run::claims_of(directory.as_ref(), user).unwrap();
        let recording = Recording::of(&rules, input, &stores).unwrap();
        let wanted = Wanted::role(&format!("123456789012/{name}")).unwrap();
        let mut written = Vec::new();
        let person = Person { user: Some(user) };
        match whynot(&rules, &recording, &stores, &wanted) {
            WhyNot::Gets(mut explanation) => {
                explanation.graph.find_memberships(&stores);
                report::explain::human(&mut written, person, &explanation, None, Depth::Rules).unwrap();
            }
            lacks @ WhyNot::Lacks(_) => report::whynot::human(&mut written, person, &wanted, &lacks).unwrap(),
        }
        String::from_utf8(written).unwrap()
    };
    for (user, name, fact) in [
        ("frank", "Admin", "the group `AWS-123456789012-Admin` exists, and the user is not in it; it has 2 members: "),
        ("frank", "Nowhere", "the directory has no group `AWS-123456789012-Nowhere`"),
        (
            "grace",
            "DomainLocal",
            "the user is in the group `AWS-123456789012-DomainLocal`, but it is a domain local group",
        ),
        ("grace", "MailList", "the user is in the group `AWS-123456789012-MailList`, but it is a distribution group"),
        ("alice", "Admin", "the user is a member of this group"),
        ("alice", "ReadOnly", "the user is in this group through Engineering"),
    ] {
        let told = ask(user, name);
        assert!(told.contains(fact), "{user}, {name}: {told}");
    }
}

#[test]
fn files_tell_of_groups() {
    tells_of_groups(FileDirectory::from_yaml(&read("directory.yaml")).unwrap());
    tells_of_groups(FileDirectory::from_ldif(&read("directory.ldif")).unwrap());
}
