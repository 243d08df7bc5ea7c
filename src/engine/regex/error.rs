//! What can go wrong with a pattern, and with running it.

/// Why a pattern was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegexErrorReason {
    /// .NET refuses it as well.
    Invalid,
    /// .NET takes it, this engine does not.
    Unsupported,
    /// It is longer or deeper than any rule needs.
    TooLarge,
}

/// A pattern or a replacement that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    /// Where in the pattern, in bytes from its start.
    pub offset: usize,
    /// What is wrong and what to write instead.
    pub message: String,
    /// Whether .NET refuses it too.
    pub reason: RegexErrorReason,
}

/// A match that was given up. Whoever asked must take it as a failure, never as "no match".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MatchError {
    /// The search needed more steps, or more memory, than a match may take.
    #[error("the pattern needs too many steps on this value; rewrite it so that it backtracks less")]
    TooManySteps,
    /// The search and those before it needed more steps than they may take together.
    #[error("the patterns need too many steps together; rewrite them so that they backtrack less")]
    StepsUsedUp,
    /// What takes the place of the matches would make the text too long.
    #[error("replacing makes a text of more than {limit_bytes} bytes")]
    TooLong {
        /// The longest text that was allowed.
        limit_bytes: usize,
    },
}
