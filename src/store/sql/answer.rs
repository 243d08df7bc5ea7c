//! The rows of an answer, within bounds.

use super::failure::Failure;
use crate::engine::Row;

/// Rows so far, within bounds.
pub(super) struct Collected {
    rows: Vec<Row>,
    bytes: usize,
    columns: usize,
    most_rows: usize,
}

/// An answer may hold so much text, in bytes.
const MOST_BYTES: usize = 16 << 20;

impl Collected {
    pub(super) const fn new(columns: usize, most_rows: usize) -> Self {
        Self { rows: Vec::new(), bytes: 0, columns, most_rows }
    }

    pub(super) fn push(&mut self, row: Row) -> Result<(), Failure> {
        if row.len() != self.columns {
            return Err(Failure::Fields(row.len()));
        }
        self.bytes += row.iter().flatten().map(|cell| cell.len()).sum::<usize>();
        if self.rows.len() == self.most_rows {
            return Err(Failure::Query(format!(
                "the answer has more than {} rows; narrow the query, or raise `most_rows` of the store",
                self.most_rows
            )));
        }
        if self.bytes > MOST_BYTES {
            return Err(Failure::Query(format!("the answer holds more than {} MiB of text", MOST_BYTES >> 20)));
        }
        self.rows.push(row);
        Ok(())
    }

    pub(super) fn into_rows(self) -> Vec<Row> {
        self.rows
    }
}

/// A cell that has no one text.
pub(super) fn unreadable(column: &str, kind: &str) -> Failure {
    Failure::Query(format!(
        "the column `{column}` is of the type `{kind}`, which is not turned into a text; write `CAST({column} AS …)` with \
         the text type of the database, such as `text` or `char`"
    ))
}
