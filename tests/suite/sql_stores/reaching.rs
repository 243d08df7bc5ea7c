//! Connections: to whom, for how long, and what is told when there is none.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use claimsmith::engine::StoreError;
use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, SqlStore, Tls};
use tempfile::TempDir;

use super::people_in_sqlite;
use crate::support::database::Kind::{MariaDb, PostgreSql};
use crate::support::database::{DatabaseServer, shared_database};
use crate::support::sql_questions::{column, error, many_ask_at_once, rows};
use crate::support::waiting::wait_until;

#[test]
fn no_statement_runs_for_ever() {
    let limit = Duration::from_secs(1);
    let slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    // `SLEEP` would look after its client by itself.
    let busy = "SELECT BENCHMARK(100000000000, SHA2('x', 512))";
    let (sqlite, _folder) = people_in_sqlite();
    for (settings, text) in [
        (shared_database(PostgreSql).settings(), "SELECT CAST(pg_sleep(600) AS text)"),
        (shared_database(MariaDb).settings(), busy),
        (sqlite, slow),
    ] {
        let store = SqlStore::new(SqlSettings { statement_timeout: limit, ..settings }).unwrap();
        let started = Instant::now();
        let error = rows(&store, text, &[], 1).unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(10), "{text}");
        assert!(matches!(error, StoreError::Unavailable { .. }), "{text}: {error}");
        assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"]);
    }
    // The servers have stopped, too, long before it is done.
    let server = shared_database(PostgreSql);
    wait_until("PostgreSQL has stopped", || {
        server.administer("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()") == ["0"]
    });
    let server = shared_database(MariaDb);
    wait_until("MariaDB has stopped", || {
        server.administer("SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT BENCHMARK%'")
            == ["0"]
    });
}

#[test]
fn a_database_that_dies_and_comes_back_is_asked_again() {
    for kind in [PostgreSql, MariaDb] {
        let server = Arc::new(DatabaseServer::start(kind));
        let settings = SqlSettings { statement_timeout: Duration::from_secs(3), ..server.settings() };
        let store = Arc::new(SqlStore::new(settings).unwrap());
        let ask = |store: &SqlStore| rows(store, "SELECT role FROM roles WHERE login = {0}", &["bob"], 1);
        assert_eq!(ask(&store).unwrap().len(), 1);

        // Killed between two questions: the kept connection is dead, and another one answers.
        server.kill();
        let error = ask(&store).unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{kind:?}: {error}");
        server.restart();
        assert_eq!(ask(&store).unwrap().len(), 1, "{kind:?}");
        server.kill();
        server.restart();
        assert_eq!(ask(&store).unwrap().len(), 1, "{kind:?}: a restart between two questions is not noticed");

        // Killed while it works.
        let sleep = match kind {
            PostgreSql => "SELECT CAST(pg_sleep(30) AS text)",
            MariaDb => "SELECT SLEEP(30)",
        };
        let working = thread::spawn({
            let store = Arc::clone(&store);
            move || rows(&store, sleep, &[], 1)
        });
        let asks = match kind {
            PostgreSql => {
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()"
            }
            MariaDb => "SELECT count(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'",
        };
        wait_until("the query runs", || server.administer(asks) == ["1"]);
        server.kill();
        let error = working.join().unwrap().unwrap_err();
        assert!(matches!(error, StoreError::Unavailable { .. }), "{kind:?}: {error}");
        server.restart();
        assert_eq!(ask(&store).unwrap().len(), 1, "{kind:?}");

        // Frozen: it has the connection and says nothing.
        server.freeze();
        let started = Instant::now();
        let error = ask(&store).unwrap_err();
        assert!(error.to_string().contains("no answer within"), "{kind:?}: {error}");
        let fresh =
            SqlStore::new(SqlSettings { connect_timeout: Duration::from_secs(1), ..server.settings() }).unwrap();
        let error = ask(&fresh).unwrap_err();
        assert!(error.to_string().contains("no answer within"), "{kind:?}: {error}");
        assert!(started.elapsed() < Duration::from_secs(15), "{kind:?}");
        server.thaw();
        assert_eq!(ask(&store).unwrap().len(), 1, "{kind:?}");
    }
}

