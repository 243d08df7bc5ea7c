//! A directory that is no Active Directory: OpenLDAP, over TLS.

use std::time::{Duration, Instant};

use claimsmith::engine::{AttributeStore, Query, StoreError};
use claimsmith::store::directory::{AccountMark, Directory as _, Password, Refusal, SignInError};
use claimsmith::store::ldap_directory::{GroupSchema, LdapDirectorySettings, LdapGroups, LdapUsers};
use claimsmith::store::{
    ActiveDirectory, ActiveDirectorySettings, LdapDirectory, LdapServers, LdapStore, ServiceCredentials,
};
use jiff::{SignedDuration, Timestamp};

use crate::support::fake_ldap::table::FakeEntry;
use crate::support::fake_ldap::{FakeLdap, Table, domain};
use crate::support::samba::shared_domain;
use crate::support::slapd::{Certificate, SUFFIX, Slapd, service_account, shared_slapd};

const ALL_SCHEMAS: [GroupSchema; 4] =
    [GroupSchema::GroupOfNames, GroupSchema::GroupOfUniqueNames, GroupSchema::PosixGroup, GroupSchema::MemberOf];

/// 2026-11-21T10:00:00Z
fn clock() -> Timestamp {
    Timestamp::from_second(1_795_255_200).unwrap()
}

fn open(settings: LdapDirectorySettings) -> LdapDirectory {
    LdapDirectory::new(settings, clock).unwrap()
}

fn shared() -> LdapDirectory {
    open(shared_slapd().settings(GroupSchema::GroupOfNames))
}

fn with_groups(change: impl FnOnce(&mut LdapGroups)) -> LdapDirectory {
    let mut settings = shared_slapd().settings(GroupSchema::GroupOfNames);
    change(settings.groups.as_mut().unwrap());
    open(settings)
}

fn with_users(change: impl FnOnce(&mut LdapUsers)) -> LdapDirectory {
    let mut settings = shared_slapd().settings(GroupSchema::GroupOfNames);
    change(&mut settings.users);
    open(settings)
}

