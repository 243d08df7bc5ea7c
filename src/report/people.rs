//! Users of a directory in results: their names, how many there are, and who is not among them.

use crate::harness::population::{People, Tally, UserId};
use crate::report::visible::visible;

/// A whole number with a comma between thousands.
#[must_use]
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// `1 user`, `4,812 users`.
#[must_use]
pub fn users(number: usize) -> String {
    if number == 1 { "1 user".to_owned() } else { format!("{} users", thousands(number)) }
}

/// The names of the first users, and how many more there are.
#[must_use]
pub fn names(people: &People<'_>, users: &[UserId], most: usize) -> String {
    let mut said: Vec<String> = users.iter().take(most).map(|&user| name(people.name(user))).collect();
    if users.len() > most {
        said.push(format!("+{}", thousands(users.len() - most)));
    }
    said.join(" ")
}

/// A user's name in a list with spaces between.
#[must_use]
pub fn name(name: &str) -> String {
    let name = visible(name);
    if name.contains(' ') { format!("\"{name}\"") } else { name }
}

/// For whom rules did not run, so that nobody takes a result for more than it is.
#[must_use]
pub fn notes(people: &People<'_>, tally: &Tally) -> Vec<String> {
    let mut notes = Vec::new();
    if !tally.left_out.is_empty() {
        let ids: Vec<_> = tally.left_out.iter().map(|(user, _)| *user).collect();
        notes.push(format!(
            "{} left out, disabled or expired (`--all-accounts` runs them, too): {}",
            accounts(ids.len()),
            names(people, &ids, 3)
        ));
    }
    if !tally.vanished.is_empty() {
        let gone = names(people, &tally.vanished, 3);
        notes.push(format!("{} vanished from the directory during the run: {gone}", users(tally.vanished.len())));
    }
    notes
}

fn accounts(number: usize) -> String {
    if number == 1 { "1 account was".to_owned() } else { format!("{} accounts were", thousands(number)) }
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn large_numbers_are_readable() {
        assert_eq!([0, 999, 1000, 4812, 1_234_567].map(thousands), ["0", "999", "1,000", "4,812", "1,234,567"]);
    }
}