#[test]
fn only_the_right_certificate_is_trusted() {
    for kind in [PostgreSql, MariaDb] {
        let server = shared_database(kind);
        let ask = |host: &str, tls: Tls| {
            let settings = server.settings_with(Server { host: host.to_owned(), tls, ..server.server("reader") });
            rows(&SqlStore::new(settings).unwrap(), "SELECT login FROM people", &[], 1)
        };
        let trusting = |file| Tls::Verified { ca_file: Some(file) };
        assert!(ask("localhost", trusting(server.ca_file())).is_ok(), "{kind:?}");
        assert!(ask("127.0.0.1", trusting(server.ca_file())).is_ok(), "{kind:?}");
        assert!(ask("localhost", Tls::Off).is_ok(), "{kind:?}");
        assert!(ask("localhost", Tls::IfOffered).is_ok(), "{kind:?}");
        for (host, tls) in [
            ("localhost", trusting(server.other_ca_file())),
            ("localhost", Tls::Verified { ca_file: None }),
            // The address is the server's, and its certificate is not for it.
            ("127.0.0.2", trusting(server.ca_file())),
        ] {
            let error = ask(host, tls.clone()).unwrap_err();
            assert!(matches!(error, StoreError::Unavailable { .. }), "{kind:?} {host} {tls:?}: {error}");
            assert!(host == "127.0.0.2" || error.to_string().contains("certificate"), "{kind:?} {tls:?}: {error}");
        }
    }
    assert_eq!(Tls::usual("localhost"), Tls::IfOffered);
    assert_eq!(Tls::usual("127.0.0.1"), Tls::IfOffered);
    assert_eq!(Tls::usual("::1"), Tls::IfOffered);
    assert_eq!(Tls::usual("localhost.example.com"), Tls::Verified { ca_file: None });
    let missing =
        Server { tls: Tls::Verified { ca_file: Some("none.pem".into()) }, ..shared_database(PostgreSql).server("x") };
    let error = SqlStore::new(shared_database(PostgreSql).settings_with(missing)).unwrap_err();
    assert!(error.to_string().contains("none.pem"), "{error}");
}

#[test]
fn a_server_that_is_not_there_is_named_with_its_port() {
    // Whoever connects to a port that was just free, and listens nowhere, is refused.
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = |host: &str, port| Server {
        host: host.to_owned(),
        port: Some(port),
        database: "hr".to_owned(),
        user: "reader".to_owned(),
        password: Password::new("Passw0rd.reader".to_owned()),
        tls: Tls::usual(host),
    };
    let kinds: [fn(Server) -> Database; 3] =
        [Database::PostgreSql, Database::MySql, |server| Database::SqlServer { server, instance: None }];
    for kind in kinds {
        let port = free();
        let told = SqlStore::new(SqlSettings::of(kind(server("127.0.0.1", port)))).unwrap().check().unwrap_err();
        assert!(told.contains(&format!("connecting to the database `hr` on `127.0.0.1:{port}`: ")), "{told}");
        assert!(told.ends_with("or a firewall says so; check `host` and `port`"), "{told}");
        let told = SqlStore::new(SqlSettings::of(kind(server("::1", port)))).unwrap().check().unwrap_err();
        assert!(told.contains(&format!("on `[::1]:{port}`: ")), "{told}");
        let told = SqlStore::new(SqlSettings::of(kind(server("db.invalid", port)))).unwrap().check().unwrap_err();
        assert!(told.contains("the name `db.invalid` cannot be resolved") && told.contains("; check its"), "{told}");
    }
}

