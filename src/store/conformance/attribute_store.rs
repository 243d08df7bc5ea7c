//! What every attribute store does, whatever language its queries are in.

use super::deviation::{Deviation, Deviations};
use crate::engine::{AttributeStore, Query, Row, StoreError};

/// Values that mean something in some query language: a store takes them for values.
const HOSTILE: [&str; 15] = [
    "*",
    "al*",
    "alice)(objectClass=*",
    "*)(|(cn=alice",
    "\\2a",
    "' OR '1'='1",
    "\\' OR 1=1 -- ",
    "'; DROP TABLE people; --",
    "%",
    "_",
    "{0}",
    "$1",
    "名前 😀 Ünïcode",
    "a\r\nb\tc",
    " ",
];

/// Queries in a store's own language about data that the test has put there.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The name under which rules ask the store.
    pub store: String,
    /// Looks something up by its last parameter. Nothing there has a hostile value, such as `*`.
    pub text: String,
    /// How many columns it has.
    pub columns: usize,
    /// Values of the parameters before that.
    pub leading: Vec<String>,
    /// Two values for it, each with the rows that it finds, in any order. At least one finds something.
    pub found: [(String, Vec<Row>); 2],
    /// A value for it that finds nothing.
    pub nothing: String,
    /// A text that no query of the store can have.
    pub unreadable: String,
}

impl Probe {
    fn query(&self, value: &str) -> Query {
        Query {
            store: self.store.as_str().into(),
            text: self.text.as_str().into(),
            parameters: self.leading.iter().map(String::as_str).chain([value]).map(Into::into).collect(),
            columns: self.columns,
        }
    }
}

/// Where a store does otherwise than attribute stores do. None: it conforms.
#[must_use]
pub fn attribute_store(store: &dyn AttributeStore, probe: &Probe) -> Vec<Deviation> {
    let mut deviations = Deviations::default();
    deviations.expect("whether it can be reached", &store.reachable(), &Ok(()));
    deviations.expect("no queries", &store.answer(&[]), &Ok(Vec::new()));
    finds(store, probe, &mut deviations);
    for hostile in HOSTILE.into_iter().chain([probe.nothing.as_str()]) {
        let found = store.answer(&[probe.query(hostile)]);
        deviations.expect(format_args!("the value `{}`", hostile.escape_debug()), &found, &Ok(vec![Vec::new()]));
    }
    let [(first, _), _] = &probe.found;
    let unreadable = Query { text: probe.unreadable.as_str().into(), ..probe.query(first) };
    // There is no partial answer.
    for queries in [vec![unreadable.clone()], vec![probe.query(first), unreadable]] {
        let found = store.answer(&queries);
        let is_told = matches!(&found, Err(StoreError::Query { store, .. }) if *store == probe.store);
        deviations.hold(is_told, "a query that cannot be read", "an error of the query, with the store's name", &found);
    }
    deviations.0
}

fn finds(store: &dyn AttributeStore, probe: &Probe, deviations: &mut Deviations) {
    let [(first, first_rows), (second, second_rows)] = &probe.found;
    let expected = [first_rows, second_rows, first_rows].map(|rows| sorted(rows.clone()));
    let queries = [first, second, first].map(|value| probe.query(value));
    let found = store.answer(&queries);
    let as_sorted = found.clone().map(|answers| answers.into_iter().map(sorted).collect::<Vec<_>>());
    deviations.expect("three queries at once", &as_sorted, &Ok(expected.to_vec()));
    let wide = found.iter().flatten().flatten().find(|row| row.len() != probe.columns);
    deviations.expect("a row with another number of cells than the query has columns", &wide, &None);
    deviations.expect("the same queries again", &store.answer(&queries), &found);
}

fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort();
    rows
}
