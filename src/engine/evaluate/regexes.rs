//! Regular expressions whose patterns are built while rules run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::EvalCause;
use crate::engine::regex::{DotNetRegex, MatchError};

/// How many patterns are remembered.
const REMEMBERED: usize = 64;

/// The dynamic patterns of one evaluation, read once each as long as there are few.
#[derive(Default)]
pub(super) struct Regexes {
    read: RefCell<HashMap<String, Arc<DotNetRegex>>>,
}

impl Regexes {
    /// The regular expression of a pattern.
    pub(super) fn read(&self, pattern: &str) -> Result<Arc<DotNetRegex>, Box<EvalCause>> {
        let mut read = self.read.borrow_mut();
        if let Some(known) = read.get(pattern) {
            return Ok(Arc::clone(known));
        }
        let regex = DotNetRegex::new(pattern)
            .map_err(|error| Box::new(EvalCause::Pattern { pattern: pattern.to_owned(), reason: error.to_string() }))?;
        if read.len() >= REMEMBERED {
            read.clear();
        }
        let regex = Arc::new(regex);
        read.insert(pattern.to_owned(), Arc::clone(&regex));
        Ok(regex)
    }
}

/// What a failed match means for the rule.
pub(super) fn failed(error: MatchError, pattern: &str, input: &str) -> EvalCause {
    match error {
        MatchError::TooManySteps => {
            EvalCause::PatternSteps { pattern: pattern.to_owned(), characters: input.chars().count() }
        }
        MatchError::TooLong { limit_bytes } => EvalCause::Text { limit: limit_bytes },
    }
}