fn with_servers(change: impl FnOnce(&mut LdapServers)) -> LdapDirectory {
    let mut settings = shared_slapd().settings(GroupSchema::GroupOfNames);
    change(&mut settings.servers);
    open(settings)
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn refusal(directory: &LdapDirectory, user: &str, typed: &str) -> Refusal {
    match directory.sign_in(user, &password(typed)) {
        Err(SignInError::Refused(refusal)) => refusal,
        other => panic!("{user}: {other:?}"),
    }
}

fn failure(directory: &LdapDirectory, user: &str) -> String {
    match directory.sign_in(user, &password(&format!("Passw0rd.{user}"))) {
        Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => error.to_string(),
        other => panic!("{user}: {other:?}"),
    }
}

fn query(store: &str, text: &str, parameters: &[&str]) -> Query {
    let columns = 1;
    let parameters = parameters.iter().map(|&value| value.into()).collect();
    Query { store: store.into(), text: text.into(), parameters, columns }
}

fn ask(store: &dyn AttributeStore, text: &str, parameters: &[&str]) -> Result<Vec<String>, StoreError> {
    let rows = store.answer(&[query("People", text, parameters)])?.remove(0);
    Ok(rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect())
}

/// The values of the group claims.
fn groups(directory: &LdapDirectory, user: &str) -> Vec<String> {
    let account = directory.account(user).unwrap().unwrap_or_else(|| panic!("{user}"));
    let claims = account.claims.into_iter().filter(|claim| claim.claim_type.ends_with("/claims/Group"));
    claims.map(|claim| claim.value.to_string()).collect()
}

#[test]
fn a_sign_in_gives_the_claims_with_which_rules_start() {
    let directory = shared();
    for name in ["alice", "CORP\\ALICE", "corp.example.com\\alice", "Alice@Corp.Example.Com", "alice@corp"] {
        let account = directory.sign_in(name, &password("Passw0rd.alice")).unwrap();
        assert_eq!(&*account.name, "CORP\\alice", "{name}");
        assert_eq!(Some(&account), directory.account(name).unwrap().as_ref());
        assert_eq!(directory.identify(name).unwrap().as_ref(), Some(&account.mark.sid));
        assert_eq!(account.mark.sid.len(), 36, "{:?}", account.mark);
        assert!(account.mark.password.starts_with("pwdChangedTime=20"), "{:?}", account.mark);
        assert!(account.claims.iter().all(|claim| &*claim.issuer == "AD AUTHORITY"));
        let claims: Vec<(&str, &str)> =
            account.claims.iter().map(|claim| (claim.claim_type.rsplit('/').next().unwrap(), &*claim.value)).collect();
        assert_eq!(
            claims,
            [
                ("windowsaccountname", "CORP\\alice"),
                ("name", "CORP\\alice"),
                ("upn", "alice@corp.example.com"),
                ("emailaddress", "alice@corp.example.com"),
                ("Group", "AWS-123456789012-Admin"),
                ("Group", "AWS-123456789012-ReadOnly"),
                ("Group", "AWS-210987654321-Billing"),
                ("Group", "Engineering"),
                ("Group", "Platform"),
            ]
        );
    }
}

#[test]
fn names_and_passwords_of_every_script_sign_in() {
    let directory = shared();
    for (user, typed) in [("名前 😀", "Pässwörd 😀"), ("o'brien (x)&!", "Passw0rd.obrien")] {
        let account = directory.sign_in(user, &password(typed)).unwrap();
        assert_eq!(&*account.name, format!("CORP\\{user}"));
    }
    let mallory = directory.sign_in("mallory", &password("Passw0rd.mallory")).unwrap();
    assert_eq!(&*mallory.name, "CORP\\mallory");
    assert_eq!(
        groups(&directory, "mallory"),
        ["#lead and trail ", "AWS 😀, \"Ünïcode\" <x>; #+=\\ (*)", "AWS-123456789012-ReadOnly"]
    );
    for user in ["*", "ali*", "alice)(uid=*", "nobody", "alice@elsewhere.com", "", "CORP\\", "a\0"] {
        assert_eq!(refusal(&directory, user, "Passw0rd.alice"), Refusal::UnknownUser, "{user}");
        assert_eq!(directory.account(user).unwrap(), None, "{user}");
    }
}

#[test]
fn every_refusal_has_its_cause() {
    let directory = shared();
    for (user, typed, expected) in [
        ("alice", "wrong", Refusal::WrongPassword),
        ("alice", "", Refusal::EmptyPassword),
        ("alice", "Passw0rd.alice\0", Refusal::WrongPassword),
        ("mustchange", "wrong", Refusal::WrongPassword),
        ("mustchange", "Passw0rd.mustchange", Refusal::PasswordMustChange),
        ("oldpassword", "Passw0rd.oldpassword", Refusal::PasswordExpired),
        ("expired", "Passw0rd.expired", Refusal::AccountExpired),
        ("expired", "wrong", Refusal::WrongPassword),
        ("dave", "Passw0rd.dave", Refusal::Disabled),
    ] {
        assert_eq!(refusal(&directory, user, typed), expected, "{user}");
    }
    assert!(directory.sign_in("graceful", &password("Passw0rd.graceful")).is_ok(), "the policy still lets them in");
}

#[test]
fn wrong_passwords_lock_an_account_until_its_time_is_over() {
    let server = Slapd::start();
    let directory = open(server.settings(GroupSchema::GroupOfNames));
    for _ in 0..5 {
        assert_eq!(refusal(&directory, "locked", "wrong"), Refusal::WrongPassword);
    }
    assert_eq!(refusal(&directory, "locked", "Passw0rd.locked"), Refusal::LockedOut);
    let (_, refusal) = directory.account_now("locked", clock()).unwrap().unwrap();
    assert_eq!(refusal, Some(Refusal::LockedOut));

    // With its policy at hand, the lock ends for sessions when it ends for sign-ins.
    let mut settings = server.settings(GroupSchema::GroupOfNames);
    settings.users.password_policy = Some(format!("cn=default,ou=Policies,{SUFFIX}"));
    let directory = open(settings);
    let refusal = |now| directory.account_now("locked", now).unwrap().unwrap().1;
    let now = Timestamp::now();
    assert_eq!(refusal(now), Some(Refusal::LockedOut));
    assert_eq!(refusal(now.saturating_add(SignedDuration::from_hours(1)).unwrap()), None);
}

#[test]
fn a_session_ends_with_the_account_and_its_password() {
    let server = Slapd::start();
    let directory = open(server.settings(GroupSchema::GroupOfNames));
    let mark = |user: &str| directory.account(user).unwrap().unwrap().mark;
    let still = |user: &str, mark: &AccountMark| match directory.still_account(user, mark, clock()) {
        Ok(_) => None,
        Err(SignInError::Refused(refusal)) => Some(refusal),
        Err(error) => panic!("{error}"),
    };
    let [alice, bob, carol, erin] = ["alice", "bob", "carol", "erin"].map(mark);
    assert_eq!(still("alice", &alice), None);
    assert_eq!(still("bob", &alice), Some(Refusal::AnotherAccount));
    assert_eq!(still("graceful", &mark("graceful")), None);
    assert_eq!(still("dave", &mark("dave")), Some(Refusal::Disabled));
    assert_eq!(still("expired", &mark("expired")), Some(Refusal::AccountExpired));

    server.modify("uid=alice,ou=People", "replace: userPassword\nuserPassword: another");
    assert_eq!(still("alice", &alice), Some(Refusal::PasswordMustChange), "an administrator set it");
    server.modify("uid=alice,ou=People", "replace: pwdReset\npwdReset: FALSE");
    assert_eq!(still("alice", &alice), Some(Refusal::PasswordChanged));
    server.modify("uid=bob,ou=People", "replace: pwdAccountLockedTime\npwdAccountLockedTime: 000001010000Z");
    assert_eq!(still("bob", &bob), Some(Refusal::Disabled));
    server.apply(&format!("dn: uid=carol,ou=People,{SUFFIX}\nchangetype: delete\n"));
    assert_eq!(still("carol", &carol), Some(Refusal::UnknownUser));
    server.modify("uid=erin,ou=People", "replace: mail\nmail: other@corp.example.com");
    assert_eq!(still("erin", &erin), None);
}

#[test]
fn without_a_password_policy_any_change_of_the_entry_ends_a_session() {
    let server = Slapd::start_with(Certificate::Good, false);
    let directory = open(server.settings(GroupSchema::GroupOfNames));
    let account = directory.sign_in("alice", &password("Passw0rd.alice")).unwrap();
    assert!(account.mark.password.starts_with("entryCSN="), "{:?}", account.mark);
    assert!(directory.still_account("alice", &account.mark, clock()).is_ok());
    server.modify("uid=alice,ou=People", "replace: userPassword\nuserPassword: another");
    let ended = directory.still_account("alice", &account.mark, clock());
    assert_eq!(ended, Err(SignInError::Refused(Refusal::PasswordChanged)));
    assert_eq!(groups(&directory, "alice").len(), 5, "members are found without the overlay");
}

#[test]
fn two_people_of_one_name_cannot_sign_in_by_it() {
    let directory = with_users(|users| users.base = SUFFIX.to_owned());
    // Beneath the whole suffix there is also a part that another server keeps.
    assert!(failure(&directory, "twin").contains("another server"), "{}", failure(&directory, "twin"));
    let directory = with_users(|users| {
        users.filter = "(&(objectClass=inetOrgPerson)(|(uid={0})(sn={0}x)(gidNumber=5000)))".to_owned();
    });
    assert_eq!(refusal(&directory, "alice", "Passw0rd.alice"), Refusal::UnknownUser);
    assert_eq!(directory.account("alice").unwrap(), None);
}

#[test]
fn a_name_may_be_a_mail_address() {
    let directory =
        with_users(|users| users.filter = "(&(objectClass=inetOrgPerson)(|(uid={0})(mail={0})))".to_owned());
    let account = directory.sign_in("obrien@corp.example.com", &password("Passw0rd.obrien")).unwrap();
    assert_eq!(&*account.name, "CORP\\o'brien (x)&!");
    assert_eq!(refusal(&directory, "unicode@elsewhere", "x"), Refusal::UnknownUser);
}

#[test]
fn only_those_who_are_active_sign_in() {
    assert!(shared().sign_in("idle", &password("Passw0rd.idle")).is_ok());
    let directory = with_users(|users| users.active_filter = Some("(!(employeeType=former))".to_owned()));
    assert_eq!(refusal(&directory, "idle", "Passw0rd.idle"), Refusal::Disabled);
    assert_eq!(refusal(&directory, "idle", "wrong"), Refusal::WrongPassword);
    assert!(directory.sign_in("alice", &password("Passw0rd.alice")).is_ok());
    let mark = directory.account("idle").unwrap().unwrap().mark;
    let ended = directory.still_account("idle", &mark, clock());
    assert_eq!(ended, Err(SignInError::Refused(Refusal::Disabled)));
}

#[test]
fn every_schema_of_groups_is_followed() {
    let nested =
        ["AWS-123456789012-Admin", "AWS-123456789012-ReadOnly", "AWS-210987654321-Billing", "Engineering", "Platform"];
    for (schema, user, expected) in [
        (GroupSchema::GroupOfNames, "alice", &nested[..]),
        (GroupSchema::MemberOf, "alice", &nested),
        (GroupSchema::GroupOfNames, "grace", &["AWS-555555555555-Universal", "Ring One", "Ring Two"]),
        (GroupSchema::MemberOf, "grace", &["AWS-555555555555-Universal", "Ring One", "Ring Two"]),
        (GroupSchema::GroupOfNames, "carol", &[]),
        (GroupSchema::MemberOf, "carol", &[]),
        (GroupSchema::GroupOfUniqueNames, "alice", &["AWS-123456789012-Unique", "Unique Engineering"]),
        (GroupSchema::GroupOfUniqueNames, "bob", &["AWS-123456789012-Unique", "Unique Engineering"]),
        // Somebody else of that name once was a member, says the number behind it.
        (GroupSchema::GroupOfUniqueNames, "carol", &[]),
        (GroupSchema::PosixGroup, "alice", &["AWS-123456789012-Posix", "Domain Users"]),
        (GroupSchema::PosixGroup, "o'brien (x)&!", &["AWS-123456789012-Posix", "Domain Users"]),
        (GroupSchema::PosixGroup, "carol", &["Domain Users"]),
    ] {
        let directory = open(shared_slapd().settings(schema));
        assert_eq!(groups(&directory, user), expected, "{schema:?} {user}");
    }
}

#[test]
fn a_thousand_groups_are_a_thousand() {
    for schema in [GroupSchema::GroupOfNames, GroupSchema::MemberOf] {
        let directory = open(shared_slapd().settings(schema));
        let found = groups(&directory, "many");
        assert_eq!(found.len(), 1_000, "{schema:?}");
        assert!(found.is_sorted() && found[0] == "AWS-400000000001-Role1", "{schema:?} {}", found[0]);
        let asked = ask(&directory, ";tokenGroups;{0}", &["CORP\\many"]).unwrap();
        assert_eq!(asked, found);
    }
}

#[test]
fn a_limit_of_groups_refuses_and_never_shortens() {
    assert_eq!(groups(&with_groups(|groups| groups.depth = 12), "deep").len(), 12);
    assert_eq!(groups(&with_groups(|groups| groups.most = 1_000), "many").len(), 1_000);
    assert_eq!(groups(&with_groups(|groups| groups.nested = false), "alice").len(), 3);
    let deep = failure(&with_groups(|groups| groups.depth = 11), "deep");
    assert!(deep.contains("deeper than 11 levels") && deep.contains("groups.depth"), "{deep}");
    let many = failure(&with_groups(|groups| groups.most = 999), "many");
    assert!(many.contains("more than 999 groups") && many.contains("groups.most"), "{many}");
    let default = failure(&shared(), "deep");
    assert!(default.contains("deeper than 10 levels"), "{default}");
}

#[test]
fn a_part_of_an_answer_is_no_answer() {
    // The account is given five entries at a time, and five in all.
    let five = with_servers(|servers| servers.credentials = service_account("five"));
    assert_eq!(groups(&five, "alice").len(), 5);
    let text = failure(&five, "erin");
    assert!(text.contains("code 4") && text.contains("limits"), "{text}");
    assert!(five.user_names().unwrap_err().to_string().contains("code 4"));
    let store = LdapStore::new("People", servers("five"), format!("ou=People,{SUFFIX}")).unwrap();
    let error = ask(&store, "(objectClass=inetOrgPerson);uid", &[]).unwrap_err().to_string();
    assert!(error.contains("code 4") && error.contains("`People`"), "{error}");
}

#[test]
fn a_server_without_pages_gives_all_at_once_or_is_no_answer() {
    let people = ["ann", "ben", "cem"].map(|uid| FakeEntry::new(&format!("uid={uid},{SUFFIX}")).with("uid", &[uid]));
    let entries = vec![FakeEntry::new(SUFFIX)].into_iter().chain(people).collect();
    let fake = FakeLdap::start(Table { entries, knows_pages: false, ..Table::default() });
    let servers = LdapServers { urls: vec![fake.url.clone()], danger_allow_cleartext: true, ..LdapServers::default() };
    let store = LdapStore::new("People", servers, SUFFIX.to_owned()).unwrap();
    let asked = || ask(&store, "(uid=*);uid", &[]);
    assert_eq!(asked().unwrap(), ["ann", "ben", "cem"]);
    fake.table().most_entries = 2;
    let error = asked().unwrap_err().to_string();
    assert!(error.contains("code 4") && error.contains("more entries than the server gives"), "{error}");
}

#[test]
fn what_the_account_may_not_see_is_told_apart_from_nothing() {
    let blind = with_servers(|servers| servers.credentials = service_account("blind"));
    assert!(failure(&blind, "alice").contains("may not see it"), "{}", failure(&blind, "alice"));
    let unwelcome = with_servers(|servers| servers.credentials = service_account("unwelcome"));
    let text = failure(&unwelcome, "alice");
    assert!(text.contains("code 50") && text.contains("needs the right"), "{text}");
    let nowhere = with_users(|users| users.base = format!("ou=Nowhere,{SUFFIX}"));
    assert!(failure(&nowhere, "alice").contains("does not exist"), "{}", failure(&nowhere, "alice"));
    let elsewhere = with_users(|users| users.base = format!("ou=Elsewhere,{SUFFIX}"));
    let text = failure(&elsewhere, "alice");
    assert!(text.contains("192.0.2.1") && text.contains("another server"), "{text}");
}

fn servers(account: &str) -> LdapServers {
    LdapServers { credentials: service_account(account), ..shared_slapd().servers() }
}

#[test]
fn an_open_directory_needs_no_service_account() {
    let directory = with_servers(|servers| servers.credentials = ServiceCredentials::Anonymous);
    directory.check().unwrap();
    assert_eq!(groups(&directory, "alice").len(), 5);
    assert!(directory.sign_in("alice", &password("Passw0rd.alice")).is_ok());
    assert_eq!(refusal(&directory, "alice", ""), Refusal::EmptyPassword);
}

#[test]
fn a_service_account_that_is_refused_is_named() {
    let with_name = |name: &str| {
        with_servers(|servers| {
            servers.credentials = ServiceCredentials::Password { name: name.to_owned(), password: password("x") };
        })
    };
    let text = with_name(&format!("cn=claimsmith,ou=Services,{SUFFIX}")).check().unwrap_err().to_string();
    assert!(text.contains("`cn=claimsmith,") && text.contains("wrong password"), "{text}");
    let text = with_name("claimsmith").check().unwrap_err().to_string();
    assert!(text.contains("code 34"), "{text}");
}

#[test]
fn start_tls_signs_in_too() {
    let directory = with_servers(|servers| {
        servers.urls = vec![shared_slapd().cleartext_url()];
        servers.start_tls = true;
    });
    assert!(directory.sign_in("alice", &password("Passw0rd.alice")).is_ok());
    let mut settings = shared_slapd().settings(GroupSchema::GroupOfNames);
    settings.servers.urls = vec![shared_slapd().cleartext_url()];
    let refused = LdapDirectory::new(settings, clock).unwrap_err().to_string();
    assert!(refused.contains("unencrypted"), "{refused}");
}

#[test]
fn wrong_certificates_are_refused() {
    let text = with_servers(|servers| servers.ca_file = Some(shared_slapd().other_ca_file())).check().unwrap_err();
    assert!(text.to_string().contains("certificate"), "{text}");
    for certificate in [Certificate::OfAnotherName, Certificate::Expired] {
        let server = Slapd::start_with(certificate, true);
        let error = open(server.settings(GroupSchema::GroupOfNames)).check().unwrap_err().to_string();
        assert!(error.contains("certificate"), "{error}");
    }
}

#[test]
fn a_server_that_dies_or_freezes_is_no_refusal_and_comes_back() {
    let server = Slapd::start();
    let mut settings = server.settings(GroupSchema::GroupOfNames);
    settings.servers.connect_timeout = Duration::from_secs(2);
    settings.servers.request_timeout = Duration::from_secs(3);
    let directory = open(settings);
    let sign_in = || directory.sign_in("alice", &password("Passw0rd.alice"));
    assert!(sign_in().is_ok());
    server.kill();
    assert!(matches!(sign_in(), Err(SignInError::Unavailable(_))));
    server.restart();
    assert!(sign_in().is_ok());
    server.freeze();
    let started = Instant::now();
    let frozen = sign_in();
    assert!(matches!(frozen, Err(SignInError::Unavailable(_))), "{frozen:?}");
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    server.thaw();
    assert!(sign_in().is_ok());
}

#[test]
fn an_active_directory_is_recognised() {
    let domain = shared_domain();
    let mut settings = shared_slapd().settings(GroupSchema::GroupOfNames);
    settings.servers.urls = vec![domain.url()];
    settings.servers.ca_file = Some(domain.ca_file());
    settings.servers.credentials = ServiceCredentials::Password {
        name: "svc-claimsmith@corp.example.com".to_owned(),
        password: password("Passw0rd.svc-claimsmith"),
    };
    let directory = open(settings);
    for text in [directory.check().unwrap_err().to_string(), failure(&directory, "alice")] {
        assert!(text.contains("is an Active Directory") && text.contains("directory.active_directory"), "{text}");
    }
}

#[test]
fn an_openldap_behind_an_active_directory_is_recognised() {
    for name in ["claimsmith@corp.example.com".to_owned(), format!("cn=claimsmith,ou=Services,{SUFFIX}")] {
        let credentials = ServiceCredentials::Password { name, password: password("Passw0rd.claimsmith") };
        let servers = LdapServers { credentials, ..shared_slapd().servers() };
        let settings = ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() };
        let error = ActiveDirectory::connect(settings).unwrap_err().to_string();
        assert!(error.contains("`directory.ldap`"), "{error}");
    }
}

