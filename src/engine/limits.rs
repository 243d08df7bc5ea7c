//! How much work one evaluation may be.

/// Bounds on one evaluation. Passing one is an error, never a shortened result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Matches of one rule's conditions: how often its action runs.
    pub tuples_per_rule: usize,
    /// Claims that one rule may look at while it joins its selectors, counted once for each look.
    pub candidates_per_rule: usize,
    /// The same for all rules of one evaluation together.
    pub candidates: usize,
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
            claims: 100_000,
            text_bytes: 1 << 20,
            set_bytes: 64 << 20,
            repeated_origins: 100_000,
        }
    }
}
