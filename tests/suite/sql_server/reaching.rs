//! Getting to a SQL Server, and what happens when it goes away.

use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use claimsmith::engine::StoreError;
use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, SqlStore, Tls};

use super::cases::SLOW;
use super::people;
use super::questions::{column, error, many_ask_at_once, rows};
use crate::support::fake_sql_server::{Asked, Encryption, FakeSqlServer, UsualAnswer, address, settings_with};
use crate::support::relay::Fault;
use crate::support::waiting::wait_until;

fn count(store: &SqlStore) -> Result<(), StoreError> {
    rows(store, "SELECT count(*) FROM people", &[], 1).map(drop)
}

fn refused(settings: SqlSettings) -> String {
    let store = SqlStore::new(settings).unwrap();
    let found = count(&store).unwrap_err();
    assert!(matches!(found, StoreError::Unavailable { .. }), "{found:?}");
    assert!(store.check().is_err());
    let told = found.to_string();
    assert!(!told.contains("Passw0rd") && !told.contains("Config::"), "{told}");
    told
}

/// What of a sign-in the server saw.
fn logins(server: &FakeSqlServer) -> Vec<Asked> {
    server.asked().into_iter().filter(|asked| matches!(asked, Asked::Login(_))).collect()
}

#[test]
fn who_is_not_let_in_is_told_why() {
    let server = people();
    let with = |change: &dyn Fn(&mut Server)| {
        let mut reader = server.server("reader");
        change(&mut reader);
        refused(settings_with(reader))
    };
    let wrong = with(&|server| server.password = Password::new("Passw0rd.wrong".to_owned()));
    assert!(wrong.contains("Login failed for user 'reader'") && wrong.contains("`user` and `password`"), "{wrong}");
    let nowhere = with(&|server| server.database = "nowhere".to_owned());
    assert!(nowhere.contains("Cannot open database \"nowhere\"") && nowhere.contains("check `database`"), "{nowhere}");
    for (number, told) in [
        (18452, "not one of Windows"),
        (18487, "an administrator of the server must change the login"),
        (976, "availability group"),
        (40615, "ask an administrator"),
    ] {
        server.behaviour().refused.insert("reader".to_owned(), (number, "no.".to_owned()));
        let refusal = refused(server.settings());
        assert!(refusal.contains(told) && refusal.contains(&number.to_string()), "{refusal}");
    }
    assert!(!format!("{:?}", server.settings()).contains("Passw0rd"));
}

#[test]
fn the_sign_in_says_who_asks_and_for_what() {
    let server = people();
    count(&SqlStore::new(server.settings()).unwrap()).unwrap();
    count(&SqlStore::new(server.writing_settings()).unwrap()).unwrap();
    let asked = server.asked();
    assert!(asked.contains(&Asked::Connect { encryption: 3 }), "encryption is required: {asked:?}");
    let intents: Vec<_> = asked
        .iter()
        .filter_map(|asked| match asked {
            Asked::Login(login) => {
                assert_eq!((login.database.as_str(), login.application.as_str()), ("people", "claimsmith"));
                Some((login.user.as_str(), login.reads))
            }
            _ => None,
        })
        .collect();
    assert_eq!(intents, [("reader", true), ("writer", false)]);
}

#[test]
fn only_the_right_certificate_is_trusted() {
    let server = people();
    let other = people();
    let ask = |tls: Tls| refused(settings_with(Server { tls, ..server.server("reader") }));
    let trusting = |server: &FakeSqlServer| Tls::Verified { ca_file: Some(server.ca_file()) };
    assert_eq!(count(&SqlStore::new(server.settings()).unwrap()), Ok(()));
    server.asked();
    for tls in [trusting(&other), Tls::Verified { ca_file: None }, Tls::IfOffered, Tls::Off] {
        let told = ask(tls);
        assert!(told.contains("invalid peer certificate") && told.contains("as `ca_file`"), "{told}");
    }
    for (fault, told) in [
        (Fault::UnknownAuthority, "an authority that is not trusted"),
        (Fault::Expired, "renew it on the server"),
        (Fault::NotYetValid, "not valid yet"),
        (Fault::OtherName, "as the certificate names it"),
    ] {
        server.present(fault);
        let refusal = ask(trusting(&server));
        assert!(refusal.contains("the encrypted connection cannot be trusted") && refusal.contains(told), "{refusal}");
    }
    assert_eq!(logins(&server), [], "nobody signs in over a connection that cannot be trusted");
}

#[test]
fn without_encryption_no_password_is_sent() {
    let server = people();
    server.behaviour().encryption = Encryption::NotSupported;
    for tls in [server.server("reader").tls, Tls::Off] {
        let told = refused(settings_with(Server { tls, ..server.server("reader") }));
        assert!(told.contains("the server offers no encryption"), "{told}");
    }
    assert_eq!(logins(&server), []);
}