#[test]
fn all_people_are_listed() {
    let names = shared().user_names().unwrap();
    assert!(names.is_sorted());
    for user in ["alice", "mallory", "many", "名前 😀", "o'brien (x)&!"] {
        assert!(names.contains(&format!("CORP\\{user}")), "{names:?}");
    }
    for name in &names {
        assert!(
            shared().account(name).map_or_else(|error| error.to_string().contains("deeper"), |found| found.is_some()),
            "{name}"
        );
    }
}

#[test]
fn a_store_answers_the_queries_of_its_own_language() {
    let store = LdapStore::new("People", servers("claimsmith"), format!("ou=People,{SUFFIX}")).unwrap();
    store.check().unwrap();
    for text in ["(uid={0});mail", "uid={0};MAIL", "(uid={0});mail;{1}", "(&(objectClass=inetOrgPerson)(uid={0}));mail"]
    {
        assert_eq!(ask(&store, text, &["alice", "CORP\\alice"]).unwrap(), ["alice@corp.example.com"], "{text}");
    }
    assert_eq!(ask(&store, "(uid={0});nosuchattribute", &["alice"]).unwrap(), [""; 0]);
    assert_eq!(ask(&store, "(uid={0});mail", &["nobody"]).unwrap(), [""; 0]);
    assert_eq!(ask(&store, "(mail={0});uid", &["*"]).unwrap(), [""; 0], "a value is no pattern");
    assert_eq!(ask(&store, "(department={0});uid", &["*)(objectClass=*"]).unwrap(), ["mallory"]);
    assert_eq!(ask(&store, "(uid={0});description", &["mallory"]).unwrap(), ["first line\nsecond line\ttabbed"]);
    assert_eq!(ask(&store, "(uid={0});title", &["mallory"]).unwrap(), ["Ünïcode 名前 😀"]);
    assert_eq!(ask(&store, "(uid={0});proxyAddresses", &["alice"]).unwrap().len(), 2);
    assert_eq!(
        ask(&store, "(uid={0});memberOf", &["alice"]).unwrap().len(),
        3,
        "operational attributes are asked by name"
    );
    assert_eq!(ask(&store, "(uid={0});entryUUID", &["alice"]).unwrap()[0].len(), 36);
    assert_eq!(ask(&store, "(uid={0});jpegPhoto", &["alice"]).unwrap(), ["/9j/"], "bytes are Base64");
    assert_eq!(ask(&store, "(cn:caseExactMatch:=Alice Liddell);uid", &[]).unwrap(), ["alice"]);
    let two = Query { columns: 2, ..query("People", "(uid={0});mail;sn", &["alice"]) };
    let rows = store.answer(&[two]).unwrap().remove(0);
    assert_eq!(rows, [vec![Some("alice@corp.example.com".into()), None], vec![None, Some("Liddell".into())]]);
    for (text, says) in [
        (";mail;{0}", "no filter"),
        ("(uid={0});mail,sn", "POLICY0019"),
        ("(uid={0};mail", "no LDAP filter"),
        ("(uid={0});tokenGroups", "only Active Directory"),
        ("(member:1.2.840.113556.1.4.1941:={0});cn", "only Active Directory"),
    ] {
        let error = ask(&store, text, &["alice"]).unwrap_err();
        assert!(matches!(error, StoreError::Query { .. } | StoreError::Columns { .. }), "{text}: {error}");
        assert!(error.to_string().contains(says), "{text}: {error}");
    }
    let elsewhere = LdapStore::new("People", servers("claimsmith"), SUFFIX.to_owned()).unwrap();
    let error = ask(&elsewhere, "(uid={0});mail", &["alice"]).unwrap_err().to_string();
    assert!(error.contains("another server"), "{error}");
}

