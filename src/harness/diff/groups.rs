//! Users with the same difference, put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::cause::Cause;
use super::user::{Difference, UserDifferences};
use super::version::Side;
use crate::engine::Claim;
use crate::harness::population::UserId;

/// From so many different values of one claim type on, they are counted and no longer told one by one.
const MANY_VALUES: usize = 20;

/// Users with the same difference, by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common.
    pub what: What,
    /// Which changed rule it comes from.
    pub cause: Cause,
    /// The users, sorted.
    pub users: Vec<UserId>,
}

/// A difference that users have in common. `gained` means that the new version gives it, and the old one did not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// An AWS role, as `ACCOUNT/NAME`.
    Role {
        /// The role.
        role: String,
        /// Or lost.
        gained: bool,
    },
    /// The user is let in.
    Access {
        /// Or is not any more.
        gained: bool,
    },
    /// A further authentication.
    FurtherAuthentication {
        /// It is asked for; else it is no longer.
        asked: bool,
    },
    /// Another claim than a role; one of both is there at least.
    Claim {
        /// As it was.
        old: Option<Claim>,
        /// As it is.
        new: Option<Claim>,
        /// The values differ from user to user, and these are the first user's.
        varies: bool,
    },
    /// The rules fail in one version, and issue nothing.
    Failure {
        /// In which.
        side: Side,
        /// Why, for the first of the users.
        error: String,
    },
}

/// Which way a difference goes, for whoever wants to be stopped by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Somebody gets what they did not have.
    Gain,
    /// Somebody no longer gets what they had.
    Loss,
    /// A claim says something else than before, so it is both.
    Both,
}

impl What {
    /// Which way it goes. A further authentication that is no longer asked for is a gain.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        match self {
            Self::Role { gained: true, .. }
            | Self::Access { gained: true }
            | Self::FurtherAuthentication { asked: false }
            | Self::Claim { old: None, .. }
            | Self::Failure { side: Side::Old, .. } => Direction::Gain,
            Self::Claim { old: Some(_), new: Some(_), .. } => Direction::Both,
            Self::Role { .. }
            | Self::Access { .. }
            | Self::FurtherAuthentication { .. }
            | Self::Claim { .. }
            | Self::Failure { .. } => Direction::Loss,
        }
    }
}

/// Collects the differences of users, who come in the order of their names.
#[derive(Default)]
pub(super) struct Groups {
    /// Everything but claims and failures, which are few.
    plain: BTreeMap<(Difference, Cause), Vec<UserId>>,
    /// Failures by rule: the texts differ by what the user has.
    failures: BTreeMap<(Side, Cause), (String, Vec<UserId>)>,
    claims: BTreeMap<ClaimKey, Values>,
    pub(super) changed: usize,
    pub(super) reordered: usize,
    pub(super) fails: Vec<UserId>,
    pub(super) first_failure: Option<String>,
}

/// What claims of one group have in common, at least: type, whether they were and are there, and the cause.
type ClaimKey = (Arc<str>, bool, bool, Cause);

/// A claim as it was and as it is.
type Pair = (Option<Claim>, Option<Claim>);

enum Values {
    Few(BTreeMap<Pair, Vec<UserId>>),
    Many { first: Box<Pair>, users: Vec<UserId> },
}

impl Groups {
    pub(super) fn add(&mut self, user: UserId, differences: UserDifferences) {
        let UserDifferences { found, reordered, fails } = differences;
        self.changed += usize::from(!found.is_empty());
        self.reordered += usize::from(reordered);
        if let Some(error) = fails {
            self.fails.push(user);
            self.first_failure.get_or_insert(error);
        }
        for (difference, cause) in found {
            match difference {
                Difference::Claim { old, new } => self.add_claim(user, (old, new), cause),
                Difference::Failure { side, error } => {
                    self.failures.entry((side, cause)).or_insert_with(|| (error, Vec::new())).1.push(user);
                }
                plain => self.plain.entry((plain, cause)).or_default().push(user),
            }
        }
    }

    fn add_claim(&mut self, user: UserId, pair: Pair, cause: Cause) {
        let Some(claim) = pair.1.as_ref().or(pair.0.as_ref()) else { return };
        let key = (Arc::clone(&claim.claim_type), pair.0.is_some(), pair.1.is_some(), cause);
        let values = self.claims.entry(key).or_insert_with(|| Values::Few(BTreeMap::new()));
        match values {
            Values::Many { users, .. } => {
                // A user may have several claims of the type.
                if users.last() != Some(&user) {
                    users.push(user);
                }
            }
            Values::Few(few) => {
                few.entry(pair).or_default().push(user);
                if few.len() > MANY_VALUES {
                    *values = Values::many(std::mem::take(few));
                }
            }
        }
    }

    /// All groups: roles first, then access, claims and failures; of each kind, as sorted by what it is.
    pub(super) fn into_groups(self) -> Vec<Group> {
        let mut groups = Vec::new();
        for ((difference, cause), users) in self.plain {
            let what = match difference {
                Difference::Role { role, gained } => What::Role { role, gained },
                Difference::Access { gained } => What::Access { gained },
                Difference::FurtherAuthentication { asked } => What::FurtherAuthentication { asked },
                Difference::Claim { .. } | Difference::Failure { .. } => continue,
            };
            groups.push(Group { what, cause, users });
        }
        for ((_, _, _, cause), values) in self.claims {
            match values {
                Values::Few(few) => groups.extend(few.into_iter().map(|((old, new), users)| Group {
                    what: What::Claim { old, new, varies: false },
                    cause,
                    users,
                })),
                Values::Many { first, users } => {
                    let (old, new) = *first;
                    groups.push(Group { what: What::Claim { old, new, varies: true }, cause, users });
                }
            }
        }
        groups.extend(self.failures.into_iter().map(|((side, cause), (error, users))| Group {
            what: What::Failure { side, error },
            cause,
            users,
        }));
        groups
    }
}

impl Values {
    fn many(few: BTreeMap<Pair, Vec<UserId>>) -> Self {
        let first = few.iter().min_by_key(|(_, users)| users.first().copied()).map(|(pair, _)| pair.clone());
        let mut users: Vec<UserId> = few.into_values().flatten().collect();
        users.sort_unstable();
        users.dedup();
        Self::Many { first: Box::new(first.unwrap_or_default()), users }
    }
}
