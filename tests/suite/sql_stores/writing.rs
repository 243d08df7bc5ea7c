//! What a store may change: nothing, unless it is told otherwise.

use claimsmith::engine::{AttributeStore, StoreError};
use claimsmith::store::sql::{SqlSettings, SqlStore};

use super::people_in_sqlite;
use crate::support::database::Kind::{MariaDb, PostgreSql};
use crate::support::database::{DatabaseServer, shared_database};
use crate::support::sql_questions::{column, error, query, rows};

#[test]
fn a_read_only_store_changes_nothing() {
    let (sqlite, _folder) = people_in_sqlite();
    let writer = |kind| shared_database(kind).settings_with(shared_database(kind).server("writer"));
    for (name, settings) in [("PostgreSQL", writer(PostgreSql)), ("MariaDB", writer(MariaDb)), ("SQLite", sqlite)] {
        let store = SqlStore::new(settings).unwrap();
        for text in
            ["INSERT INTO visits VALUES ({0}) RETURNING login", "DELETE FROM roles WHERE login = {0} RETURNING login"]
        {
            let told = error(&store, text, &["alice"]);
            assert!(told.contains("`read_only: false` lets queries write"), "{name}: {told}");
        }
        assert_eq!(column(&store, "SELECT count(*) FROM roles", &[]), ["3"], "{name}");
    }
    // Nor can a query make it another store for those that come after it.
    let server = shared_database(PostgreSql);
    let mut settings = server.settings_with(server.server("writer"));
    settings.connections = 1;
    let store = SqlStore::new(settings).unwrap();
    let told = error(&store, "SELECT visit({0})", &["mallory"]);
    assert!(told.contains("read-only"), "{told}");
    let switch = "SELECT set_config('default_transaction_read_only', 'off', false)";
    assert_eq!(column(&store, switch, &[]), ["off"]);
    assert_eq!(column(&store, "SHOW default_transaction_read_only", &[]), ["on"]);
    assert!(error(&store, "SELECT visit({0})", &["mallory"]).contains("read-only"));
}

/// Its read-only transactions end silently with a statement that changes tables, and with a `COMMIT` in a procedure.
#[test]
fn mariadb_stays_read_only_when_the_transaction_ends() {
    let server = shared_database(MariaDb);
    let settings = server.settings_with(server.server("writer"));
    let store = SqlStore::new(SqlSettings { connections: 1, ..settings }).unwrap();
    for text in [
        "DROP TABLE roles",
        "CREATE TABLE made (a int)",
        "TRUNCATE roles",
        "LOCK TABLES roles WRITE",
        "SET SESSION TRANSACTION READ WRITE",
        "SET autocommit = 0",
        "COMMIT",
        "SELECT 1 INTO @a",
        "DO 1",
    ] {
        let told = error(&store, text, &[]);
        assert!(told.contains("asks for 0 fields, but `types` has 1 entry"), "{text}: {told}");
    }
    for procedure in ["commits", "commits_in_silence"] {
        let told = error(&store, &format!("CALL {procedure}({{0}})"), &["ended"]);
        assert!(told.contains("`read_only: false` lets queries write"), "{procedure}: {told}");
    }
    let told = error(&store, "CALL begins_another({0})", &["ended"]);
    assert!(told.contains("it ended the read-only transaction that it ran in") && told.contains("COMMIT"), "{told}");
    // Nor is the next query of the connection let do more.
    assert_eq!(column(&store, "CALL switches({0})", &["x"]), ["x"]);
    assert!(error(&store, "CALL commits({0})", &["ended"]).contains("read-only"));
    assert_eq!(column(&store, "SELECT count(*) FROM roles", &[]), ["3"]);
    let changed = "SELECT login FROM people.visits WHERE login = 'ended' UNION ALL \
                   SELECT table_name FROM information_schema.tables WHERE table_name = 'made'";
    assert_eq!(server.administer(changed), [""; 0]);
}

#[test]
fn a_procedure_of_mariadb_answers_with_one_table() {
    let store = SqlStore::new(shared_database(MariaDb).settings()).unwrap();
    assert!(error(&store, "CALL two_tables()", &[]).contains("it answers with more than one table; select one"));
    let told = error(&store, "/* none */ call no_table()", &[]);
    assert!(told.contains("asks for 0 fields, but `types` has 1 entry"), "{told}");
    assert_eq!(column(&store, "CALL roles_of({0})", &["nobody"]), [""; 0]);
    assert_eq!(column(&store, "CALL roles_of({0})", &["bob"]), ["ReadOnly"]);
}

#[test]
fn a_store_that_may_write_runs_procedures() {
    let server = shared_database(PostgreSql);
    let store = SqlStore::new(server.writing_settings()).unwrap();
    assert_eq!(column(&store, "SELECT visit({0})", &["p-function"]), ["p-function"]);
    assert_eq!(column(&store, "CALL note_visit({0})", &["p-procedure"]), ["p-procedure"]);
    let visits = server.administer("SELECT login FROM visits WHERE login LIKE 'p-%' ORDER BY 1");
    assert_eq!(visits, ["p-function", "p-procedure"]);
    // What a failed batch did is undone.
    let failing = [query("SELECT visit({0})", &["p-undone"], 1), query("SELECT 1/0", &[], 1)];
    assert!(store.answer(&failing).unwrap_err().to_string().contains("division by zero"));
    assert_eq!(server.administer("SELECT login FROM visits WHERE login = 'p-undone'"), [""; 0]);

    let server = shared_database(MariaDb);
    let reading = SqlStore::new(server.settings()).unwrap();
    assert_eq!(column(&reading, "CALL roles_of({0})", &["alice"]), ["Admin", "ReadOnly"]);
    assert!(matches!(rows(&reading, "CALL roles_of({0})", &["alice"], 2), Err(StoreError::Columns { .. })));
    assert!(error(&reading, "CALL visit({0})", &["m-refused"]).contains("read-only"));
    let writing = SqlStore::new(server.writing_settings()).unwrap();
    assert_eq!(column(&writing, "CALL visit({0})", &["m-procedure"]), ["m-procedure"]);
    assert_eq!(server.administer("SELECT login FROM people.visits WHERE login LIKE 'm-%'"), ["m-procedure"]);
}

#[test]
fn a_statement_that_writes_is_never_run_twice() {
    for kind in [PostgreSql, MariaDb] {
        let server = DatabaseServer::start(kind);
        let store = SqlStore::new(server.writing_settings()).unwrap();
        let visit = match kind {
            PostgreSql => "SELECT visit({0})",
            MariaDb => "CALL visit({0})",
        };
        assert_eq!(column(&store, visit, &["first"]), ["first"]);
        server.kill();
        server.restart();
        // The dead connection is found out before anything was written.
        assert_eq!(column(&store, visit, &["second"]), ["second"], "{kind:?}");
        let visits = match kind {
            PostgreSql => "SELECT count(*) FROM visits WHERE login = 'second'",
            MariaDb => "SELECT count(*) FROM people.visits WHERE login = 'second'",
        };
        assert_eq!(server.administer(visits), ["1"]);
    }
}
