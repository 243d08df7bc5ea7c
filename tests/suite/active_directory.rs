//! A live domain: Samba as the domain controller, over TLS.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use claimsmith::engine::{AttributeStore as _, Query, StoreError};
use claimsmith::store::active_directory::{GroupNames, SettingsError};
use claimsmith::store::conformance;
use claimsmith::store::directory::{AccountMark, Directory as _, Password, Refusal, SignInError};
use claimsmith::store::{ActiveDirectory, ActiveDirectorySettings, LdapServers};

use crate::conformance::tells_of_groups;
use crate::support::samba::{Samba, service_account, shared_domain};

fn connect(settings: ActiveDirectorySettings) -> ActiveDirectory {
    ActiveDirectory::connect(settings).unwrap()
}

fn over(servers: LdapServers) -> ActiveDirectorySettings {
    ActiveDirectorySettings { servers, ..ActiveDirectorySettings::default() }
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

fn refusal(directory: &ActiveDirectory, user: &str, typed: &str) -> Refusal {
    match directory.sign_in(user, &password(typed)) {
        Err(SignInError::Refused(refusal)) => refusal,
        other => panic!("{user}: {other:?}"),
    }
}

fn token_groups(directory: &ActiveDirectory, user: &str) -> Result<Vec<String>, StoreError> {
    let query = Query {
        store: "Active Directory".into(),
        text: ";tokenGroups;{0}".into(),
        parameters: vec![format!("CORP\\{user}").into()],
        columns: 1,
    };
    let rows = directory.answer(&[query])?.remove(0);
    Ok(rows.into_iter().flatten().flatten().map(|name| name.to_string()).collect())
}

/// Why connecting fails.
fn connect_error(settings: ActiveDirectorySettings) -> String {
    ActiveDirectory::connect(settings).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn it_tells_of_groups() {
    tells_of_groups(connect(shared_domain().settings()));
}

#[test]
fn it_conforms_after_start_tls() {
    let domain = shared_domain();
    let settings = over(LdapServers { urls: vec![domain.cleartext_url()], start_tls: true, ..domain.servers() });
    assert_eq!(conformance::active_directory(&connect(settings)), []);
}

#[test]
fn every_name_form_signs_in() {
    let directory = connect(shared_domain().settings());
    for name in
        ["alice", "CORP\\alice", "corp\\ALICE", "corp.example.com\\alice", "Alice@Corp.Example.Com", "alice@corp"]
    {
        let account = directory.sign_in(name, &password("Passw0rd.alice")).unwrap();
        assert_eq!(&*account.name, "CORP\\alice", "{name}");
        assert_eq!(Some(account), directory.account(name).unwrap());
    }
}

#[test]
fn every_refusal_has_its_cause() {
    let directory = connect(shared_domain().settings());
    for (user, typed, expected) in [
        ("alice", "", Refusal::EmptyPassword),
        ("alice", "Passw0rd.bob", Refusal::WrongPassword),
        ("nobody", "Passw0rd.nobody", Refusal::UnknownUser),
        (
            "OTHER\\alice",
            "Passw0rd.alice",
            Refusal::OtherDomain("the name says `OTHER`, and people of `CORP` sign in here".to_owned()),
        ),
        ("alice@other.example.com", "Passw0rd.alice", Refusal::UnknownUser),
        ("Platform", "x", Refusal::UnknownUser),
        ("dave", "Passw0rd.dave", Refusal::Disabled),
        ("dave", "wrong", Refusal::WrongPassword),
        ("alice", "Passw0rd.alice\0", Refusal::WrongPassword),
        ("alice", "Passw0rd.alice\0x", Refusal::WrongPassword),
        // Nothing is asked: the account would be disabled.
        ("dave", "Passw0rd.dave\0", Refusal::WrongPassword),
        ("alice", "\u{1b}Passw0rd.alice", Refusal::WrongPassword),
        ("mustchange", "Passw0rd.mustchange", Refusal::PasswordMustChange),
        ("oldpassword", "Passw0rd.oldpassword", Refusal::PasswordExpired),
        ("expired", "Passw0rd.expired", Refusal::AccountExpired),
        ("nohours", "Passw0rd.nohours", Refusal::LogonHours),
    ] {
        assert_eq!(refusal(&directory, user, typed), expected, "{user} {typed}");
    }
    for _ in 0..5 {
        assert_eq!(refusal(&directory, "locked", "wrong"), Refusal::WrongPassword);
    }
    assert_eq!(refusal(&directory, "locked", "Passw0rd.locked"), Refusal::LockedOut);
    assert!(directory.sign_in("alice", &password("Passw0rd.alice")).is_ok());
}

#[test]
fn a_session_ends_when_a_new_sign_in_would_fail() {
    let domain = Samba::start();
    let directory = connect(domain.settings());
    let now: jiff::Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
    let still = |user: &str, mark: &AccountMark| match directory.still_account(user, mark, now) {
        Ok(account) => Ok(account),
        Err(SignInError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{user}: {other}"),
    };
    let mut people = BTreeMap::new();
    for user in ["bob", "carol", "erin", "frank", "grace", "locked"] {
        let account = directory.sign_in(user, &password(&format!("Passw0rd.{user}"))).unwrap();
        assert_eq!(still(&account.name, &account.mark).as_ref(), Ok(&account), "{user}");
        people.insert(user, account);
    }
    domain.set_password("bob", "Passw0rd.new");
    domain.modify("carol", "replace: pwdLastSet\npwdLastSet: 0");
    domain.modify("erin", "replace: accountExpires\naccountExpires: 132000000000000000");
    domain.modify("frank", "replace: userAccountControl\nuserAccountControl: 514");
    for _ in 0..5 {
        refusal(&directory, "locked", "wrong");
    }
    for (user, expected) in [
        ("bob", Refusal::PasswordChanged),
        ("carol", Refusal::PasswordMustChange),
        ("erin", Refusal::AccountExpired),
        ("frank", Refusal::Disabled),
        ("locked", Refusal::LockedOut),
    ] {
        let account = &people[user];
        assert_eq!(still(&account.name, &account.mark), Err(expected), "{user}");
    }
    let grace = &people["grace"];
    assert!(still(&grace.name, &grace.mark).is_ok());
    assert_eq!(still(&grace.name, &people["bob"].mark), Err(Refusal::AnotherAccount));
}

#[test]
fn hostile_names_are_nobodys() {
    let directory = connect(shared_domain().settings());
    let long = "a".repeat(100_000);
    for name in [
        "*",
        "al*",
        "alice)(objectClass=*",
        "*)(|(sAMAccountName=alice",
        "alice\0",
        "alice\n",
        "\\2a",
        "CORP\\*",
        "CORP\\",
        "*\\alice",
        "@corp.example.com",
        "CN=Ålice\\, Odd (Ext.) *,OU=People,DC=corp,DC=example,DC=com",
        "<SID=S-1-5-32-544>",
        &long,
    ] {
        let refusal = refusal(&directory, name, "Passw0rd.alice");
        let nobodys = matches!(refusal, Refusal::UnknownUser | Refusal::OtherDomain(_));
        assert!(nobodys, "{name:.40}: {refusal}");
    }
    let account = directory.sign_in("o'brien (x)&!", &password("Passw0rd.obrien")).unwrap();
    assert_eq!(&*account.name, "CORP\\o'brien (x)&!");
}

#[test]
fn hundreds_of_groups_are_all_there() {
    let directory = connect(shared_domain().settings());
    let groups = token_groups(&directory, "many").unwrap();
    assert_eq!(groups.len(), 301);
    assert!(groups.contains(&"AWS-400000000299-Role5".to_owned()), "{groups:?}");
    assert_eq!(groups, token_groups(&directory, "many").unwrap(), "from memory");
    let group_names = GroupNames { entries: 7, ..GroupNames::default() };
    let small = ActiveDirectorySettings { group_names, ..shared_domain().settings() };
    assert_eq!(groups, token_groups(&connect(small), "many").unwrap(), "with little memory");
}

#[test]
fn all_people_are_listed_whatever_the_size_of_a_page() {
    let whole = connect(shared_domain().settings()).user_names().unwrap();
    assert!(whole.len() > 15, "{whole:?}");
    for page_entries in [1, 3, 1000] {
        let settings = ActiveDirectorySettings { page_entries, ..shared_domain().settings() };
        assert_eq!(connect(settings).user_names().unwrap(), whole, "{page_entries}");
    }
}

#[test]
fn people_outside_the_base_are_not_found() {
    let base = Some("OU=Groups,DC=corp,DC=example,DC=com".to_owned());
    let directory = connect(ActiveDirectorySettings { base, ..shared_domain().settings() });
    assert_eq!(directory.account("alice").unwrap(), None);
    assert_eq!(directory.user_names().unwrap(), [""; 0]);
}

#[test]
fn nothing_is_sent_for_an_empty_password() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("ldaps://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let directory = ActiveDirectory::new(over(LdapServers { urls: vec![url], ..shared_domain().servers() })).unwrap();
    assert_eq!(refusal(&directory, "alice", ""), Refusal::EmptyPassword);
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn strangers_certificates_are_refused() {
    let domain = shared_domain();
    let other = over(LdapServers { ca_file: Some(domain.other_ca_file()), ..domain.servers() });
    assert!(connect_error(other).contains("certificate"), "another authority");
    let other = over(LdapServers {
        urls: vec![domain.cleartext_url()],
        start_tls: true,
        ca_file: Some(domain.other_ca_file()),
        ..domain.servers()
    });
    assert!(connect_error(other).contains("certificate"), "another authority after StartTLS");
    let url = format!("ldaps://localhost:{}", forward(format!("{}:636", domain.address())));
    let error = connect_error(over(LdapServers { urls: vec![url], ..domain.servers() }));
    assert!(error.contains("not valid for the name"), "another name: {error}");
    let missing = over(LdapServers { ca_file: Some("/nonexistent/ca.pem".into()), ..domain.servers() });
    assert!(connect_error(missing).contains("there is no such file"));
}

#[test]
fn passwords_do_not_travel_in_the_clear() {
    let domain = shared_domain();
    let servers = || LdapServers { urls: vec![domain.cleartext_url()], ..domain.servers() };
    let refused = ActiveDirectory::new(over(servers())).map(|_| ()).unwrap_err();
    assert_eq!(refused, SettingsError::Cleartext(domain.cleartext_url()));
    let error = connect_error(over(LdapServers { danger_allow_cleartext: true, ..servers() }));
    assert!(error.contains("Transport encryption required"), "the controller refuses it too: {error}");
}

#[test]
fn a_refused_service_account_is_named_and_its_password_is_not() {
    let credentials = service_account("Passw0rd.typo");
    let error = connect_error(over(LdapServers { credentials, ..shared_domain().servers() }));
    assert!(
        error.contains("the service account `svc-claimsmith@corp.example.com` was refused: wrong password"),
        "{error}"
    );
    assert!(!error.contains("typo"), "{error}");
}

#[test]
fn the_next_controller_is_asked_when_one_is_gone() {
    let domain = shared_domain();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let urls = vec![format!("ldaps://{gone}"), domain.url()];
    let directory = connect(over(LdapServers { urls, ..domain.servers() }));
    assert!(directory.account("alice").unwrap().is_some());
}

#[test]
fn many_threads_share_few_connections() {
    let directory = connect(over(LdapServers { connections: 2, ..shared_domain().servers() }));
    thread::scope(|scope| {
        for user in ["alice", "carol", "erin", "grace", "mallory", "frank", "bob", "many"] {
            let directory = &directory;
            scope.spawn(move || {
                for _ in 0..5 {
                    let account = directory.account(user).unwrap().unwrap();
                    assert_eq!(*account.name, *format!("CORP\\{user}"));
                }
            });
        }
    });
    assert!(directory.operations().connections <= 2, "{:?}", directory.operations());
}

#[test]
fn it_works_and_ends_inside_an_asynchronous_server() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let asked = tokio::task::spawn_blocking(|| {
            let directory = connect(shared_domain().settings());
            let account = directory.account("alice").unwrap();
            (directory, account)
        });
        let (directory, account) = asked.await.unwrap();
        assert!(account.is_some());
        drop(directory);
    });
}

#[test]
fn a_frozen_controller_is_an_error_in_time_and_no_harm_afterwards() {
    let domain = Samba::start();
    let limits = LdapServers {
        connect_timeout: Duration::from_secs(1),
        request_timeout: Duration::from_secs(2),
        ..domain.servers()
    };
    let directory = connect(over(limits));
    assert!(directory.account("alice").unwrap().is_some());
    domain.freeze();
    for _ in 0..2 {
        // First on a kept connection, then on a new one.
        let started = Instant::now();
        let error = directory.account("alice").unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
        assert!(error.to_string().contains("no answer within"), "{error}");
    }
    let started = Instant::now();
    let error = directory.sign_in("alice", &password("Passw0rd.alice")).unwrap_err();
    assert!(matches!(error, SignInError::Unavailable(_)), "{error}");
    assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
    domain.thaw();
    assert!(directory.sign_in("alice", &password("Passw0rd.alice")).is_ok());
}

#[test]
fn a_controller_that_dies_is_an_error_and_then_forgotten() {
    let domain = Samba::start();
    let directory = connect(domain.settings());
    assert!(directory.account("alice").unwrap().is_some());
    domain.kill();
    let error = directory.account("alice").unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    assert!(error.to_string().contains(&domain.url()), "{error}");
    domain.restart();
    assert!(directory.account("alice").unwrap().is_some());
    domain.kill();
    domain.restart();
    assert_eq!(token_groups(&directory, "alice").unwrap().len(), 6, "nobody notices a restart between questions");
}

/// A port that leads to `target`.
fn forward(target: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let far = TcpStream::connect(&target).unwrap();
            for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                thread::spawn(move || {
                    let mut bytes = [0; 4096];
                    while let Ok(count @ 1..) = from.read(&mut bytes) {
                        if to.write_all(&bytes[..count]).is_err() {
                            break;
                        }
                    }
                    let _ = to.shutdown(Shutdown::Both);
                });
            }
        }
    });
    port
}
