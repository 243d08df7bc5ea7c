//! Numbers of things.

/// A number and what it counts: `1 claim`, `2 claims`.
#[must_use]
pub fn counted(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}
