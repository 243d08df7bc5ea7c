//! What tests exercise, for people, for editors and for programs.

mod annotated;
mod human;
mod json;
mod lcov;

pub use annotated::annotated;
pub use human::human;
pub use json::json;
pub(super) use json::value;
pub use lcov::lcov;

use crate::harness::coverage::{RuleCoverage, Share};
use crate::report::count::counted;

/// `11 of 12 rules`
fn share(Share { covered, total }: Share, thing: &str) -> String {
    format!("{covered} of {}", counted(total, thing))
}

/// ``rule 4 `Roles` ``
fn called(rule: &RuleCoverage) -> String {
    let name = rule.name.as_ref().map_or_else(String::new, |name| format!(" `{}`", super::visible::visible(name)));
    format!("rule {}{name}", rule.number)
}
