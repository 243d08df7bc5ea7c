//! Questions to a database, and how a session of any kind is led through them.

use std::future::Future;
use std::sync::Arc;

use super::failure::Failure;
use super::text::QueryText;
use crate::engine::Row;

/// One query that has been read.
#[derive(Debug)]
pub(super) struct Asked {
    /// Its text.
    pub(super) text: QueryText,
    /// What is bound, by place.
    pub(super) values: Vec<Arc<str>>,
    /// How many fields a row must have.
    pub(super) columns: usize,
}

/// What an answer may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Whether nothing may be changed.
    pub(super) read_only: bool,
    /// Most rows.
    pub(super) most_rows: usize,
}

/// A session with one kind of database.
pub(super) trait Ask {
    /// Lets the database read a query, and learns what running it needs.
    fn prepare(&mut self, asked: &Asked) -> impl Future<Output = Result<(), Failure>>;
    /// Begins a transaction that ends with [`Ask::end`].
    fn begin(&mut self, read_only: bool) -> impl Future<Output = Result<(), Failure>>;
    /// The answer to one query that has been prepared.
    fn rows(&mut self, asked: &Asked, most_rows: usize) -> impl Future<Output = Result<Vec<Row>, Failure>>;
    /// Ends the transaction.
    fn end(&mut self, keep_changes: bool) -> impl Future<Output = Result<(), Failure>>;
}

/// The answers to some queries in one transaction. `at` is the place of the one that is worked on, and `begun` whether the
/// database may have seen one.
pub(super) async fn answers<S: Ask>(
    session: &mut S,
    asked: &[Asked],
    bounds: Bounds,
    at: &mut usize,
    begun: &mut bool,
) -> Result<Vec<Vec<Row>>, Failure> {
    for (index, one) in asked.iter().enumerate() {
        *at = index;
        session.prepare(one).await?;
    }
    session.begin(bounds.read_only).await?;
    *begun = true;
    let mut answers = Vec::with_capacity(asked.len());
    for (index, one) in asked.iter().enumerate() {
        *at = index;
        match session.rows(one, bounds.most_rows).await {
            Ok(rows) => answers.push(rows),
            Err(failure) => {
                if failure.leaves_connection() {
                    session.end(false).await?;
                }
                return Err(failure);
            }
        }
    }
    // What was read is rolled back too: a query may have changed settings of the session.
    session.end(!bounds.read_only).await?;
    Ok(answers)
}
