//! Attribute stores over real PostgreSQL and MariaDB servers, and over SQLite files.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use claimsmith::engine::{AttributeStore, Query, Row, StoreError};
use claimsmith::store::directory::Password;
use claimsmith::store::sql::{Database, Server, SqlSettings, SqlStore, Tls};
use tempfile::TempDir;

use crate::sql_server::shared_sql_server;
use crate::support::database::Kind::{MariaDb, PostgreSql};
use crate::support::database::{DatabaseServer, shared_database};
use crate::support::waiting::wait_until;

/// Values that are something else in SQL, in patterns, or in some encoding.
const HOSTILE: &[&str] = &[
    "'; DROP TABLE people; --",
    "' OR '1'='1",
    "\\' OR 1=1 -- ",
    "\\",
    "\\\\'",
    "%",
    "_",
    "$1",
    "?",
    "{0}",
    "\u{bf}' OR 1=1",
    "名前 😀 Ünïcode",
    "\u{2019}; --",
    "a\r\nb\tc",
    "",
    " ",
    "NULL",
];

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

fn query(text: &str, parameters: &[&str], columns: usize) -> Query {
    Query {
        store: "HR".into(),
        text: text.into(),
        parameters: parameters.iter().map(|&value| value.into()).collect(),
        columns,
    }
}

fn rows(store: &SqlStore, text: &str, parameters: &[&str], columns: usize) -> Result<Vec<Row>, StoreError> {
    store.answer(&[query(text, parameters, columns)]).map(|mut answers| answers.remove(0))
}

/// The cells of the first column.
fn column(store: &SqlStore, text: &str, parameters: &[&str]) -> Vec<String> {
    let rows = rows(store, text, parameters, 1).unwrap_or_else(|error| panic!("{text}: {error}"));
    rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect()
}

