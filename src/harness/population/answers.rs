//! What stores answer to the rules of one user.

use std::sync::Arc;

use crate::engine::{Answer, Query, StoreError, Stores};

/// Whoever answers the queries of rules.
pub trait Answering {
    /// The rows of every query, in their order.
    ///
    /// # Errors
    ///
    /// The first query that could not be answered.
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Arc<Answer>>, StoreError>;
}

impl Answering for &Stores {
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Arc<Answer>>, StoreError> {
        Ok(Stores::answer(self, queries)?.into_iter().map(Arc::new).collect())
    }
}

/// Answers for one user that two versions of rules share: what the first asked, the second gets without asking again.
/// So it sees the same directory, also while that changes.
pub struct SharedAnswers<'s> {
    stores: &'s Stores,
    known: Vec<(Query, Arc<Answer>)>,
}

impl<'s> SharedAnswers<'s> {
    /// Nothing was asked yet.
    #[must_use]
    pub const fn new(stores: &'s Stores) -> Self {
        Self { stores, known: Vec::new() }
    }

    fn known(&self, query: &Query) -> Option<&Arc<Answer>> {
        self.known.iter().find(|(known, _)| known == query).map(|(_, rows)| rows)
    }
}

impl Answering for SharedAnswers<'_> {
    fn answer(&mut self, queries: &[Query]) -> Result<Vec<Arc<Answer>>, StoreError> {
        let unknown: Vec<Query> = queries.iter().filter(|query| self.known(query).is_none()).cloned().collect();
        if !unknown.is_empty() {
            let rows = self.stores.answer(&unknown)?;
            self.known.extend(unknown.into_iter().zip(rows.into_iter().map(Arc::new)));
        }
        Ok(queries.iter().map(|query| self.known(query).cloned().unwrap_or_default()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::engine::{AttributeStore, Row};

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
    fn nothing_is_asked_twice() {
        let mut stores = Stores::default();
        stores.insert("s", Arc::new(Counting::default()));
        let mut answers = SharedAnswers::new(&stores);
        let query = |text: &str| Query { store: "s".into(), text: text.into(), parameters: Vec::new(), columns: 1 };
        let first = answers.answer(&[query("a"), query("b")]).unwrap();
        let again = answers.answer(&[query("b"), query("c"), query("a")]).unwrap();
        assert_eq!(again[0], first[1]);
        assert_eq!(again[2], first[0]);
        assert_eq!(*again[1], Answer::Rows(vec![vec![Some("2".into())]]));
    }
}
