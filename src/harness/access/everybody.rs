//! The AWS roles of everybody of a directory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::aws::attribute::{Attribute, Recognized, recognize};
use crate::aws::{self, Problem, Role};
use crate::engine::trust::Profile;
use crate::engine::{Claim, Memory, Stores};
use crate::harness::dry_run::Rules;
use crate::harness::nearest::nearest;
use crate::harness::population::{Interrupted, People, Person, Tally, UserId, evaluate, leaves_nobody_out};

/// So many roles are offered in place of one that nobody has.
const NEAREST: usize = 3;

/// Who may take which AWS role.
pub struct Access<'p> {
    /// All users of the directory.
    pub people: &'p People<'p>,
    /// For whom the rules ran.
    pub tally: Tally,
    /// The roles by name, `ACCOUNT/NAME`.
    pub roles: BTreeMap<String, Holders>,
    /// How many users the rules do not let in.
    pub denied: usize,
    /// Users for whom the rules failed, so that they have no role, and why.
    pub failed: Vec<(UserId, String)>,
    /// Users with a role whose sign-on would be refused for other reasons, and the first of these. Only for trusts with
    /// `profile: aws`.
    pub refused: Vec<(UserId, Problem)>,
    /// Values of the `Role` attribute that AWS cannot use, and who has them.
    pub unusable: BTreeMap<Arc<str>, Vec<UserId>>,
}

/// Who may take a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holders {
    /// The role's ARN.
    pub role_arn: String,
    /// The users, sorted.
    pub users: Vec<UserId>,
}

/// What one user has.
enum Had {
    /// Values of the `Role` attribute, and what AWS finds wrong.
    Roles(Vec<Arc<str>>, Option<Box<Problem>>),
    Denied,
    Failed(String),
}

/// Runs the rules for everybody, on `workers` threads. `progress` gets the number of users done.
///
/// # Errors
///
/// The directory stopped answering.
pub fn access<'p>(
    rules: &Rules,
    people: &'p People<'p>,
    stores: &Stores,
    workers: usize,
    progress: &mut (dyn FnMut(usize) + Send),
) -> Result<Access<'p>, Interrupted> {
    // Values repeat from user to user, so each is read only once, in the end.
    let mut values: HashMap<Arc<str>, Vec<UserId>> = HashMap::new();
    let (mut denied, mut failed, mut refused) = (0, Vec::new(), Vec::new());
    let checked = matches!(rules, Rules::Trust(folder) if folder.relying_party.profile == Some(Profile::Aws));
    let tally = people.run(
        workers,
        &|claim_type| rules.look_at(claim_type),
        || {
            let memory = Memory::default();
            move |person: Person| {
                Ok(match leaves_nobody_out(evaluate(rules, &person.claims, &mut &*stores, &memory))? {
                    Err(error) => Had::Failed(error.to_string()),
                    Ok(run) if run.is_denied() => Had::Denied,
                    Ok(run) => {
                        let issued = run.issued();
                        let problem = if checked { aws::check(&issued).into_iter().next() } else { None };
                        let values = issued.into_iter().filter(is_role).map(|claim| claim.value).collect();
                        Had::Roles(values, problem.map(Box::new))
                    }
                })
            }
        },
        |user, had| match had {
            Had::Failed(error) => failed.push((user, error)),
            Had::Denied => denied += 1,
            Had::Roles(had, problem) => {
                refused.extend(problem.filter(|_| !had.is_empty()).map(|problem| (user, *problem)));
                for value in had {
                    values.entry(value).or_default().push(user);
                }
            }
        },
        progress,
    )?;
    let values: BTreeMap<Arc<str>, Vec<UserId>> = values.into_iter().collect();
    let (mut held, mut unusable) = (BTreeMap::<String, Holders>::new(), BTreeMap::new());
    for (value, mut users) in values {
        users.dedup();
        match Role::parse(&value) {
            Ok(role) => {
                let holders = held.entry(role.to_string()).or_default();
                holders.role_arn = role.role_arn;
                holders.users.extend(users);
            }
            Err(_) => {
                unusable.insert(value, users);
            }
        }
    }
    for holders in held.values_mut() {
        // Several providers may vouch for one role.
        holders.users.sort_unstable();
        holders.users.dedup();
    }
    Ok(Access { people, tally, roles: held, denied, failed, refused, unusable })
}

fn is_role(claim: &Claim) -> bool {
    matches!(recognize(&claim.claim_type), Recognized::Known(Attribute::Role))
}

impl Access<'_> {
    /// The roles that somebody has and whose names resemble `role`, best first.
    #[must_use]
    pub fn nearest(&self, role: &str) -> Vec<&str> {
        nearest(role, self.roles.keys().map(String::as_str), NEAREST)
    }

    /// Every pair of user and role, by user, then by role.
    #[must_use]
    pub fn by_user(&self) -> BTreeMap<UserId, Vec<(&str, &Holders)>> {
        let mut by_user: BTreeMap<UserId, Vec<(&str, &Holders)>> = BTreeMap::new();
        for (role, holders) in &self.roles {
            for &user in &holders.users {
                by_user.entry(user).or_default().push((role, holders));
            }
        }
        by_user
    }
}
