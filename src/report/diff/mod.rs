//! What a change of rules does to everybody, for people, programs and pull requests.

mod concise;
mod human;
mod json;
mod markdown;
mod notes;
mod rows;
mod words;

pub use concise::concise;
pub use human::human;
pub use json::json;
pub use markdown::markdown;
pub use notes::notes;
