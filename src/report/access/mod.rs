//! Who may take which AWS role, for people and for programs.

mod matrix;
mod one;
mod role;

use std::collections::BTreeMap;

pub use matrix::{matrix_concise, matrix_csv, matrix_human, matrix_json};
pub use one::{Standing, one_concise, one_csv, one_human, one_json};
pub use role::{role_concise, role_csv, role_human, role_json};

use crate::harness::access::Access;
use crate::harness::population::UserId;
use crate::report::people::{self, names, users};
use crate::report::visible::visible;

/// The columns of every table of roles.
const COLUMNS: [&str; 4] = ["user", "account", "role", "role_arn"];

/// What must not be overlooked about a list of roles: for whom it says nothing.
#[must_use]
pub fn notes(access: &Access<'_>) -> Vec<String> {
    let mut notes = people::notes(access.people, &access.tally);
    if let Some((_, error)) = access.failed.first() {
        let ids: Vec<_> = access.failed.iter().map(|(user, _)| *user).collect();
        let (number, who) = (users(ids.len()), names(access.people, &ids, 3));
        notes.push(format!("the rules fail for {number}, so nothing is issued to them: {who}: {}", visible(error)));
    }
    let mut refused: BTreeMap<&str, Vec<UserId>> = BTreeMap::new();
    for (user, problem) in &access.refused {
        refused.entry(problem.code).or_default().push(*user);
    }
    for (code, ids) in refused {
        let example = access.refused.iter().find(|(_, problem)| problem.code == code);
        let message = example.map(|(_, problem)| visible(&problem.message)).unwrap_or_default();
        let (number, who) = (users(ids.len()), names(access.people, &ids, 3));
        notes.push(format!("{number} could not sign on, as AWS would refuse what is issued: {who}: {code}: {message}"));
    }
    for (value, holders) in access.unusable.iter().take(3) {
        let number = users(holders.len());
        notes.push(format!("AWS cannot use the role `{}`, which {number} would get", visible(value)));
    }
    if access.unusable.len() > 3 {
        let more = people::thousands(access.unusable.len() - 3);
        notes.push(format!("and {more} more that AWS cannot use; `rulecheck eval` tells why"));
    }
    notes
}

/// `ACCOUNT/NAME` in two.
fn parts(role: &str) -> (&str, &str) {
    role.split_once('/').unwrap_or((role, ""))
}