fn error(store: &SqlStore, text: &str, parameters: &[&str]) -> String {
    let error = rows(store, text, parameters, 1).expect_err(text).to_string();
    assert!(!error.contains("Passw0rd"), "{error}");
    error
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
fn hostile_values_arrive_as_data() {
    for (name, store, _folder) in every_store() {
        for value in HOSTILE {
            let told = column(&store, "SELECT CONCAT({0}, '')", &[value]);
            assert_eq!(told, [*value], "{name}");
            assert_eq!(column(&store, "SELECT login FROM people WHERE login = {0}", &[value]), [""; 0], "{name}");
            assert_eq!(column(&store, "SELECT role FROM roles WHERE role = {0}", &[value]), [""; 0], "{name}");
        }
        let odd = "o'brien \"x\" \\ %_";
        assert_eq!(column(&store, "SELECT id FROM people WHERE login = {0}", &[odd]), ["3"], "{name}");
        assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"], "{name}");
    }
}

#[test]
fn a_nul_is_data_or_an_error_and_never_the_end_of_a_value() {
    for (name, store, _folder) in every_store() {
        let found = rows(&store, "SELECT id FROM people WHERE login = {0}", &["alice\0x"], 1);
        match found {
            Ok(rows) => assert_eq!(rows, Vec::<Row>::new(), "{name}"),
            Err(error) => assert!(name == "PostgreSQL" && error.to_string().contains("0x00"), "{name}: {error}"),
        }
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
fn postgresql_takes_a_text_for_what_the_column_is() {
    let store = SqlStore::new(shared_database(PostgreSql).settings()).unwrap();
    for (condition, value, expected) in [
        ("id = {0}", "1", &["alice"][..]),
        ("id = {0}", " 1 ", &["alice"]),
        ("id > {0}", "1", &["bob", "o'brien \"x\" \\ %_"]),
        ("guid = {0}", "{0F8FAD5B-D9CB-469F-A165-70867728950E}", &["alice"]),
        ("born = {0}", "1990-02-28", &["alice"]),
        ("born < {0}", "1990-01-01", &["bob"]),
        ("active = {0}", "true", &["alice"]),
        ("active = {0}", "0", &["bob"]),
        ("amount = {0}", "12.5", &["alice"]),
        ("code = {0}", "AB", &["alice"]),
        ("feeling = {0}", "cross", &["bob"]),
        ("department = {0}", "Engineering", &["alice"]),
        ("login LIKE {0}", "ali%", &["alice"]),
        ("id = {0}::integer", "2", &["bob"]),
        ("id = ANY(string_to_array({0}, ',')::int[])", "1,2", &["alice", "bob"]),
        ("id = {0} OR login = {0}::text", "2", &["bob"]),
        ("login = upper({0}) OR login = lower({0})", "ALICE", &["alice"]),
    ] {
        let text = format!("SELECT login FROM people WHERE {condition} ORDER BY id");
        assert_eq!(column(&store, &text, &[value]), expected, "{condition} {value}");
    }
    assert_eq!(column(&store, "SELECT 'a' || {0} || {1}", &["b", "c"]), ["abc"]);
    assert_eq!(column(&store, "SELECT login FROM people ORDER BY id LIMIT {0}", &["1"]), ["alice"]);
    // A value that is none of its type is an error, as it is to SQL Server.
    let told = error(&store, "SELECT login FROM people WHERE id = {0}", &["1 OR 1=1"]);
    assert!(told.contains("invalid input syntax for type integer"), "{told}");
    // Nothing tells the type of these: they are texts.
    assert_eq!(
        column(&store, "SELECT concat({0}, {1}, id, {0}) FROM people WHERE id = {2}", &["a", "b", "1"]),
        ["ab1a"]
    );
}

#[test]
fn a_changed_column_is_seen() {
    let server = DatabaseServer::start(PostgreSql);
    let store = SqlStore::new(SqlSettings { connections: 1, ..server.settings() }).unwrap();
    let text = "SELECT login FROM people WHERE id = {0}";
    assert_eq!(column(&store, text, &["1"]), ["alice"]);
    server.administer("ALTER TABLE people ALTER COLUMN id TYPE text");
    assert_eq!(column(&store, text, &["1"]), ["alice"]);
}

#[test]
fn every_type_has_one_text() {
    let store = SqlStore::new(shared_database(PostgreSql).settings()).unwrap();
    for (cell, expected) in [
        ("32767::smallint", "32767"),
        ("(-2147483648)::integer", "-2147483648"),
        ("9223372036854775807", "9223372036854775807"),
        ("true", "true"),
        ("false", "false"),
        ("1.5::real", "1.5"),
        ("0.1::double precision", "0.1"),
        ("12.50::numeric", "12.50"),
        ("0.000012300::numeric", "0.000012300"),
        ("-123456789012345678901234567890.5::numeric", "-123456789012345678901234567890.5"),
        ("10000::numeric", "10000"),
        ("0::numeric", "0"),
        ("100000000.00010000::numeric", "100000000.00010000"),
        ("'NaN'::numeric", "NaN"),
        ("'x'::varchar(9)", "x"),
        ("'AB'::char(5)", "AB"),
        ("'n'::name", "n"),
        ("date '2026-02-28'", "2026-02-28"),
        ("time '01:02:03.5'", "01:02:03.5"),
        ("timestamp '1999-12-31 23:59:59.123456'", "1999-12-31T23:59:59.123456"),
        ("timestamptz '2026-06-01 12:00:00+02'", "2026-06-01T10:00:00Z"),
        ("'0F8FAD5B-D9CB-469F-A165-70867728950E'::uuid", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("'\\xff00'::bytea", "/wA="),
        ("'{\"a\": 1}'::json", "{\"a\": 1}"),
        ("'{\"a\":1}'::jsonb", "{\"a\": 1}"),
        ("'calm'::mood", "calm"),
        ("'abc'::short", "abc"),
        ("'<a/>'::xml", "<a/>"),
        ("''", ""),
    ] {
        assert_eq!(column(&store, &format!("SELECT {cell}"), &[]), [expected], "{cell}");
    }
    for (cell, kind) in [
        ("'1 day'::interval", "interval"),
        ("ARRAY[1]", "int4[]"),
        ("'10.0.0.1'::inet", "inet"),
        ("'infinity'::date", "date"),
        ("'-infinity'::timestamp", "timestamp"),
    ] {
        let told = error(&store, &format!("SELECT {cell} AS odd"), &[]);
        assert!(told.contains(&format!("the column `odd` is of the type `{kind}`")), "{told}");
        assert!(told.contains("CAST(odd AS …)"), "{told}");
    }

    let store = SqlStore::new(shared_database(MariaDb).settings()).unwrap();
    for (cell, expected) in [
        ("CAST(-5 AS SIGNED)", "-5"),
        ("CAST(18446744073709551615 AS UNSIGNED)", "18446744073709551615"),
        ("12.50", "12.50"),
        ("TRUE", "1"),
        ("1.5e0", "1.5"),
        ("'x'", "x"),
        ("'x' COLLATE utf8mb4_bin", "x"),
        ("CAST('x' AS BINARY)", "eA=="),
        ("x'ff00'", "/wA="),
        ("DATE '2026-02-28'", "2026-02-28"),
        ("TIME '-25:02:03'", "-25:02:03"),
        ("TIMESTAMP '1999-12-31 23:59:59.25'", "1999-12-31T23:59:59.25"),
        ("TIMESTAMP '1999-12-31 00:00:00'", "1999-12-31T00:00:00"),
        ("CAST(1.25 AS FLOAT)", "1.25"),
        ("b'101'", "BQ=="),
        ("(SELECT active FROM people WHERE id = 1)", "1"),
        ("(SELECT feeling FROM people WHERE id = 1)", "calm"),
        ("(SELECT code FROM people WHERE id = 1)", "AB"),
        ("(SELECT department FROM people WHERE id = 3)", "Ünïcode 名前 😀"),
        ("JSON_OBJECT('a', 1)", "{\"a\": 1}"),
    ] {
        assert_eq!(column(&store, &format!("SELECT {cell}"), &[]), [expected], "{cell}");
    }
    assert!(error(&store, "SELECT POINT(1, 1) AS odd", &[]).contains("the column `odd` is of the type `geometry`"));

    let (settings, _folder) = people_in_sqlite();
    let store = SqlStore::new(settings).unwrap();
    for (cell, expected) in [("1", "1"), ("1.5", "1.5"), ("'x'", "x"), ("x'ff00'", "/wA="), ("x''", "")] {
        assert_eq!(column(&store, &format!("SELECT {cell}"), &[]), [expected], "{cell}");
    }
}

/// As the manual says, and how to tell such people apart.
#[test]
fn mariadb_overlooks_case_and_blanks_at_the_end() {
    let store = SqlStore::new(shared_database(MariaDb).settings()).unwrap();
    for (login, is_bob) in [("bob", true), ("BOB", true), ("bob ", true), (" bob", false)] {
        let expected: &[&str] = if is_bob { &["ReadOnly"] } else { &[] };
        assert_eq!(column(&store, "SELECT role FROM roles WHERE login = {0}", &[login]), expected, "{login:?}");
        let exactly = column(&store, "SELECT role FROM roles WHERE login = BINARY {0}", &[login]);
        assert_eq!(exactly.is_empty(), login != "bob", "{login:?}");
    }
}

#[test]
fn mariadb_compares_no_part_of_a_value() {
    let store = SqlStore::new(shared_database(MariaDb).settings()).unwrap();
    assert_eq!(column(&store, "SELECT login FROM people WHERE id = {0}", &["1"]), ["alice"]);
    for value in ["1abc", "alice", "", "1 OR 1=1"] {
        let told = error(&store, "SELECT login FROM people WHERE active = {0}", &[value]);
        assert!(told.contains("compared with a part of the value"), "{value}: {told}");
        // Through an index the server may find out by itself that no number is written so.
        match rows(&store, "SELECT login FROM people WHERE id = {0}", &[value], 1) {
            Ok(rows) => assert_eq!(rows, Vec::<Row>::new(), "{value}"),
            Err(error) => assert!(error.to_string().contains("a part of the value"), "{value}: {error}"),
        }
    }
    let text = "SELECT login FROM people WHERE CAST(id AS CHAR) = {0}";
    assert_eq!(column(&store, text, &["1abc"]), [""; 0]);
    assert_eq!(column(&store, text, &["1"]), ["alice"]);
}

#[test]
fn backslashes_are_data_whatever_the_server_takes_them_for() {
    let server = DatabaseServer::start(MariaDb);
    for mode in ["", "NO_BACKSLASH_ESCAPES", "ANSI_QUOTES,PIPES_AS_CONCAT"] {
        server.administer(&format!("SET GLOBAL sql_mode = '{mode}'"));
        let store = SqlStore::new(server.settings()).unwrap();
        for value in HOSTILE {
            assert_eq!(column(&store, "SELECT CONCAT({0}, '')", &[value]), [*value], "{mode}");
        }
        assert!(error(&store, "SELECT 'it\\'s'", &[]).contains("backslash"));
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
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        assert_eq!(column(&store, "SELECT login FROM people WHERE id = {0}", &["1"]), ["alice"]);
                    }
                });
            }
        });
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
