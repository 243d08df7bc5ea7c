//! SQL Server as an attribute store, over a made-up server that speaks its protocol.
//!
//! `make sql-server` runs the same cases against a real one.

#[path = "../../support/sql_server_cases.rs"]
mod cases;
mod other_client;
mod raw;
mod reaching;

use std::sync::OnceLock;
use std::time::Duration;

use claimsmith::store::sql::{SqlSettings, SqlStore};

use self::cases::{CONVERTED, NO_TEXTS, SLOW, TYPES};
use self::questions::{column, error, rows};
use self::raw::raw;
use crate::sql_stores::PEOPLE;
use crate::support::fake_sql_server::token::{Table, Type, utf16};
use crate::support::fake_sql_server::{Asked, FakeSqlServer, UsualAnswer};
use crate::support::sql_questions as questions;
use crate::support::waiting::wait_until;

/// The server that tests share which only ask it.
pub fn shared_sql_server() -> &'static FakeSqlServer {
    static SHARED: OnceLock<FakeSqlServer> = OnceLock::new();
    SHARED.get_or_init(people)
}

/// A server with the people of the other databases, and what SQLite does not know.
pub fn people() -> FakeSqlServer {
    let server = FakeSqlServer::start(&PEOPLE);
    for (cell, _) in TYPES.iter().chain(NO_TEXTS) {
        let (kind, value) = raw(cell);
        let name = if NO_TEXTS.iter().any(|(odd, _)| odd == cell) { "odd" } else { "cell" };
        let table = Table { columns: vec![(name.to_owned(), kind.clone())], rows: vec![vec![Some(value)]] };
        server.answer(&format!("SELECT {cell} AS {name}"), UsualAnswer::Table(table));
        let text = format!("SELECT NULLIF(cell, cell) AS cell, 'x' AS x FROM (SELECT {cell} AS cell) AS t");
        let kind = if let Type::Fixed(_) = kind { Type::Short(0x26, vec![4]) } else { kind };
        let columns = vec![("cell".to_owned(), kind), ("x".to_owned(), Type::nvarchar())];
        server.answer(&text, UsualAnswer::Table(Table { columns, rows: vec![vec![None, Some(utf16("x"))]] }));
    }
    let one =
        |cell: &str| Table { columns: vec![("a".to_owned(), Type::nvarchar())], rows: vec![vec![Some(utf16(cell))]] };
    let procedures = [
        ("EXEC roles_of @P1", UsualAnswer::Statement("SELECT role FROM roles WHERE login = @P1 ORDER BY 1".to_owned())),
        ("EXEC visit @P1", UsualAnswer::Statement("INSERT INTO visits VALUES (@P1) RETURNING login".to_owned())),
        ("EXEC two_tables @P1", UsualAnswer::Tables(vec![one("a"), one("b")])),
        ("EXEC commits", UsualAnswer::Commits("INSERT INTO visits VALUES ('committed')".to_owned())),
        (SLOW, UsualAnswer::Sleep(Duration::from_secs(30))),
    ];
    let message = "Conversion failed when converting the nvarchar value 'x' to data type int.";
    server.answer_if(CONVERTED, "x", of_server(245, 16, message, true));
    for (text, answer) in procedures {
        server.answer(text, answer);
    }
    server
}

fn of_server(number: u32, class: u8, message: &str, ends_transaction: bool) -> UsualAnswer {
    UsualAnswer::Error { number, class, message: message.to_owned(), ends_transaction }
}

#[test]
fn it_does_what_stores_do() {
    let server = people();
    cases::reads(|| server.settings());
    cases::writes(server.writing_settings());
    server.asked();
}

#[test]
fn parameters_are_bound_as_texts_and_never_written() {
    let server = people();
    let store = SqlStore::new(server.settings()).unwrap();
    column(&store, "SELECT {1} FROM people WHERE login = {0} AND {0} <> {1}", &["alice", "'x"]);
    let asked = server.asked();
    let text = "SELECT @P1 FROM people WHERE login = @P2 AND @P2 <> @P1".to_owned();
    let values = vec![Some("'x".to_owned()), Some("alice".to_owned())];
    assert!(asked.contains(&Asked::Query { text, values }), "{asked:?}");
    let batches: Vec<&str> = asked
        .iter()
        .filter_map(|asked| if let Asked::Batch(text) = asked { Some(text.as_str()) } else { None })
        .collect();
    assert!(batches[0].starts_with("SET QUOTED_IDENTIFIER") && batches[0].ends_with("SET LOCK_TIMEOUT 5000"));
    assert_eq!(batches[1..], ["BEGIN TRANSACTION", "ROLLBACK TRANSACTION"]);
}

#[test]
fn a_query_that_takes_too_long_is_stopped_at_the_server() {
    let server = people();
    let short = SqlSettings { statement_timeout: Duration::from_secs(1), ..server.settings() };
    let store = SqlStore::new(short).unwrap();
    assert!(error(&store, SLOW, &[]).contains("no answer within"));
    wait_until("the query still runs", || server.sleepers() == 0);
    assert!(server.asked().contains(&Asked::Attention));
    wait_until("the connection is still open", || server.connections() == 0);
}

#[test]
fn an_answer_that_is_too_long_is_stopped() {
    let server = people();
    let store = SqlStore::new(SqlSettings { most_rows: 1, connections: 1, ..server.settings() }).unwrap();
    assert!(error(&store, "SELECT login FROM people", &[]).contains("more than 1 rows"));
    assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"]);
    let asked = server.asked();
    assert!(asked.contains(&Asked::Attention), "{asked:?}");
    // What is left of it stands in the way of the next one.
    assert_eq!(asked.iter().filter(|asked| matches!(asked, Asked::Connect { .. })).count(), 2, "{asked:?}");
}

#[test]
fn errors_of_the_server_say_what_to_do() {
    let server = people();
    let store = SqlStore::new(server.settings()).unwrap();
    let ask = |answer| {
        server.answer("SELECT trouble", answer);
        rows(&store, "SELECT trouble", &[], 1).unwrap_err()
    };
    let denied = "The SELECT permission was denied on the object 'salaries', database 'people', schema 'dbo'.";
    for (number, class, ends, is_query, told) in [
        (229, 14, false, true, "grant the user SELECT"),
        (245, 16, true, true, "(error 245)"),
        (1222, 16, false, false, "the server ended the statement"),
        (1205, 13, true, false, "the server ended the statement"),
        (3906, 16, false, true, "it can only be read"),
        (40501, 16, false, false, "the server answers"),
        (596, 21, false, false, "the server answers"),
    ] {
        let found = ask(of_server(number, class, denied, ends));
        let text = found.to_string();
        assert!(text.contains(told) && text.contains(denied), "{number}: {text}");
        assert_eq!(matches!(found, claimsmith::engine::StoreError::Query { .. }), is_query, "{number}: {found:?}");
        assert_eq!(column(&store, "SELECT count(*) FROM people", &[]), ["3"], "{number}");
    }
    server.asked();
}
