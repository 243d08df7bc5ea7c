//! How AWS refuses, and why.

use crate::aws::Problem;
use crate::aws::errors::ConsoleError;

/// A refusal in the words of AWS, with what the stand-in found. AWS itself shows only the first.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {explanation}; {help}")]
pub struct AwsError {
    /// What AWS shows.
    pub text: &'static str,
    /// What is wrong with this response.
    pub explanation: String,
    /// What to do.
    pub help: String,
}

impl AwsError {
    pub(super) fn new(error: &ConsoleError, explanation: impl Into<String>) -> Self {
        Self { text: error.text, explanation: explanation.into(), help: error.help.to_owned() }
    }

    pub(super) fn of_problem(error: &ConsoleError, problem: &Problem) -> Self {
        Self { text: error.text, explanation: problem.message.clone(), help: problem.help.clone() }
    }
}
