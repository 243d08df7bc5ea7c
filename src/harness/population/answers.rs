//! What stores answer to the rules of one user.

use crate::engine::{Query, Row, StoreError, Stores};

/// Whoever answers the queries of rules.
pub trait Answering {
    /// The rows of every query, in their order.
    ///
    /// # Errors
    ///
    /// The first query that could not be answered.
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError>;
}

impl Answering for &Stores {
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        Stores::answer(self, queries)
    }
}

/// Answers for one user that two versions of rules share: what the first asked, the second gets without asking again.
/// So it sees the same directory, also while that changes.
pub struct SharedAnswers<'s> {
    stores: &'s Stores,
    kept: Vec<(Query, Vec<Row>)>,
    is_second: bool,
}

impl<'s> SharedAnswers<'s> {
    /// Nothing was asked yet. The first version asks.
    #[must_use]
    pub const fn new(stores: &'s Stores) -> Self {
        Self { stores, kept: Vec::new(), is_second: false }
    }

    /// From now on the second version asks, which asks nothing twice: an answer is given away, not copied.
    pub const fn second(&mut self) {
        self.is_second = true;
    }

    fn take(&mut self, query: &Query) -> Option<Vec<Row>> {
        let place = self.kept.iter().position(|(kept, _)| kept == query)?;
        Some(self.kept.swap_remove(place).1)
    }
}

impl Answering for SharedAnswers<'_> {
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        if !self.is_second {
            let rows = self.stores.answer(queries)?;
            self.kept.extend(queries.iter().cloned().zip(rows.iter().cloned()));
            return Ok(rows);
        }
        let mut known: Vec<Option<Vec<Row>>> = queries.iter().map(|query| self.take(query)).collect();
        let missing = queries.iter().zip(&known).filter(|(_, known)| known.is_none());
        let missing: Vec<Query> = missing.map(|(query, _)| query.clone()).collect();
        if !missing.is_empty() {
            let unanswered = known.iter_mut().filter(|known| known.is_none());
            for (slot, rows) in unanswered.zip(self.stores.answer(&missing)?) {
                *slot = Some(rows);
            }
        }
        Ok(known.into_iter().map(Option::unwrap_or_default).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::engine::AttributeStore;

    /// Answers with the number of the question.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl AttributeStore for Counting {
        fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
            let next = |_| vec![vec![Some(self.0.fetch_add(1, Ordering::Relaxed).to_string().into())]];
            Ok(queries.iter().map(next).collect())
        }
    }

    #[test]
    fn the_second_asks_only_what_the_first_did_not() {
        let mut stores = Stores::default();
        stores.insert("s", Arc::new(Counting::default()));
        let mut answers = SharedAnswers::new(&stores);
        let query = |text: &str| Query { store: "s".into(), text: text.into(), parameters: Vec::new(), columns: 1 };
        let first = answers.answer(&[query("a"), query("b")]).unwrap();
        answers.second();
        let again = answers.answer(&[query("b"), query("c"), query("a")]).unwrap();
        assert_eq!(again[0], first[1]);
        assert_eq!(again[2], first[0]);
        assert_eq!(again[1], vec![vec![Some("2".into())]]);
    }
}
