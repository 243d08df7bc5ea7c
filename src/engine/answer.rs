//! What a store says to a query.

use std::sync::Arc;

use super::Row;

/// The rows that a query gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Row by row.
    Rows(Vec<Row>),
    /// The values of each column, as directories have them: every value is a row of its own, with its other cells
    /// empty, those of the first column first.
    Columns(Vec<Vec<Arc<str>>>),
}

impl Answer {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Rows(rows) => rows.len(),
            Self::Columns(columns) => columns.iter().map(Vec::len).sum(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Row by row.
    #[must_use]
    pub fn into_rows(self) -> Vec<Row> {
        let columns = match self {
            Self::Rows(rows) => return rows,
            Self::Columns(columns) => columns,
        };
        let width = columns.len();
        let mut rows = Vec::with_capacity(columns.iter().map(Vec::len).sum());
        for (column, values) in columns.into_iter().enumerate() {
            rows.extend(values.into_iter().map(|value| {
                let mut row = vec![None; width];
                if let Some(cell) = row.get_mut(column) {
                    *cell = Some(value);
                }
                row
            }));
        }
        rows
    }
}

impl Default for Answer {
    fn default() -> Self {
        Self::Rows(Vec::new())
    }
}

impl From<Vec<Row>> for Answer {
    fn from(rows: Vec<Row>) -> Self {
        Self::Rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_a_column_is_a_row() {
        let columns = Answer::Columns(vec![vec!["a".into()], vec![], vec!["b".into(), "c".into()]]);
        assert_eq!((columns.len(), columns.is_empty()), (3, false));
        let cell = |text: &str| Some(Arc::from(text));
        let rows = vec![vec![cell("a"), None, None], vec![None, None, cell("b")], vec![None, None, cell("c")]];
        assert_eq!(columns.into_rows(), rows);
        assert!(Answer::default().is_empty());
    }
}
