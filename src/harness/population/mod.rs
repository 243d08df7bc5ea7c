//! Rules for everybody of a directory: side by side, in bounded memory, and in an order that does not vary.

mod answers;
mod evaluation;
mod people;
mod turns;
mod two_versions;

pub use answers::{Answering, SharedAnswers};
pub use evaluation::{Evaluated, evaluate, leaves_nobody_out};
pub use people::{Interrupted, People, Person, Tally, UserId};
pub use two_versions::{Results, TwoVersions};
