//! Questions to an attribute store over a database that knows the people of the tests.

use std::thread;

use claimsmith::engine::{AttributeStore, Query, Row, StoreError};
use claimsmith::store::conformance::{Probe, attribute_store};
use claimsmith::store::sql::SqlStore;

pub fn query(text: &str, parameters: &[&str], columns: usize) -> Query {
    let parameters = parameters.iter().map(|&value| value.into()).collect();
    Query { store: "HR".into(), text: text.into(), parameters, columns }
}

pub fn rows(store: &SqlStore, text: &str, parameters: &[&str], columns: usize) -> Result<Vec<Row>, StoreError> {
    store.answer(&[query(text, parameters, columns)]).map(|mut answers| answers.remove(0))
}

/// The cells of the first column.
pub fn column(store: &SqlStore, text: &str, parameters: &[&str]) -> Vec<String> {
    let rows = rows(store, text, parameters, 1).unwrap_or_else(|error| panic!("{text}: {error}"));
    rows.into_iter().flatten().flatten().map(|cell| cell.to_string()).collect()
}

pub fn error(store: &SqlStore, text: &str, parameters: &[&str]) -> String {
    let error = rows(store, text, parameters, 1).expect_err(text).to_string();
    assert!(!error.contains("Passw0rd"), "{error}");
    error
}

/// What holds of every attribute store.
pub fn conforms(store: &SqlStore, name: &str) {
    let row = |cell: &str| vec![Some(cell.into())];
    let probe = Probe {
        store: "HR".to_owned(),
        text: "SELECT role FROM roles WHERE login = {0}".to_owned(),
        columns: 1,
        leading: Vec::new(),
        found: [("alice".to_owned(), vec![row("Admin"), row("ReadOnly")]), ("bob".to_owned(), vec![row("ReadOnly")])],
        nothing: "nobody".to_owned(),
        unreadable: "SELECT role FROM roles WHERE login = {0".to_owned(),
    };
    assert_eq!(attribute_store(store, &probe), [], "{name}");
}

/// Eight who ask twenty times each.
pub fn many_ask_at_once(store: &SqlStore) {
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(column(store, "SELECT login FROM people WHERE id = {0}", &["1"]), ["alice"]);
                }
            });
        }
    });
}
