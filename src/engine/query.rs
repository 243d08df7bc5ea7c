//! What a rule asks of an attribute store, and what it gets.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Answer;

/// One question: a query text with `{n}` placeholders, and their values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    /// Name of the attribute store, as the rule writes it.
    pub store: Arc<str>,
    /// The query as written, `{0}` not yet replaced.
    pub text: Arc<str>,
    /// Values for `{0}`, `{1}`, …
    pub parameters: Vec<Arc<str>>,
    /// How many columns each row must have.
    pub columns: usize,
}

/// One row of an answer: a cell per column, `None` where there is nothing.
///
/// A multi-valued directory attribute gives one row per value, with the other cells empty.
pub type Row = Vec<Option<Arc<str>>>;

/// Why a store could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The rules name a store that is not configured.
    #[error("there is no attribute store named `{name}`; configured are: {known}")]
    Unknown {
        /// As the rule writes it.
        name: String,
        /// The configured names, joined by commas.
        known: String,
    },
    /// The query cannot be understood by this store.
    #[error("the store `{store}` cannot read the query `{query}`: {reason}")]
    Query {
        /// The store's name.
        store: String,
        /// The query text.
        query: String,
        /// What is wrong with it, with the number of the AD FS message that says so, if there is one.
        reason: String,
    },
    /// The query asks for another number of fields than the rule has types for: attributes of a directory, columns of a
    /// database.
    #[error(
        "the query `{query}` to the store `{store}` asks for {}, but {} (AD FS: POLICY0019)",
        counted(*.fields, "field", "fields"),
        format_args!("`types` has {}", counted(*.types, "entry", "entries"))
    )]
    Columns {
        /// The store's name.
        store: String,
        /// The query text.
        query: String,
        /// How many fields it asks for.
        fields: usize,
        /// Entries in `types`.
        types: usize,
    },
    /// The store did not answer.
    #[error("the store `{store}` did not answer: {reason}")]
    Unavailable {
        /// The store's name.
        store: String,
        /// What happened.
        reason: String,
    },
}

impl StoreError {
    /// Whether the text names an AD FS message of its own, which says more than that the store failed.
    pub(super) fn names_message(&self) -> bool {
        match self {
            Self::Columns { .. } => true,
            Self::Query { reason, .. } => reason.contains("(AD FS: POLICY"),
            Self::Unknown { .. } | Self::Unavailable { .. } => false,
        }
    }
}

fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A source of attributes: answers the questions of store rules.
///
/// Implementations may block; whoever serves many users calls them from threads that may wait.
pub trait AttributeStore: Send + Sync {
    /// Answers every query with its rows, in the order of the queries.
    ///
    /// # Errors
    ///
    /// The first query that could not be answered; there is no partial answer.
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError>;

    /// Whether the store can be asked now. One that lies in memory always can.
    ///
    /// # Errors
    ///
    /// What is in the way.
    fn reachable(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Whether a query could change what the store holds.
    fn may_write(&self) -> bool {
        false
    }

    /// The rows of every query, in whatever form is at hand.
    ///
    /// # Errors
    ///
    /// As [`AttributeStore::answer`].
    fn answer_in_any_form(&self, queries: &[Query]) -> Result<Vec<Answer>, StoreError> {
        Ok(self.answer(queries)?.into_iter().map(Answer::Rows).collect())
    }

    /// The store as it answers for one relying party, named by its identifier. `None` if it answers for all alike.
    fn for_relying_party(&self, _identifier: &str) -> Option<Arc<dyn AttributeStore>> {
        None
    }
}

/// What all spellings of one store's name have in common: names compare without regard to ASCII case. AD FS does not
/// document it [language reference 4.5].
#[must_use]
pub fn store_key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The configured attribute stores by name; [`store_key`] tells which names are one.
#[derive(Clone, Default)]
pub struct Stores {
    by_name: BTreeMap<String, (String, Arc<dyn AttributeStore>)>,
}

impl Stores {
    /// Adds a store under a name; the last one of a name stays.
    pub fn insert(&mut self, name: &str, store: Arc<dyn AttributeStore>) {
        self.by_name.insert(store_key(name), (name.to_owned(), store));
    }

    /// The stores as they answer for one relying party, named by its identifier.
    #[must_use]
    pub fn for_relying_party(&self, identifier: &str) -> Self {
        let narrowed = self.by_name.iter().map(|(key, (name, store))| {
            let store = store.for_relying_party(identifier).unwrap_or_else(|| Arc::clone(store));
            (key.clone(), (name.clone(), store))
        });
        Self { by_name: narrowed.collect() }
    }

    /// Whether there is a store of that name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(&store_key(name))
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.values().map(|(name, _)| name.as_str())
    }

    /// Whether the store of a name can be asked now.
    ///
    /// # Errors
    ///
    /// It is not configured, or what is in the way.
    pub fn reachable(&self, name: &str) -> Result<(), StoreError> {
        match self.by_name.get(&store_key(name)) {
            Some((_, store)) => store.reachable(),
            None => Err(StoreError::Unknown { name: name.to_owned(), known: self.known() }),
        }
    }

    /// Whether a query to the store of a name could change what it holds.
    #[must_use]
    pub fn may_write(&self, name: &str) -> bool {
        self.by_name.get(&store_key(name)).is_some_and(|(_, store)| store.may_write())
    }

    /// The names for a message.
    fn known(&self) -> String {
        if self.by_name.is_empty() { "none".to_owned() } else { self.names().collect::<Vec<_>>().join(", ") }
    }

    /// Asks the store of a name.
    fn ask(&self, name: &str, queries: &[Query]) -> Result<Vec<Answer>, StoreError> {
        // There are few, and making the key takes longer than looking through them.
        match self.by_name.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
            Some((_, (_, store))) => store.answer_in_any_form(queries),
            None => Err(StoreError::Unknown { name: name.to_owned(), known: self.known() }),
        }
    }

    /// Answers queries to any of the stores, in the order of the queries; each store is asked once.
    ///
    /// # Errors
    ///
    /// A store that is not configured, or the first that failed.
    pub fn answer(&self, queries: &[Query]) -> Result<Vec<Answer>, StoreError> {
        // One store is asked by most rules, and needs no sorting out.
        if let [first, others @ ..] = queries
            && others.iter().all(|other| other.store == first.store)
        {
            return self.ask(&first.store, queries);
        }
        let mut by_store: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, query) in queries.iter().enumerate() {
            by_store.entry(store_key(&query.store)).or_default().push(index);
        }
        let mut answers = vec![Answer::default(); queries.len()];
        for (name, indices) in by_store {
            let asked: Vec<Query> = indices.iter().filter_map(|&index| queries.get(index).cloned()).collect();
            let name = asked.first().map_or(name.as_str(), |query| &query.store);
            for (index, answer) in indices.into_iter().zip(self.ask(name, &asked)?) {
                if let Some(slot) = answers.get_mut(index) {
                    *slot = answer;
                }
            }
        }
        Ok(answers)
    }
}
