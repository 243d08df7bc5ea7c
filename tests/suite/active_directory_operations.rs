//! What a sign-in costs a domain controller, counted by the server; and that what is saved is never taken on trust.

use std::sync::Arc;
use std::time::{Duration, Instant};

use claimsmith::engine::{Query, StoreError};
use claimsmith::store::ActiveDirectory;
use claimsmith::store::directory::{Account, Directory as _, Password, Refusal, SignInError};

use crate::support::fake_ldap::domain::{BASE, group, own, person, settings, table};
use crate::support::fake_ldap::{FakeLdap, Operation};

const NOW: &str = "2026-11-21T10:00:00Z";

fn start() -> (FakeLdap, ActiveDirectory) {
    let server = FakeLdap::start(table(vec![
        person("alice", 1104, &[2001, 2002]),
        person("bob", 1105, &[2001]),
        group("Engineering", 2001),
        group("AWS-123456789012-Admin", 2002),
    ]));
    let directory = ActiveDirectory::connect(settings(&server)).unwrap();
    (server, directory)
}

fn sign_in(directory: &ActiveDirectory, name: &str, password: &str) -> Result<Account, Refusal> {
    match directory.sign_in(name, &Password::new(password.to_owned())) {
        Ok(account) => Ok(account),
        Err(SignInError::Refused(refusal)) => Err(refusal),
        Err(SignInError::Unavailable(error) | SignInError::Unfinished(error)) => panic!("{error}"),
    }
}

/// What the rules of a trust ask, as the sign-on asks it: the store that comes with the account.
fn ask(account: &Account, texts: &[&str]) -> Result<Vec<Vec<String>>, StoreError> {
    let queries: Vec<Query> = texts
        .iter()
        .map(|text| Query {
            store: "Active Directory".into(),
            text: (*text).into(),
            parameters: vec![Arc::clone(&account.name)],
            columns: text.split(';').nth(1).unwrap().split(',').count(),
        })
        .collect();
    let answers = account.ahead.store().unwrap().answer(&queries)?;
    let cells = |rows: Vec<Vec<Option<Arc<str>>>>| rows.into_iter().flatten().flatten().map(|cell| cell.to_string());
    Ok(answers.into_iter().map(|rows| cells(rows).collect()).collect())
}

const RULES: [&str; 2] = [";mail;{0}", ";tokenGroups,tokenGroups(SID);{0}"];

#[test]
fn a_sign_in_costs_one_bind_and_one_search_once_people_and_groups_were_seen() {
    let (server, directory) = start();
    server.asked();
    // As `claimsmith` asks: who is it, is it the password, and what do the rules want.
    let whole = |name: &str| {
        assert!(directory.identify(name).unwrap().is_some());
        let account = sign_in(&directory, name, "Passw0rd.alice").unwrap();
        let answers = ask(&account, &RULES).unwrap();
        assert_eq!(answers[0], ["alice@corp.example.com"]);
        assert_eq!(answers[1][..3], ["AWS-123456789012-Admin", "Domain Users", "Engineering"]);
        account
    };
    let account = whole("alice");
    // Three describe the domain once. Then: find, read, the rules' two queries and their groups, the groups' names.
    assert_eq!(server.counted(), (1, 3 + 2 + 3 + 1), "the first sign-in of all");
    for name in ["alice", "ALICE", "CORP\\alice"] {
        assert_eq!(whole(name), account);
        assert_eq!(server.counted(), (1, 1), "{name}");
    }
    whole("alice@corp.example.com");
    assert_eq!(server.counted(), (1, 2), "a new name of somebody is looked for once");
    whole("alice@corp.example.com");
    assert_eq!(server.counted(), (1, 1));

    let bob = sign_in(&directory, "bob", "Passw0rd.bob").unwrap();
    ask(&bob, &RULES).unwrap();
    assert_eq!(server.counted(), (1, 2), "somebody who was not seen: find and read");
    let session = directory.still_account(&bob.name, &bob.mark, NOW.parse().unwrap()).unwrap();
    assert_eq!(ask(&session, &RULES).unwrap()[0], ["bob@corp.example.com"]);
    assert_eq!(server.counted(), (0, 1), "a session in use");
}

#[test]
fn a_password_never_touches_the_service_accounts_connection() {
    let (server, directory) = start();
    server.asked();
    for _ in 0..3 {
        sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
        let _ = sign_in(&directory, "alice", "wrong").unwrap_err();
    }
    let asked = server.asked();
    let count = |wanted: &Operation| asked.iter().filter(|one| *one == wanted).count();
    assert_eq!(count(&Operation::Connect), 6, "one connection for each password: {asked:?}");
}

