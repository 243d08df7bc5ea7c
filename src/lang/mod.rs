//! Text to syntax and back: the AD FS claim rule language [MS claim rules].

pub mod ast;
pub mod diagnostic;
pub mod source;

pub use ast::RuleSet;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use source::{Position, Source, Span};
