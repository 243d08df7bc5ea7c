//! The codes of findings about rule text. A code keeps its meaning for ever; a retired one is not used again.
//!
//! `E0…` the text cannot be read, `E1…` it can be read and means nothing, `W…` it is probably not what was meant.
//! The compiler adds codes of its own from `E120` on.

/// A code, and what it says in one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Such as `E003`.
    pub code: &'static str,
    /// The name of its constant.
    constant: &'static str,
    /// What was found.
    sentence: &'static str,
}

impl Code {
    /// A code with the name of its constant and its documentation.
    pub(crate) const fn new(code: &'static str, constant: &'static str, sentence: &'static str) -> Self {
        Self { code, constant, sentence }
    }

    /// For people, such as `missing-semicolon`.
    #[must_use]
    pub fn name(&self) -> String {
        self.constant.to_lowercase().replace('_', "-")
    }

    /// What was found, in one sentence.
    #[must_use]
    pub const fn sentence(&self) -> &'static str {
        self.sentence.trim_ascii()
    }
}

/// Constants with their codes, and a list of all of them in which their documentation is the sentence.
macro_rules! codes {
    ($(#[doc = $sentence:literal] $constant:ident = $code:literal;)+) => {
        $(#[doc = $sentence] pub const $constant: &str = $code;)+

        /// All of them, by code.
        pub const ALL: &[$crate::lang::code::Code] =
            &[$($crate::lang::code::Code::new($code, stringify!($constant), $sentence)),+];
    };
}
pub(crate) use codes;

codes! {
    /// The parser met a rule that its grammar accepts and it cannot represent: a defect of the parser.
    UNREADABLE = "E000";
    /// Something stands where the language expects something else.
    SYNTAX = "E001";
    /// A rule without its `;`.
    MISSING_SEMICOLON = "E002";
    /// A line ends inside a literal.
    LINE_BREAK_IN_LITERAL = "E003";
    /// A literal that never ends.
    UNCLOSED_LITERAL = "E004";
    /// Quotes as word processors make them.
    TYPOGRAPHIC_QUOTE = "E005";
    /// The language has no comments.
    COMMENT = "E006";
    /// A character that begins no token.
    UNKNOWN_CHARACTER = "E007";
    /// Quotes doubled as in a PowerShell string.
    DOUBLED_QUOTES = "E008";
    /// A text that needs quotes.
    MISSING_QUOTES = "E009";
    /// Brackets inside brackets, too deep to be meant.
    NESTING = "E010";
    /// A number that does not fit.
    NUMBER = "E011";
    /// `not` before `count`.
    NOT_COUNT = "E012";
    /// A keyword used as a name.
    RESERVED_WORD = "E013";
    /// `=` for `==`, `~=` for `=~` and the like.
    WRONG_OPERATOR = "E014";
    /// An action other than `issue` and `add`.
    UNKNOWN_ACTION = "E015";
    /// A claim property that does not exist.
    UNKNOWN_PROPERTY = "E016";
    /// So many findings that the rest was not read.
    TOO_MANY = "E017";
    /// A rule with so many words and signs that it cannot be meant.
    RULE_TOO_LONG = "E018";

    /// A name that no selector binds.
    UNBOUND = "E101";
    /// A name bound twice in one rule.
    BOUND_TWICE = "E102";
    /// A selector that refers to itself or to a later one.
    FORWARD_REFERENCE = "E103";
    /// A new claim without a type.
    NO_TYPE = "E104";
    /// One property given twice.
    ASSIGNED_TWICE = "E105";
    /// A function other than `RegExReplace`.
    UNKNOWN_FUNCTION = "E106";
    /// A call with too few or too many arguments.
    ARITY = "E107";

    /// A literal in single quotes.
    SINGLE_QUOTES = "W001";
    /// A no-break space between tokens.
    NO_BREAK_SPACE = "W002";
    /// `add(claim = c)` changes nothing.
    ADD_COPY = "W101";
    /// A new claim without a value.
    NO_VALUE = "W102";
    /// A name that reads like a keyword.
    KEYWORD_LIKE = "W103";
    /// A selector and an aggregate in one rule.
    MIXED_CONDITION = "W104";
    /// An attribute other than `@RuleName` and `@RuleTemplate`.
    UNKNOWN_ATTRIBUTE = "W105";
}