#[test]
fn a_store_reads_attributes_that_come_in_parts_to_their_end() {
    let members: Vec<String> = (0..4_001).map(|number| format!("CN=member{number:04}")).collect();
    let members: Vec<&str> = members.iter().map(String::as_str).collect();
    let server = FakeLdap::start(domain::table(vec![domain::group("Large", 2001).with("member", &members)]));
    let store = LdapStore::new("People", domain::settings(&server).servers, domain::BASE.to_owned()).unwrap();
    assert_eq!(ask(&store, "(sAMAccountName={0});member", &["Large"]).unwrap(), members);
}

#[test]
fn rules_for_active_directory_are_answered() {
    let directory = shared();
    let get = |text: &str, parameters: &[&str]| ask(&directory, text, parameters).unwrap();
    let alice = &["CORP\\alice"];
    assert_eq!(get(";mail;{0}", alice), ["alice@corp.example.com"]);
    assert_eq!(get(";sAMAccountName;{0}", &["corp\\ALICE"]), ["alice"]);
    assert_eq!(get(";userPrincipalName;{0}", alice), ["alice@corp.example.com"]);
    assert_eq!(get(";distinguishedName;{0}", alice), [format!("uid=alice,ou=People,{SUFFIX}")]);
    assert_eq!(get(";tokenGroups;{0}", alice).len(), 5);
    assert!(get(";tokenGroups(domainQualifiedName);{0}", alice).contains(&"CORP\\Platform".to_owned()));
    assert!(get(";tokenGroups(longDomainQualifiedName);{0}", alice).contains(&"corp.example.com\\Platform".to_owned()));
    assert_eq!(get("(mail={1});sAMAccountName;{0}", &["CORP\\x", "ALICE@corp.example.com"]), ["alice"]);
    assert_eq!(get("(sAMAccountName={1});mail;{0}", &["CORP\\x", "alice"]), ["alice@corp.example.com"]);
    assert_eq!(get("(userPrincipalName={1});uid;{0}", &["CORP\\x", "alice@corp.example.com"]), ["alice"]);
    let filter = "(&(objectCategory=person)(objectClass=user)(|(sAMAccountName=al*e)(mail=c*l@*.com))(!(sn=Nobody)))";
    assert_eq!(get(&format!("{filter};sAMAccountName;{{0}}"), alice), ["alice", "carol"]);
    let dn = format!("uid=alice,ou=People,{SUFFIX}");
    let chain = "(&(objectClass=group)(member:1.2.840.113556.1.4.1941:={1}));sAMAccountName;{0}";
    assert_eq!(get(chain, &["CORP\\x", &dn]).len(), 5);
    for hostile in ["nobody", "uid=nobody,dc=corp", "*", "", "uid=a)(objectClass=*"] {
        assert_eq!(get(chain, &["CORP\\x", hostile]), [""; 0], "{hostile}");
    }
    let read_only = format!("CN=AWS-123456789012-ReadOnly, OU=Groups,{SUFFIX}");
    let within = "(&(sAMAccountName={1})(memberOf:1.2.840.113556.1.4.1941:={2}));sAMAccountName;{0}";
    assert_eq!(get(within, &["CORP\\x", "alice", &read_only]), ["alice"]);
    assert_eq!(get(within, &["CORP\\x", "bob", &read_only]), [""; 0]);
    let between = "(&(member={1})(memberOf:1.2.840.113556.1.4.1941:={2}));sAMAccountName;{0}";
    assert_eq!(get(between, &["CORP\\x", &dn, &read_only]), ["Engineering"]);
    let everybody = ask(&directory, "(memberOf:1.2.840.113556.1.4.1941:={1});cn;{0}", &["CORP\\x", &read_only]);
    assert!(everybody.unwrap_err().to_string().contains("name the user"));
    for (text, parameter, says) in [
        ("mail;{0}", "CORP\\alice", "POLICY3824"),
        (";mail;{0}", "alice", "POLICY3826"),
        (";mail;{0}", "ELSEWHERE\\alice", "another domain"),
        (";tokenGroups(SID);{0}", "CORP\\alice", "security identifiers"),
        ("(userAccountControl:1.2.840.113556.1.4.803:=2);mail;{0}", "CORP\\alice", "only Active Directory"),
        ("(mail=;mail;{0}", "CORP\\alice", "filter"),
    ] {
        let error = ask(&directory, text, &[parameter]).unwrap_err();
        assert!(matches!(error, StoreError::Query { .. }) && error.to_string().contains(says), "{text}: {error}");
    }
}

#[test]
fn every_schema_opens_and_checks() {
    for schema in ALL_SCHEMAS {
        open(shared_slapd().settings(schema)).check().unwrap();
    }
}
