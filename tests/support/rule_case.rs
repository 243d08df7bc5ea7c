//! The cases of `testdata/engine`: rules, what comes in, what comes out, and why.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use claimsmith::engine::claim::AD_AUTHORITY;
use claimsmith::engine::{AttributeStore, Claim, Limits, Query, Row, StoreError, Stores};
use claimsmith::input;
use claimsmith::lang::Source;
use serde::Deserialize;

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleCase {
    pub name: String,
    /// The reason, for readers.
    pub why: String,
    pub rules: String,
    #[serde(default)]
    pub claims: Vec<String>,
    #[serde(default)]
    pub more_claims: Vec<WrittenClaim>,
    #[serde(default)]
    pub stores: Vec<WrittenAnswer>,
    #[serde(default)]
    pub limits: BTreeMap<String, usize>,
    pub output_duplicates: Option<String>,
    pub store_issuer: Option<String>,
    pub issued: Option<Vec<Expected>>,
    /// How often each rule's action runs.
    pub hits: Option<Vec<usize>>,
    /// How often stores are asked.
    pub rounds: Option<usize>,
    /// How the message of the error starts.
    pub error: Option<String>,
    /// The code of the diagnostic.
    pub code: Option<String>,
    /// The codes, if there are several.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The text it points at.
    pub at: Option<String>,
    /// `permit`, or why not.
    pub decision: Option<String>,
}

/// A claim with some of its fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenClaim {
    #[serde(rename = "type")]
    pub claim_type: String,
    pub value: String,
    pub issuer: Option<String>,
    pub original_issuer: Option<String>,
    pub value_type: Option<String>,
    pub properties: Option<BTreeMap<String, String>>,
}

/// An expected claim: `type=value`, or the fields that matter.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Expected {
    Short(String),
    Long(WrittenClaim),
}

/// What a store answers to a query.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenAnswer {
    pub store: String,
    pub query: String,
    #[serde(default)]
    pub parameters: Vec<String>,
    #[serde(default)]
    pub rows: Vec<Vec<Option<String>>>,
    pub fails: Option<String>,
}

/// The cases of a file in `testdata/engine`.
pub fn rule_cases(file: &str) -> Vec<RuleCase> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/engine").join(file);
    let source = Source::new(file, std::fs::read_to_string(&path).unwrap());
    let cases: Vec<RuleCase> = input::yaml(&source).unwrap_or_else(|error| panic!("{error}"));
    assert!(cases.iter().all(|case| !case.name.is_empty() && !case.why.is_empty()), "{file}: a case without a reason");
    cases
}

impl RuleCase {
    /// The claims that come in.
    pub fn input(&self) -> Vec<Claim> {
        let short = self.claims.iter().map(|text| {
            let (claim_type, value) = text.split_once('=').unwrap();
            Claim::new(claim_type, value, AD_AUTHORITY)
        });
        short.chain(self.more_claims.iter().map(WrittenClaim::claim)).collect()
    }

    /// The default limits, with those of the case.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (name, &value) in &self.limits {
            match name.as_str() {
                "tuples_per_rule" => limits.tuples_per_rule = value,
                "candidates_per_rule" => limits.candidates_per_rule = value,
                "candidates" => limits.candidates = value,
                "pattern_steps" => limits.pattern_steps = value,
                "claims" => limits.claims = value,
                "text_bytes" => limits.text_bytes = value,
                "set_bytes" => limits.set_bytes = value,
                other => panic!("no limit `{other}`"),
            }
        }
        limits
    }

    /// The stores of the case, and how often they were asked.
    pub fn stores(&self) -> (Stores, Arc<Asked>) {
        let asked = Arc::new(Asked::default());
        let mut stores = Stores::default();
        for answer in &self.stores {
            let answers = self.stores.clone();
            stores.insert(&answer.store, Arc::new(TableStore { answers, asked: Arc::clone(&asked) }));
        }
        (stores, asked)
    }
}

impl WrittenClaim {
    /// The claim; what is not written has its default.
    pub fn claim(&self) -> Claim {
        let mut claim =
            Claim::new(self.claim_type.as_str(), self.value.as_str(), self.issuer.as_deref().unwrap_or(AD_AUTHORITY));
        if let Some(original_issuer) = &self.original_issuer {
            claim.original_issuer = original_issuer.as_str().into();
        }
        if let Some(value_type) = &self.value_type {
            claim.value_type = value_type.as_str().into();
        }
        for (key, value) in self.properties.iter().flatten() {
            claim.properties.insert(key.as_str().into(), value.as_str().into());
        }
        claim
    }
}

impl Expected {
    /// Whether a claim is as expected, in the fields that are written.
    pub fn is(&self, claim: &Claim) -> bool {
        match self {
            Self::Short(text) => *text == format!("{}={}", claim.claim_type, claim.value),
            Self::Long(written) => {
                let full = written.claim();
                full.claim_type == claim.claim_type
                    && full.value == claim.value
                    && (written.issuer.is_none() || full.issuer == claim.issuer)
                    && (written.original_issuer.is_none() || full.original_issuer == claim.original_issuer)
                    && (written.value_type.is_none() || full.value_type == claim.value_type)
                    && (written.properties.is_none() || full.properties == claim.properties)
            }
        }
    }
}

/// The queries that came, and in how many rounds.
#[derive(Default)]
pub struct Asked {
    pub rounds: AtomicUsize,
    pub queries: Mutex<Vec<Query>>,
}

/// Answers from a table. A query that is not in it is a mistake of the case or of the engine.
struct TableStore {
    answers: Vec<WrittenAnswer>,
    asked: Arc<Asked>,
}

impl AttributeStore for TableStore {
    fn answer(&self, queries: &[Query]) -> Result<Vec<Vec<Row>>, StoreError> {
        self.asked.rounds.fetch_add(1, Ordering::Relaxed);
        self.asked.queries.lock().unwrap().extend(queries.iter().cloned());
        queries.iter().map(|query| self.rows(query)).collect()
    }
}

impl TableStore {
    fn rows(&self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let answer = self.answers.iter().find(|answer| {
            answer.store.eq_ignore_ascii_case(&query.store)
                && *answer.query == *query.text
                && answer.parameters.iter().map(String::as_str).eq(query.parameters.iter().map(|text| &**text))
        });
        let answer = answer.unwrap_or_else(|| panic!("an unexpected query: {query:?}"));
        if let Some(reason) = &answer.fails {
            return Err(StoreError::Unavailable { store: query.store.to_string(), reason: reason.clone() });
        }
        let cell = |cell: &Option<String>| cell.as_deref().map(Into::into);
        Ok(answer.rows.iter().map(|row| row.iter().map(cell).collect()).collect())
    }
}