#[test]
fn who_is_not_let_in_is_told_what_to_do() {
    for kind in [PostgreSql, MariaDb] {
        let database = shared_database(kind);
        let with = |change: &dyn Fn(&mut Server)| {
            let mut reader = database.server("reader");
            change(&mut reader);
            SqlStore::new(database.settings_with(reader)).unwrap().check().unwrap_err()
        };
        let told = with(&|server| server.password = Password::new("Passw0rd.wrong".to_owned()));
        assert!(told.ends_with("; check `user` and `password`"), "{kind:?}: {told}");
        let told = with(&|server| server.database = "nowhere".to_owned());
        assert!(told.contains("; check `database`"), "{kind:?}: {told}");
        let told = with(&|server| server.tls = Tls::Verified { ca_file: Some(database.other_ca_file()) });
        assert!(told.contains("the encrypted connection cannot be trusted: its certificate is"), "{kind:?}: {told}");
        assert!(told.ends_with("as `ca_file`"), "{kind:?}: {told}");
    }
    // Not a PostgreSQL server at all.
    let other = Server { port: Some(shared_database(MariaDb).port()), ..shared_database(PostgreSql).server("reader") };
    let told = SqlStore::new(shared_database(PostgreSql).settings_with(other)).unwrap().check().unwrap_err();
    assert!(told.contains("the server does not keep to its protocol") && !told.contains("sqlx"), "{told}");
    assert!(told.ends_with("; check `port`, and what kind of server it is"), "{told}");
}

#[test]
fn passwords_are_told_to_nobody() {
    for kind in [PostgreSql, MariaDb] {
        let server = shared_database(kind);
        let settings = || {
            let password = Password::new("Passw0rd.wrong".to_owned());
            server.settings_with(Server { password, ..server.server("reader") })
        };
        assert!(!format!("{:?}", settings()).contains("Passw0rd"));
        let store = SqlStore::new(settings()).unwrap();
        assert!(!format!("{store:?}").contains("Passw0rd"));
        let told = error(&store, "SELECT login FROM people", &[]);
        assert!(told.contains("the server refuses") && told.contains("reader"), "{kind:?}: {told}");
    }
}

#[test]
fn connections_are_shared_and_given_back() {
    for kind in [PostgreSql, MariaDb] {
        let server = shared_database(kind);
        let store = SqlStore::new(SqlSettings { connections: 2, ..server.settings() }).unwrap();
        many_ask_at_once(&store);
        let short = SqlSettings { connections: 1, statement_timeout: Duration::from_secs(1), ..server.settings() };
        let store = SqlStore::new(short).unwrap();
        let sleep = if kind == PostgreSql { "SELECT CAST(pg_sleep(9) AS text)" } else { "SELECT SLEEP(9)" };
        let errors: Vec<String> = thread::scope(|scope| {
            let asking: Vec<_> = (0..3).map(|_| scope.spawn(|| error(&store, sleep, &[]))).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).collect()
        });
        assert!(errors.iter().any(|error| error.contains("all 1 were in use")), "{errors:?}");
        // Old and idle connections are left alone.
        let aged = SqlSettings { age: Duration::ZERO, connections: 1, ..server.settings() };
        let store = SqlStore::new(aged).unwrap();
        let who = if kind == PostgreSql { "SELECT pg_backend_pid()" } else { "SELECT CONNECTION_ID()" };
        assert_ne!(column(&store, who, &[]), column(&store, who, &[]), "{kind:?}");
        let store = SqlStore::new(SqlSettings { connections: 1, ..server.settings() }).unwrap();
        assert_eq!(column(&store, who, &[]), column(&store, who, &[]), "{kind:?}");
    }
}

#[test]
fn a_file_that_is_no_database_is_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("people.db");
    let ask = || rows(&SqlStore::new(SqlSettings::of(Database::Sqlite(path.clone()))).unwrap(), "SELECT 1", &[], 1);
    assert!(ask().unwrap_err().to_string().contains("unable to open database file"));
    assert!(!path.exists(), "a store makes no files");
    std::fs::write(&path, "name,role\nalice,Admin\n".repeat(100)).unwrap();
    assert!(ask().unwrap_err().to_string().contains("not a database"));
}