#[test]
fn an_instance_is_found_by_its_name() {
    let server = people();
    server.behaviour().instance = Some("HR".to_owned());
    let browser = UdpSocket::bind((address(), 1434)).unwrap();
    browser.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let port = server.port();
    let answers = thread::spawn(move || {
        let mut lost = true;
        let mut questions = Vec::new();
        for _ in 0..4 {
            let mut question = [0; 64];
            let (length, from) = browser.recv_from(&mut question).unwrap();
            questions.push(question[..length].to_vec());
            // The first one gets lost.
            if std::mem::take(&mut lost) {
                continue;
            }
            let text = match &question[1..length - 1] {
                b"PIPES" => "ServerName;DB1;InstanceName;PIPES;IsClustered;No;Version;16.0.1000.6;np;x;;".to_owned(),
                name => format!(
                    "ServerName;DB1;InstanceName;{};IsClustered;No;Version;16.0.1000.6;tcp;{port};;",
                    String::from_utf8_lossy(name)
                ),
            };
            let length = u16::try_from(text.len()).unwrap().to_le_bytes();
            browser.send_to(&[&[5], &length[..], text.as_bytes()].concat(), from).unwrap();
        }
        questions
    });
    let settings = |instance: &str| {
        let server = Server { port: None, ..server.server("reader") };
        SqlSettings::of(Database::SqlServer { server, instance: Some(instance.to_owned()) })
    };
    assert_eq!(count(&SqlStore::new(settings("HR")).unwrap()), Ok(()));
    let told = SqlStore::new(settings("PIPES")).unwrap().check().unwrap_err();
    assert!(told.contains("does not listen on TCP") && told.contains("\\PIPES"), "{told}");
    // The server at that port says that it is another one.
    let told = SqlStore::new(settings("OTHER")).unwrap().check().unwrap_err();
    assert!(told.contains("instance"), "{told}");
    assert_eq!(answers.join().unwrap()[..2], [b"\x04HR\0".to_vec(), b"\x04HR\0".to_vec()]);
    // Nobody is there to ask.
    let told = refused(SqlSettings { connect_timeout: Duration::from_secs(2), ..settings("HR") });
    assert!(told.contains("SQL Server Browser") && told.contains("write `port` instead"), "{told}");
}

#[test]
fn a_server_may_send_on_to_a_copy_that_is_read() {
    let primary = people();
    let copy = people();
    primary.behaviour().routing = Some((address(), copy.port()));
    primary.behaviour().tls = copy.behaviour().tls.clone();
    let settings = || settings_with(Server { tls: copy.server("reader").tls, ..primary.server("reader") });
    assert_eq!(column(&SqlStore::new(settings()).unwrap(), "SELECT count(*) FROM people", &[]), ["3"]);
    assert!(copy.asked().iter().any(|asked| matches!(asked, Asked::Query { .. })));
    // In a circle is not.
    copy.behaviour().routing = Some((address(), primary.port()));
    assert!(refused(settings()).contains("which sends on again"));
}

#[test]
fn a_server_that_comes_back_is_asked_again() {
    let server = people();
    let store = SqlStore::new(SqlSettings { statement_timeout: Duration::from_secs(2), ..server.settings() }).unwrap();
    assert_eq!(count(&store), Ok(()));
    server.kill();
    let told = count(&store).unwrap_err().to_string();
    assert!(told.contains("refused") && told.contains("people"), "{told}");
    server.restart();
    assert_eq!(count(&store), Ok(()));

    // Cut between two questions: unnoticed.
    server.kill();
    server.restart();
    assert_eq!(count(&store), Ok(()));

    // Cut in the middle of a query.
    let settings = SqlSettings { statement_timeout: Duration::from_secs(30), ..server.settings() };
    let slow = SqlStore::new(settings).unwrap();
    let working = thread::spawn(move || rows(&slow, SLOW, &[], 1));
    wait_until("the query runs", || server.sleepers() == 1);
    server.kill();
    let found = working.join().unwrap().unwrap_err();
    assert!(matches!(found, StoreError::Unavailable { .. }), "{found}");
    server.restart();
    assert_eq!(count(&store), Ok(()));

    // Frozen: it has the connection and says nothing.
    server.freeze();
    let started = Instant::now();
    assert!(count(&store).unwrap_err().to_string().contains("no answer within"));
    let fresh = SqlSettings { connect_timeout: Duration::from_secs(1), ..server.settings() };
    assert!(refused(fresh).contains("no answer within"));
    assert!(started.elapsed() < Duration::from_secs(15));
    server.thaw();
    assert_eq!(count(&store), Ok(()));
}

#[test]
fn a_statement_that_writes_is_never_run_twice() {
    let server = people();
    let store = SqlStore::new(server.writing_settings()).unwrap();
    assert_eq!(column(&store, "EXEC visit {0}", &["first"]), ["first"]);
    server.kill();
    server.restart();
    // The dead connection is found out before anything was written.
    assert_eq!(column(&store, "EXEC visit {0}", &["second"]), ["second"]);
    // The server is lost when the statement has run: nobody knows whether it stays.
    let lost = UsualAnswer::Error { number: 596, class: 21, message: "killed".to_owned(), ends_transaction: true };
    server.answer("EXEC lost @P1", lost);
    assert!(error(&store, "EXEC lost {0}", &["third"]).contains("the server answers: killed"));
    let asked = server.asked();
    let times = asked.iter().filter(|asked| matches!(asked, Asked::Query { text, .. } if text == "EXEC lost @P1"));
    assert_eq!(times.count(), 1);
    assert_eq!(server.administer("SELECT count(*) || '' FROM visits WHERE login = 'second'"), ["1"]);
}

#[test]
fn connections_are_shared_and_given_back() {
    let server = people();
    let store = SqlStore::new(SqlSettings { connections: 2, ..server.settings() }).unwrap();
    many_ask_at_once(&store);
    let connects = server.asked().iter().filter(|asked| matches!(asked, Asked::Connect { .. })).count();
    assert!(connects <= 2, "{connects}");
    // Old ones are left alone.
    let aged = SqlStore::new(SqlSettings { age: Duration::ZERO, ..server.settings() }).unwrap();
    assert_eq!((count(&aged), count(&aged)), (Ok(()), Ok(())));
    assert_eq!(logins(&server).len(), 2);
}
