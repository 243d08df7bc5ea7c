//! The codes of findings about rule text. A code keeps its meaning for ever; a retired one is not used again.
//!
//! `E0…` the text cannot be read, `E1…` it can be read and means nothing, `W…` it is probably not what was meant.
//! The compiler adds codes of its own from `E120` on.

/// The parser met a rule that its grammar accepts and it cannot represent: a defect of the parser.
pub const UNREADABLE: &str = "E000";
/// Something stands where the language expects something else.
pub const SYNTAX: &str = "E001";
/// A rule without its `;`.
pub const MISSING_SEMICOLON: &str = "E002";
/// A line ends inside a literal.
pub const LINE_BREAK_IN_LITERAL: &str = "E003";
/// A literal that never ends.
pub const UNCLOSED_LITERAL: &str = "E004";
/// Quotes as word processors make them.
pub const TYPOGRAPHIC_QUOTE: &str = "E005";
/// The language has no comments.
pub const COMMENT: &str = "E006";
/// A character that begins no token.
pub const UNKNOWN_CHARACTER: &str = "E007";
/// Quotes doubled as in a PowerShell string.
pub const DOUBLED_QUOTES: &str = "E008";
/// A text that needs quotes.
pub const MISSING_QUOTES: &str = "E009";
/// Brackets inside brackets, too deep to be meant.
pub const NESTING: &str = "E010";
/// A number that does not fit.
pub const NUMBER: &str = "E011";
/// `not` before `count`.
pub const NOT_COUNT: &str = "E012";
/// A keyword used as a name.
pub const RESERVED_WORD: &str = "E013";
/// `=` for `==`, `~=` for `=~` and the like.
pub const WRONG_OPERATOR: &str = "E014";
/// An action other than `issue` and `add`.
pub const UNKNOWN_ACTION: &str = "E015";
/// A claim property that does not exist.
pub const UNKNOWN_PROPERTY: &str = "E016";
/// So many findings that the rest was not read.
pub const TOO_MANY: &str = "E017";
/// A rule with so many words and signs that it cannot be meant.
pub const RULE_TOO_LONG: &str = "E018";

/// A name that no selector binds.
pub const UNBOUND: &str = "E101";
/// A name bound twice in one rule.
pub const BOUND_TWICE: &str = "E102";
/// A selector that refers to itself or to a later one.
pub const FORWARD_REFERENCE: &str = "E103";
/// A new claim without a type.
pub const NO_TYPE: &str = "E104";
/// One property given twice.
pub const ASSIGNED_TWICE: &str = "E105";
/// A function other than `RegExReplace`.
pub const UNKNOWN_FUNCTION: &str = "E106";
/// A call with too few or too many arguments.
pub const ARITY: &str = "E107";

/// A literal in single quotes.
pub const SINGLE_QUOTES: &str = "W001";
/// A no-break space between tokens.
pub const NO_BREAK_SPACE: &str = "W002";
/// `add(claim = c)` changes nothing.
pub const ADD_COPY: &str = "W101";
/// A new claim without a value.
pub const NO_VALUE: &str = "W102";
/// A name that reads like a keyword.
pub const KEYWORD_LIKE: &str = "W103";
/// A selector and an aggregate in one rule.
pub const MIXED_CONDITION: &str = "W104";
/// An attribute other than `@RuleName` and `@RuleTemplate`.
pub const UNKNOWN_ATTRIBUTE: &str = "W105";
