//! How much work one evaluation, or one run of a pipeline, may be.

/// Bounds on one evaluation. Passing one is an error, never a shortened result. What is bounded for a whole request is
/// carried from rule set to rule set when a [`Pipeline`](super::Pipeline) runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Matches of one rule's conditions: how often its action runs.
    pub tuples_per_rule: usize,
    /// Claims that one rule may look at while it joins its selectors, counted once for each look.
    pub candidates_per_rule: usize,
    /// The same for all rules of one request together.
    pub candidates: usize,
    /// Steps of regular expressions in one request, for all patterns and values together. A step of the backtracking
    /// engine counts one, and reading 64 bytes of a value counts one; a single search may take no more than some
    /// two millions.
    pub pattern_steps: usize,
    /// Claims in the evaluation set, those that came in included.
    pub claims: usize,
    /// Bytes of one text that an expression builds.
    pub text_bytes: usize,
    /// Bytes of all types and values in the evaluation set.
    pub set_bytes: usize,
    /// Repeated origins of claims that the trace keeps. The first origin of a claim is always kept.
    pub repeated_origins: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tuples_per_rule: 100_000,
            candidates_per_rule: 10_000_000,
            candidates: 50_000_000,
            pattern_steps: 20_000_000,
            claims: 100_000,
            text_bytes: 1 << 20,
            set_bytes: 64 << 20,
            repeated_origins: 100_000,
        }
    }
}
