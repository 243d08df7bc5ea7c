//! Regular expressions while rules run: the steps they may take, and patterns that are built only then.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::memory::Memory;
use crate::engine::EvalCause;
use crate::engine::regex::{DotNetRegex, MatchError, Steps};

/// How many patterns are remembered.
const REMEMBERED: usize = 64;

/// The dynamic patterns of one request, read once each as long as there are few, and the steps that all patterns share.
#[derive(Clone, Default)]
pub(super) struct Regexes {
    read: RefCell<HashMap<String, Arc<DotNetRegex>>>,
    steps: Steps,
    limit: usize,
    /// What came out for earlier users.
    memory: Option<Memory>,
}

impl Regexes {
    /// None read so far; all matches together may take so many steps.
    pub(super) fn new(limit: usize) -> Self {
        Self { read: RefCell::default(), steps: Steps::new(limit), limit, memory: None }
    }

    /// Remembers results.
    pub(super) fn remember(&mut self, memory: &Memory) {
        self.memory = Some(memory.clone());
    }

    /// What came out for earlier users, if that is remembered.
    pub(super) const fn memory(&self) -> Option<&Memory> {
        self.memory.as_ref()
    }

    /// The steps that are left.
    pub(super) const fn steps(&self) -> &Steps {
        &self.steps
    }

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

    /// What a failed match means for the rule.
    pub(super) fn failed(&self, error: MatchError, pattern: &str, input: &str) -> EvalCause {
        let pattern = pattern.to_owned();
        match error {
            MatchError::TooManySteps => EvalCause::PatternSteps { pattern, characters: input.chars().count() },
            MatchError::StepsUsedUp => EvalCause::AllPatternSteps { limit: self.limit, pattern },
            MatchError::TooLong { limit_bytes } => EvalCause::Text { limit: limit_bytes },
        }
    }
}
