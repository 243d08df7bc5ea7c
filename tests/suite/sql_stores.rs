//! Attribute stores over real PostgreSQL and MariaDB servers, and over SQLite files.

mod reaching;
mod values;
mod writing;

use claimsmith::engine::{AttributeStore, Row, StoreError};
use claimsmith::store::sql::{Database, SqlSettings, SqlStore};
use tempfile::TempDir;

use crate::sql_server::shared_sql_server;
use crate::support::database::Kind::{MariaDb, PostgreSql};
use crate::support::database::shared_database;
use crate::support::sql_questions::{column, error, query, rows};

/// The same people as in the servers, for SQLite.
pub const PEOPLE: [&str; 5] = [
    "CREATE TABLE people (id integer PRIMARY KEY, login text, born text, active boolean, department text, amount)",
    "INSERT INTO people VALUES (1, 'alice', '1990-02-28', 1, 'Engineering', 12.5), \
     (2, 'bob', '1985-12-31', 0, NULL, 0.05), (3, 'o''brien \"x\" \\ %_', NULL, NULL, 'Ünïcode 名前 😀', NULL)",
    "CREATE TABLE roles (login text, role text)",
    "INSERT INTO roles VALUES ('alice', 'Admin'), ('alice', 'ReadOnly'), ('bob', 'ReadOnly')",
    "CREATE TABLE visits (login text)",
];

/// Every kind of database, for what is the same for all.
fn every_store() -> Vec<(&'static str, SqlStore, Option<TempDir>)> {
    let (sqlite, folder) = people_in_sqlite();
    vec![
        ("PostgreSQL", SqlStore::new(shared_database(PostgreSql).settings()).unwrap(), None),
        ("MariaDB", SqlStore::new(shared_database(MariaDb).settings()).unwrap(), None),
        ("SQLite", SqlStore::new(sqlite).unwrap(), Some(folder)),
        ("SQL Server", SqlStore::new(shared_sql_server().settings()).unwrap(), None),
    ]
}

/// A file with the same people as the servers.
pub fn people_in_sqlite() -> (SqlSettings, TempDir) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("people.db");
    let writing = SqlSettings { read_only: false, ..SqlSettings::of(Database::Sqlite(path.clone())) };
    std::fs::write(&path, "").unwrap();
    let store = SqlStore::new(writing).unwrap();
    for statement in PEOPLE {
        // Statements that answer nothing have no field.
        assert!(store.answer(&[query(statement, &[], 0)]).is_ok(), "{statement}");
    }
    (SqlSettings::of(Database::Sqlite(path)), folder)
}

#[test]
fn every_database_answers_the_same() {
    for (name, store, _folder) in every_store() {
        let roles = |login: &str| column(&store, "SELECT role FROM roles WHERE login = {0} ORDER BY role", &[login]);
        assert_eq!(roles("alice"), ["Admin", "ReadOnly"], "{name}");
        assert_eq!(roles("nobody"), [""; 0], "{name}: no rows are no claims");
        let repeated = "SELECT {1} FROM people WHERE login = {0} AND {0} <> {1};";
        assert_eq!(column(&store, repeated, &["alice", "x"]), ["x"], "{name}");
        assert_eq!(column(&store, "SELECT login FROM people WHERE id = 1", &["unused"]), ["alice"], "{name}");
        let cells = rows(&store, "SELECT department, login FROM people WHERE id = {0}", &["2"], 2).unwrap();
        assert_eq!(cells, [[None, Some("bob".into())]], "{name}: NULL leaves the other cells");
        let several = store.answer(&[
            query("SELECT login FROM people WHERE id = {0}", &["2"], 1),
            query("SELECT login FROM people WHERE id = {0}", &["1"], 1),
        ]);
        assert_eq!(several.unwrap(), [[[Some("bob".into())]], [[Some("alice".into())]]], "{name}");
        assert_eq!(store.answer(&[]).unwrap(), Vec::<Vec<Row>>::new(), "{name}");
        assert_eq!(store.check(), Ok(()), "{name}");
    }
}

#[test]
fn fields_are_counted() {
    for (name, store, _folder) in every_store() {
        for (text, columns, told) in [
            ("SELECT login, id FROM people", 1, "asks for 2 fields, but `types` has 1 entry (AD FS: POLICY0019)"),
            ("SELECT login FROM people WHERE 1 = 0", 3, "asks for 1 field, but `types` has 3 entries"),
        ] {
            let error = rows(&store, text, &[], columns).unwrap_err();
            assert!(matches!(error, StoreError::Columns { .. }) && error.to_string().contains(told), "{name}: {error}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_query_is_told() {
    for (name, store, _folder) in every_store() {
        for (text, told) in [
            ("SELECT login FROM people WHERE login = '{0}'", "`{0}` stands in quotes; write it without quotes"),
            ("SELECT login FROM people -- {0}", "`{0}` stands in a comment"),
            ("SELECT login FROM people; DROP TABLE people", "it has more than one statement"),
            ("SELECT login FROM {0}", ""),
            ("SELECT nothing FROM people", "nothing"),
            ("SELEKT login", "SELEKT"),
            ("SELECT {1}", "it uses `{1}`, but the rule has 1 parameters"),
        ] {
            let error = rows(&store, text, &["x"], 1).unwrap_err();
            assert!(matches!(error, StoreError::Query { .. }), "{name}: {text}: {error:?}");
            assert!(error.to_string().contains(told), "{name}: {text}: {error}");
        }
        // The connection of a failed query is as good as before.
        assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"], "{name}");
    }
}

#[test]
fn too_many_rows_are_an_error() {
    for (name, store, _folder) in every_store() {
        let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001) SELECT i FROM n";
        let told = error(&store, numbers, &[]);
        assert!(told.contains("the answer has more than 1000 rows"), "{name}: {told}");
        let fewer = numbers.replace("1001", "1000");
        assert_eq!(column(&store, &fewer, &[]).len(), 1000, "{name}");
    }
}
