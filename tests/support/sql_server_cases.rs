//! What a store over a SQL Server does, asked of whatever server it is: the made-up one of the suite, or a real one.
//!
//! The queries are ones that both understand: Transact-SQL that SQLite also knows, or that the made-up server has an
//! answer for.

use std::time::{Duration, Instant};

use claimsmith::engine::{AttributeStore, StoreError};
use claimsmith::store::sql::{SqlSettings, SqlStore};

use super::questions::{column, conforms, error, many_ask_at_once, query, rows};

/// Cells of every type, and their text.
pub const TYPES: &[(&str, &str)] = &[
    ("CAST(255 AS tinyint)", "255"),
    ("CAST(-32768 AS smallint)", "-32768"),
    ("CAST(-2147483648 AS int)", "-2147483648"),
    ("CAST(9223372036854775807 AS bigint)", "9223372036854775807"),
    ("1 + 1", "2"),
    ("CAST(1 AS bit)", "True"),
    ("CAST(0 AS bit)", "False"),
    ("CAST(1.5 AS real)", "1.5"),
    ("CAST(0.1 AS float)", "0.1"),
    ("CAST(12.5 AS decimal(10, 2))", "12.50"),
    ("CAST(-0.05 AS numeric(5, 2))", "-0.05"),
    ("CAST('-12345678901234567890123456789012345678' AS decimal(38, 0))", "-12345678901234567890123456789012345678"),
    ("CAST(1234.5 AS money)", "1234.5000"),
    ("CAST(-0.0001 AS smallmoney)", "-0.0001"),
    ("CAST('x' AS varchar(9))", "x"),
    ("CAST('AB' AS char(5))", "AB   "),
    ("CAST('AB' AS nchar(5))", "AB   "),
    ("CAST(N'\u{540d}\u{524d} \u{1f600}' AS nvarchar(20))", "\u{540d}\u{524d} \u{1f600}"),
    ("CAST(N'long' AS nvarchar(max))", "long"),
    ("CAST('long' AS varchar(max))", "long"),
    ("CAST('\u{dc}' AS varchar(9))", "\u{dc}"),
    ("CAST('2026-02-28' AS date)", "2026-02-28"),
    ("CAST('0001-01-01' AS date)", "0001-01-01"),
    ("CAST('01:02:03.5' AS time(7))", "01:02:03.5"),
    ("CAST('01:02:03' AS time(0))", "01:02:03"),
    ("CAST('1999-12-31T23:59:59.997' AS datetime)", "1999-12-31T23:59:59.997"),
    ("CAST('1999-12-31T12:00:00' AS datetime)", "1999-12-31T12:00:00"),
    ("CAST('1753-01-01T00:00:00.003' AS datetime)", "1753-01-01T00:00:00.003"),
    ("CAST('2026-11-21T08:30:00' AS smalldatetime)", "2026-11-21T08:30:00"),
    ("CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))", "9999-12-31T23:59:59.9999999"),
    ("CAST('2026-06-01T12:00:00.25 +02:00' AS datetimeoffset(3))", "2026-06-01T10:00:00.25Z"),
    ("CAST('0F8FAD5B-D9CB-469F-A165-70867728950E' AS uniqueidentifier)", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    ("0xFF00", "/wA="),
    ("CAST(0xFF AS binary(2))", "/wA="),
    ("CAST(0xFF00 AS varbinary(max))", "/wA="),
    ("CAST('<a/>' AS xml)", "<a/>"),
    ("CAST(N'v' AS sql_variant)", "v"),
    ("CAST(42 AS sql_variant)", "42"),
];

/// Cells that have no one text, and the name of their type.
pub const NO_TEXTS: &[(&str, &str)] =
    &[("hierarchyid::Parse('/1/')", "CLR"), ("CAST(922337203685477.5807 AS money)", "money")];

/// What fails for the value, and not for the text.
pub const CONVERTED: &str = "SELECT login FROM people WHERE id = @P1";
/// Takes longer than anybody waits.
pub const SLOW: &str = "WAITFOR DELAY '00:00:30'";

const HOSTILE: &[&str] = &[
    "'; DROP TABLE people; --",
    "' OR '1'='1",
    "] OR 1=1 --",
    "%",
    "_",
    "[a-z]",
    "@P1",
    "{0}",
    "名前 😀 Ünïcode",
    "a\r\nb\tc",
    "",
    " ",
    "NULL",
];

/// All that holds of a store that may only read.
pub fn reads(settings: impl Fn() -> SqlSettings) {
    let store = SqlStore::new(SqlSettings { connections: 1, ..settings() }).unwrap();
    assert_eq!(store.check(), Ok(()));
    conforms(&store, "SQL Server");
    every_type_has_one_text(&store);
    values_are_data(&store);
    failures_leave_the_connection(&store);
    nothing_is_changed(&store);
    too_many_rows_are_an_error(&store);
    many_ask_at_once(&SqlStore::new(SqlSettings { connections: 2, ..settings() }).unwrap());
    nobody_waits_for_ever(settings());
}

fn every_type_has_one_text(store: &SqlStore) {
    for (cell, expected) in TYPES {
        let found = rows(store, &format!("SELECT {cell} AS cell"), &[], 1);
        assert_eq!(found, Ok(vec![vec![Some((*expected).into())]]), "{cell}");
    }
    for (cell, _) in TYPES {
        // NULL is none, and the type says nothing about that.
        let text = format!("SELECT NULLIF(cell, cell) AS cell, 'x' AS x FROM (SELECT {cell} AS cell) AS t");
        if !cell.contains("xml") {
            assert_eq!(rows(store, &text, &[], 2), Ok(vec![vec![None, Some("x".into())]]), "{cell}");
        }
    }
    for (cell, kind) in NO_TEXTS {
        let told = error(store, &format!("SELECT {cell} AS odd"), &[]);
        assert!(told.contains(&format!("the column `odd` is of the type `{kind}`")), "{told}");
    }
}

fn values_are_data(store: &SqlStore) {
    let long = "名".repeat(5_000);
    for value in HOSTILE.iter().copied().chain([long.as_str()]) {
        assert_eq!(column(store, "SELECT CONCAT({0}, '')", &[value]), [value]);
        assert_eq!(column(store, "SELECT login FROM people WHERE login = {0}", &[value]), [""; 0]);
    }
    let odd = "o'brien \"x\" \\ %_";
    assert_eq!(column(store, "SELECT id FROM people WHERE login = {0}", &[odd]), ["3"]);
    // The server takes a text for what the column is.
    assert_eq!(column(store, "SELECT login FROM people WHERE id = {0}", &["2"]), ["bob"]);
    // A parameter that stands at two places is one.
    let text =
        "SELECT COALESCE(department, {1}) FROM people WHERE id < {0} GROUP BY COALESCE(department, {1}) ORDER BY 1";
    assert_eq!(column(store, text, &["3", "none"]), ["Engineering", "none"]);
    let repeated = "SELECT {1} FROM people WHERE login = {0} AND {0} <> {1}";
    assert_eq!(column(store, repeated, &["alice", "x"]), ["x"]);
    assert_eq!(column(store, "EXEC roles_of {0}", &["alice"]), ["Admin", "ReadOnly"]);
    assert_eq!(column(store, "SELECT [login] FROM people WHERE \"id\" = 1", &[]), ["alice"]);
}

fn failures_leave_the_connection(store: &SqlStore) {
    for (text, parameters, told) in [
        ("SELECT login FROM nowhere", &[][..], "nowhere"),
        ("SELECT nothing FROM people", &[], "nothing"),
        ("SELECT login FROM people WHERE id = {0}", &["x"], "error 245"),
        ("EXEC two_tables {0}", &["x"], "more than one table"),
        ("SELECT login FROM people WHERE login = '{0}'", &["x"], "stands in quotes"),
        ("SELECT login FROM people DELETE FROM people", &[], "more than one statement"),
    ] {
        let found = rows(store, text, parameters, 1).unwrap_err();
        assert!(matches!(found, StoreError::Query { .. }) && found.to_string().contains(told), "{text}: {found:?}");
        assert_eq!(column(store, "SELECT count(*) FROM people", &[]), ["3"], "{text}");
    }
    for (text, columns) in [("SELECT login, id FROM people", 1), ("SELECT login FROM people WHERE 1 = 0", 3)] {
        let found = rows(store, text, &[], columns).unwrap_err();
        assert!(matches!(found, StoreError::Columns { .. }), "{text}: {found:?}");
        assert_eq!(column(store, "SELECT count(*) FROM people", &[]), ["3"], "{text}");
    }
}

fn nothing_is_changed(store: &SqlStore) {
    for text in ["INSERT INTO visits VALUES ({0})", "DELETE FROM roles WHERE login = {0}", "UPDATE people SET id = {0}"]
    {
        let told = error(store, text, &["9"]);
        assert!(told.contains("`read_only: false` lets queries write"), "{told}");
    }
    // A procedure is not seen through. What it did is rolled back, and visible to nobody.
    assert_eq!(column(store, "EXEC visit {0}", &["mallory"]), ["mallory"]);
    assert_eq!(column(store, "SELECT count(*) FROM visits WHERE login = 'mallory'", &[]), ["0"]);
    // One that commits is found out, and its answer is not used.
    let told = error(store, "EXEC commits", &[]);
    assert!(told.contains("it ended the transaction that it ran in"), "{told}");
    assert_eq!(column(store, "SELECT count(*) FROM people", &[]), ["3"]);
}

fn too_many_rows_are_an_error(store: &SqlStore) {
    let many = "SELECT a.login FROM people a CROSS JOIN people b CROSS JOIN people c CROSS JOIN people d CROSS JOIN people e \
                CROSS JOIN people f CROSS JOIN people g";
    let told = error(store, many, &[]);
    assert!(told.contains("the answer has more than 1000 rows"), "{told}");
    assert_eq!(column(store, "SELECT count(*) FROM people", &[]), ["3"]);
}

fn nobody_waits_for_ever(settings: SqlSettings) {
    let store = SqlStore::new(SqlSettings { statement_timeout: Duration::from_secs(1), ..settings }).unwrap();
    let started = Instant::now();
    let found = rows(&store, SLOW, &[], 1).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(10));
    let told = found.to_string();
    assert!(matches!(found, StoreError::Unavailable { .. }) && told.contains("no answer within"), "{told}");
    assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"]);
}

/// All that holds of a store that may write.
pub fn writes(settings: SqlSettings) {
    let store = SqlStore::new(settings).unwrap();
    let visits = |login: &str| column(&store, "SELECT login FROM visits WHERE login = {0}", &[login]);
    assert_eq!(column(&store, "EXEC visit {0}", &["w-procedure"]), ["w-procedure"]);
    assert_eq!(visits("w-procedure"), ["w-procedure"]);
    assert_eq!(rows(&store, "INSERT INTO visits VALUES ({0})", &["w-insert"], 0), Ok(Vec::new()));
    assert_eq!(visits("w-insert"), ["w-insert"]);
    // What a failed batch did is undone.
    let failing = [query("EXEC visit {0}", &["w-undone"], 1), query("SELECT login FROM nowhere", &[], 1)];
    assert!(store.answer(&failing).unwrap_err().to_string().contains("nowhere"));
    assert_eq!(visits("w-undone"), [""; 0]);
    // So is what a query did that has the wrong number of fields.
    assert!(matches!(rows(&store, "EXEC visit {0}", &["w-fields"], 2), Err(StoreError::Columns { .. })));
    assert_eq!(visits("w-fields"), [""; 0]);
}
