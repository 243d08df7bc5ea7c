//! What the texts of rules can be, without running them: what patterns demand of a claim, which rules make a type, and
//! examples of the values that a rule would meet and make.
//!
//! A claim about *every* value rests on the sets of [`crate::engine::regex::Language`]; a claim about *some* value
//! rests on an example that the engine itself was run on.

mod attribute;
mod constant;
mod demand;
mod evaluate;
mod examples;
mod makers;
mod many;
mod memory;
mod shape;

pub(in crate::lint) use attribute::{Part, column_attribute, directory_query, is_directory};
pub(in crate::lint) use constant::constant;
pub(in crate::lint) use demand::{Demand, admits};
pub(in crate::lint) use evaluate::values_read;
pub(in crate::lint) use examples::{Example, How, examples};
pub(in crate::lint) use makers::{Maker, makers};
pub(in crate::lint) use many::is_many;
pub use memory::Memory;
pub(in crate::lint) use shape::Shape;
