//! Text to syntax and back: the AD FS claim rule language [MS claim rules].
//!
//! ```
//! let parsed = claimsmith::lang::parse(r#"c:[Type == "a"]=>issue(claim=c);"#);
//! assert!(parsed.diagnostics.is_empty());
//! assert_eq!(claimsmith::lang::print(&parsed.rule_set), "c:[Type == \"a\"]\n => issue(claim = c);\n");
//! ```

pub mod ast;
mod check;
pub mod code;
pub mod diagnostic;
pub mod fix;
mod parse;
mod places;
mod print;
pub mod source;

pub use ast::RuleSet;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use fix::{Applicability, Edit, Fix};
pub use parse::{Parsed, bounded, parse};
pub use print::{action_text, assignment_text, condition_text, expression_text, predicate_text, print};
pub use source::{Position, Source, Span};
