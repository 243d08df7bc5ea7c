//! What a value is on its way to a database, and a cell on its way back.

use claimsmith::engine::Row;
use claimsmith::store::sql::{SqlSettings, SqlStore};

use super::{every_store, people_in_sqlite};
use crate::support::database::Kind::{MariaDb, PostgreSql};
use crate::support::database::{DatabaseServer, shared_database};
use crate::support::sql_questions::{column, error, rows};

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
