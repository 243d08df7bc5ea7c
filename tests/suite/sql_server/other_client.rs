//! That the made-up SQL Server speaks as the real one does: python-tds, which others use against real ones, reads its
//! answers as they were meant.

use serde_json::{Value, json};

use super::cases::TYPES;
use super::people;
use crate::support::fake_sql_server::{Asked, address};
use crate::support::python::judge;

/// What Python writes of a cell where it is not our text.
const OTHERWISE: &[(&str, &str)] = &[
    ("CAST(12.5 AS decimal(10, 2))", "12.5"),
    ("CAST(1234.5 AS money)", "1234.5"),
    ("CAST('1999-12-31T23:59:59.997' AS datetime)", "1999-12-31 23:59:59.997000"),
    ("CAST('1999-12-31T12:00:00' AS datetime)", "1999-12-31 12:00:00"),
    ("CAST('1753-01-01T00:00:00.003' AS datetime)", "1753-01-01 00:00:00.003000"),
    ("CAST('2026-11-21T08:30:00' AS smalldatetime)", "2026-11-21 08:30:00"),
    ("CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))", "9999-12-31 23:59:59.999999"),
    ("CAST('2026-06-01T12:00:00.25 +02:00' AS datetimeoffset(3))", "2026-06-01 12:00:00.250000+02:00"),
    ("CAST('01:02:03.5' AS time(7))", "01:02:03.500000"),
    ("0xFF00", "b'\\xff\\x00'"),
    ("CAST(0xFF AS binary(2))", "b'\\xff\\x00'"),
    ("CAST(0xFF00 AS varbinary(max))", "b'\\xff\\x00'"),
];

#[test]
fn another_client_reads_the_same() {
    let server = people();
    let hostile = "'; DROP TABLE people; -- 名前 😀";
    let long = "名".repeat(5_000);
    let mut queries: Vec<Value> = TYPES.iter().map(|(cell, _)| json!([format!("SELECT {cell} AS cell"), []])).collect();
    queries.push(json!(["SELECT department, login FROM people ORDER BY id", []]));
    queries.push(json!(["SELECT CONCAT(%s, ''), %s", [hostile, long]]));
    queries.push(json!(["SELECT login FROM people WHERE login = %s", ["alice"]]));
    queries.push(json!(["SELECT nowhere FROM people", []]));
    queries.push(json!(["SELECT count(*) FROM people", []]));
    let told = judge(
        include_str!("../../support/tds_referee.py"),
        &json!({
            "host": address(), "port": server.port(), "database": "people", "user": "reader",
            "password": "Passw0rd.reader", "ca_file": server.ca_file(), "queries": queries,
        }),
    );
    let asked = server.asked();
    let answers = told["answers"].as_array().unwrap();
    let expected = |&(cell, expected): &(&'static str, &'static str)| {
        let odd = OTHERWISE.iter().find(|(odd, _)| *odd == cell);
        (cell, json!([[odd.map_or(expected, |(_, written)| written)]]))
    };
    let read = TYPES.iter().zip(answers).map(|((cell, _), answer)| (*cell, answer.clone()));
    let wrong: Vec<_> = read.zip(TYPES.iter().map(expected)).filter(|(read, expected)| read != expected).collect();
    assert_eq!(wrong, []);
    let [people, hostilities, found, wrong, count] = answers.last_chunk().unwrap();
    let odd = "o'brien \"x\" \\ %_";
    assert_eq!(people, &json!([["Engineering", "alice"], [null, "bob"], ["Ünïcode 名前 😀", odd]]));
    assert_eq!(hostilities, &json!([[hostile, long]]));
    assert_eq!(found, &json!([["alice"]]));
    assert_eq!(wrong["number"], 207, "{wrong}");
    assert!(wrong["message"].as_str().unwrap().contains("no such column"), "{wrong}");
    assert_eq!(count, &json!([["3"]]));
    assert!(told["refused"].as_str().unwrap().contains("Login failed for user 'reader'"), "{told}");
    // It was encrypted, and asked with parameters as the store asks.
    assert!(asked.iter().any(|asked| matches!(asked, Asked::Connect { encryption: 1 | 3 })), "{asked:?}");
    assert!(asked.iter().any(|asked| matches!(asked, Asked::Query { values, .. } if values.len() == 2)));
}