#[test]
fn other_questions_go_to_the_directory() {
    let (server, directory) = start();
    sign_in(&directory, "alice", "Passw0rd.alice").map(|account| ask(&account, &RULES).unwrap()).unwrap();
    let account = sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    server.asked();
    let answers = ask(&account, &["(sAMAccountName=bob);mail;{0}", ";mail;{0}", ";mail;CORP\\bob", ";cn;{0}"]).unwrap();
    let mail = |name: &str| vec![format!("{name}@corp.example.com")];
    assert_eq!(answers, [mail("bob"), mail("alice"), mail("bob"), vec![]]);
    assert_eq!(server.counted(), (0, 3));
    for (text, says) in [(";mail;ELSEWHERE\\alice", "another domain"), ("mail;{0}", "POLICY3824"), (";*;{0}", "`*`")] {
        let error = ask(&account, &[text]).unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
    // What was read is for one request: the next one sees the change.
    server.change(&format!("CN=alice,OU=People,{BASE}"), |alice| alice.set("mail", &["new@corp.example.com"]));
    assert_eq!(ask(&account, &[";mail;{0}"]).unwrap(), [["alice@corp.example.com"]]);
    let account = sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    assert_eq!(ask(&account, &[";mail;{0}"]).unwrap(), [["new@corp.example.com"]]);
}

#[test]
fn a_name_given_to_another_account_opens_that_one() {
    let (server, directory) = start();
    let alice = sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    let place = |cn: &str| format!("CN={cn},OU=People,{BASE}");
    // The old account is renamed and stays where it is; a new one has its name, elsewhere.
    let new = person("alice2", 1200, &[2001]).with("sAMAccountName", &["alice"]);
    server.change(&place("alice"), |old| old.set("sAMAccountName", &["former"]));
    server.table().entries.push(new);
    assert_eq!(sign_in(&directory, "alice", "Passw0rd.alice"), Err(Refusal::WrongPassword), "the old one's password");
    let now = sign_in(&directory, "alice", "Passw0rd.alice2").unwrap();
    assert_eq!(now.mark.sid, "S-1-5-21-1-2-3-1200");
    assert_ne!(now.mark.sid, alice.mark.sid);
    let ended = directory.still_account("CORP\\alice", &alice.mark, NOW.parse().unwrap());
    assert_eq!(ended.unwrap_err(), SignInError::Refused(Refusal::AnotherAccount));
}

#[test]
fn a_place_given_to_another_account_opens_nothing_by_the_old_name() {
    let (server, directory) = start();
    sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    server.change(&format!("CN=alice,OU=People,{BASE}"), |entry| {
        entry.attributes.insert("objectSid".to_owned(), vec![own(1300)]);
    });
    let account = sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    assert_eq!(account.mark.sid, "S-1-5-21-1-2-3-1300", "looked for again, and it is another account");
    server.change(&format!("CN=alice,OU=People,{BASE}"), |entry| {
        entry.set("sAMAccountName", &["carol"]);
        entry.set("userPrincipalName", &["carol@corp.example.com"]);
    });
    assert_eq!(sign_in(&directory, "alice", "Passw0rd.alice"), Err(Refusal::UnknownUser));
    assert_eq!(sign_in(&directory, "CORP\\alice", "Passw0rd.alice"), Err(Refusal::UnknownUser));
}

#[test]
fn somebody_who_moved_is_found_again() {
    let (server, directory) = start();
    let before = sign_in(&directory, "alice", "Passw0rd.alice").unwrap();
    server.table().entries.iter_mut().find(|entry| entry.dn.starts_with("CN=alice,")).unwrap().dn =
        format!("CN=alice,OU=Elsewhere,{BASE}");
    assert_eq!(sign_in(&directory, "alice", "Passw0rd.alice").unwrap(), before);
    let session = directory.still_account("CORP\\alice", &before.mark, NOW.parse().unwrap());
    assert_eq!(session.unwrap(), before);
    server.table().entries.retain(|entry| !entry.dn.starts_with("CN=alice,"));
    assert_eq!(sign_in(&directory, "alice", "Passw0rd.alice"), Err(Refusal::UnknownUser));
}

#[test]
fn a_name_that_windows_makes_yields_to_one_that_was_given() {
    let (server, directory) = start();
    let place = |cn: &str| format!("CN={cn},OU=People,{BASE}");
    server.change(&place("alice"), |alice| {
        alice.attributes.remove("userPrincipalName");
    });
    let name = "alice@corp.example.com";
    assert_eq!(&*sign_in(&directory, name, "Passw0rd.alice").unwrap().name, "CORP\\alice");
    server.change(&place("bob"), |bob| bob.set("userPrincipalName", &[name]));
    // What was found a moment ago holds for as long as a request takes.
    let deadline = Instant::now() + Duration::from_secs(20);
    let account = loop {
        match sign_in(&directory, name, "Passw0rd.bob") {
            Ok(account) => break account,
            Err(refusal) => assert!(Instant::now() < deadline, "{refusal}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(&*account.name, "CORP\\bob");
}
