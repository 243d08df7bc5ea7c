//! Why an evaluation failed.

use std::fmt;

use super::StoreError;

/// Which rule set of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// What the claims provider may say.
    Acceptance,
    /// Who may use the relying party.
    Authorization,
    /// Who must show another factor.
    AdditionalAuthentication,
    /// What the relying party gets.
    Issuance,
}

impl Stage {
    /// All of them, in the order in which they run.
    pub const ALL: [Self; 4] = [Self::Acceptance, Self::Authorization, Self::AdditionalAuthentication, Self::Issuance];

    /// The words for it, such as `issuance`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acceptance => "acceptance",
            Self::Authorization => "authorization",
            Self::AdditionalAuthentication => "additional authentication",
            Self::Issuance => "issuance",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// An evaluation failed: nothing is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// The rule set, where several run for one request.
    pub stage: Option<Stage>,
    /// Position of the rule in its rule set, from 1; 0 if it failed before the first rule.
    pub rule_number: usize,
    /// The rule's `@RuleName`.
    pub rule_name: Option<String>,
    /// What happened.
    pub cause: EvalCause,
}

impl EvalError {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        self.cause.help()
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(stage) = self.stage {
            write!(out, "{stage} ")?;
        }
        match (&self.rule_name, self.rule_number) {
            (_, 0) => write!(out, "input: "),
            (Some(name), number) => write!(out, "rule {number} `{name}`: "),
            (None, number) => write!(out, "rule {number}: "),
        }?;
        self.cause.fmt(out)
    }
}

impl std::error::Error for EvalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            EvalCause::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// What made a rule fail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvalCause {
    /// A store could not answer.
    #[error("{error}{message}", error = .0, message = general_message(.0))]
    Store(StoreError),
    /// A row of a store's answer does not fit the `types` of the rule.
    #[error(
        "the store `{store}` returned an unexpected number of fields for `{query}`: expected {expected}, got {got} \
         (AD FS: POLICY0019)"
    )]
    Columns {
        /// The store's name.
        store: String,
        /// The query text.
        query: String,
        /// Entries in `types`.
        expected: usize,
        /// Cells in the row.
        got: usize,
    },
    /// The query names a parameter that the rule does not give.
    #[error("the query `{query}` uses `{{{placeholder}}}`, but the rule has {}", parameters_text(*.parameters))]
    Placeholder {
        /// The query text.
        query: String,
        /// The number in braces.
        placeholder: String,
        /// How many parameters there are.
        parameters: usize,
    },
    /// A pattern that was built at run time is not a regular expression.
    #[error("the pattern `{pattern}` is not a .NET regular expression: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A regular expression needs too long for a value.
    #[error("the pattern `{pattern}` took too many steps on a value of {characters} characters")]
    PatternSteps {
        /// The pattern.
        pattern: String,
        /// Length of the value.
        characters: usize,
    },
    /// The regular expressions of all rules need too long together.
    #[error("matching the patterns of all rules takes more than {limit} steps; the last was `{pattern}`")]
    AllPatternSteps {
        /// The limit.
        limit: usize,
        /// The pattern that was being matched then.
        pattern: String,
    },
    /// The conditions match too often.
    #[error("its conditions match more than {limit} times")]
    Tuples {
        /// The limit.
        limit: usize,
    },
    /// The join looks at too many claims.
    #[error("joining its conditions looks at claims more than {limit} times")]
    Candidates {
        /// The limit.
        limit: usize,
    },
    /// The joins of all rules together look at too many claims.
    #[error("joining the conditions of all rules looks at claims more than {limit} times")]
    AllCandidates {
        /// The limit.
        limit: usize,
    },
    /// The evaluation set has too many claims.
    #[error("there are more than {limit} claims")]
    Claims {
        /// The limit.
        limit: usize,
    },
    /// An expression builds too long a text.
    #[error("an expression builds a text of more than {limit} bytes")]
    Text {
        /// The limit.
        limit: usize,
    },
    /// The evaluation set holds too much text.
    #[error("the claims hold more than {limit} bytes of text")]
    SetBytes {
        /// The limit.
        limit: usize,
    },
    /// The driver gave another number of answers than there were queries.
    #[error("{expected} queries were asked, but {got} answers came")]
    Answers {
        /// How many queries.
        expected: usize,
        /// How many answers.
        got: usize,
    },
    /// The evaluation failed before, or is over.
    #[error("the evaluation is over")]
    Over,
}

impl EvalCause {
    /// What to do about it.
    #[must_use]
    pub const fn help(&self) -> &'static str {
        match self {
            Self::Store(StoreError::Unknown { .. }) => "configure the store, or correct its name in the rule",
            Self::Store(StoreError::Query { .. }) => {
                "correct the `query` of the rule, or let the store's account read what it asks for"
            }
            Self::Store(StoreError::Unavailable { .. }) => {
                "check that the store's server can be reached, then try again"
            }
            Self::Columns { .. } | Self::Store(StoreError::Columns { .. }) => {
                "give `types` one entry for each field that the query returns"
            }
            Self::Placeholder { .. } => "add a `param = …` for it, or correct the number; numbers start at 0",
            Self::Pattern { .. } => "correct the claim or the expression that builds the pattern",
            Self::PatternSteps { .. } | Self::AllPatternSteps { .. } => {
                "rewrite the pattern without nested repetition such as `(a+)+`, or anchor it with `^`"
            }
            Self::Tuples { .. } | Self::Candidates { .. } | Self::AllCandidates { .. } => {
                "name the claim types in every selector, or split the rule with an `add` rule before it"
            }
            Self::Claims { .. } | Self::SetBytes { .. } => {
                "write narrower conditions or queries, so that fewer claims are made"
            }
            Self::Text { .. } => "find the rule that keeps lengthening a value, and give it a narrower condition",
            Self::Answers { .. } | Self::Over => "this is a mistake in the program that drives the evaluation",
        }
    }
}

/// The message of AD FS for any failure of a store, unless the error names one that says more.
fn general_message(error: &StoreError) -> &'static str {
    if error.names_message() { "" } else { " (AD FS: POLICY0018)" }
}

fn parameters_text(count: usize) -> String {
    match count {
        0 => "no `param`".to_owned(),
        1 => "only 1 `param`".to_owned(),
        many => format!("only {many} `param`s"),
    }
}

#[cfg(test)]
mod tests {
    use super::EvalCause;

    #[test]
    fn no_help_names_a_limit_that_nobody_can_raise() {
        let limit = 1;
        for cause in [
            EvalCause::Tuples { limit },
            EvalCause::Candidates { limit },
            EvalCause::AllCandidates { limit },
            EvalCause::Claims { limit },
            EvalCause::SetBytes { limit },
            EvalCause::Text { limit },
        ] {
            assert!(!cause.help().contains("raise"), "{cause}: {}", cause.help());
        }
    }
}
