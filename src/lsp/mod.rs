//! What an editor shows of rules, and does to them: a text and a place in, plain results out.
//!
//! One file for each feature. Places in results are byte spans; [`positions`] turns them into what editors count. The
//! messages of the language server protocol, and the process that speaks them, are in `cli::rulecheck::lsp`.

pub mod actions;
mod attributes;
pub mod code_lens;
pub mod completion;
pub mod definition;
pub mod diagnostics;
pub mod evaluate;
pub mod files;
pub mod folding;
pub mod format;
pub mod hover;
pub mod mentions;
pub mod positions;
pub mod references;
pub mod rename;
mod role;
mod rulings;
pub mod surroundings;
pub mod symbols;
mod tokens;
pub mod whom;
mod words;

pub use files::{DocumentKind, Files};
pub use positions::{Encoding, Position, Range, Text};
pub use surroundings::{RuleText, Surroundings};
