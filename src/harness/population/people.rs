//! The users of a directory, one after the other, on all processors.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;

use super::turns::Turns;
use crate::engine::{Claim, StoreError, claim_types};
use crate::store::directory::{Directory, Refusal};

/// Most users that one worker takes at a time.
const MOST_AT_ONCE: usize = 64;
/// So many portions fall to each worker, so that none is left with much when the others are done.
const PORTIONS: usize = 8;

/// A user's place among all users of a directory, sorted by name, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(u32);

/// All users of a directory.
pub struct People<'d> {
    directory: &'d dyn Directory,
    names: Vec<String>,
    domain: String,
    all_accounts: bool,
    now: Timestamp,
}

/// One of them.
pub struct Person {
    /// Which.
    pub user: UserId,
    /// With what the rules start.
    pub claims: Vec<Claim>,
}

/// For whom rules ran, and for whom not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For how many they ran.
    pub ran: usize,
    /// Accounts that nobody can use until an administrator changes them, by name.
    pub left_out: Vec<(UserId, Refusal)>,
    /// Users whom the directory listed, and did not know any more when it was their turn.
    pub vanished: Vec<UserId>,
}

/// The directory stopped answering, so nothing is known about anybody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the directory failed after {done} of {all} users, so there is no result: {error}")]
pub struct Interrupted {
    /// How many users were done.
    pub done: usize,
    /// How many there are.
    pub all: usize,
    /// What happened.
    pub error: StoreError,
}

/// What came of one user.
enum Met<T> {
    Ran(T),
    LeftOut(Refusal),
    Vanished,
}

impl<'d> People<'d> {
    /// Asks the directory for its users. Accounts that are disabled or have expired are left out and counted, unless
    /// `all_accounts` are wanted: nobody signs in with them. Locked accounts and old passwords are back soon, and run.
    ///
    /// # Errors
    ///
    /// The directory did not answer, or cannot list its users.
    pub fn of(directory: &'d dyn Directory, all_accounts: bool, now: Timestamp) -> Result<Self, StoreError> {
        let mut names = directory.user_names()?;
        names.sort_unstable();
        names.dedup();
        let domain = common_domain(&names).to_owned();
        Ok(Self { directory, names, domain, all_accounts, now })
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// What a user is called in results: without the domain, as a directory has only one.
    #[must_use]
    pub fn name(&self, user: UserId) -> &str {
        let name = self.names.get(user.0 as usize).map_or("", String::as_str);
        let bare = name.strip_prefix(&self.domain).unwrap_or(name);
        // A bare name with one of these would be read as one with a domain.
        if bare.contains(['@', '\\', '/']) { name } else { bare }
    }

    /// Runs the work of a `worker` for everybody on `workers` threads, each with its own, and gives the results to `fold` in the order of the users. Claims
    /// of types that are not wanted may be missing. `progress` gets the number of users done from time to time. No more than some hundred results are held at a time.
    ///
    /// # Errors
    ///
    /// The directory stopped answering.
    pub fn run<T: Send, W: FnMut(Person) -> Result<T, StoreError>>(
        &self,
        workers: usize,
        is_wanted: &(dyn Fn(&str) -> bool + Sync),
        worker: impl Fn() -> W + Sync,
        mut fold: impl FnMut(UserId, T) + Send,
        progress: &mut (dyn FnMut(usize) + Send),
    ) -> Result<Tally, Interrupted> {
        let workers = workers.clamp(1, self.names.len().max(1));
        let portion = (self.names.len() / (workers * PORTIONS)).clamp(1, MOST_AT_ONCE);
        let next = AtomicUsize::new(0);
        let mut tally = Tally::default();
        let turns = Turns::new(|portion_number: usize, met: Vec<Met<T>>| {
            let first = portion_number * portion;
            for (index, met) in (first..).zip(met) {
                let user = UserId::from_index(index);
                match met {
                    Met::Ran(result) => {
                        tally.ran += 1;
                        fold(user, result);
                    }
                    Met::LeftOut(refusal) => tally.left_out.push((user, refusal)),
                    Met::Vanished => tally.vanished.push(user),
                }
            }
            progress((first + portion).min(self.names.len()));
        });
        // Found out once, not for every user.
        let known = claim_types::OF_ACCOUNTS.map(|claim_type| (claim_type, is_wanted(claim_type)));
        let is_wanted = |claim_type: &str| {
            let answer = known.iter().find(|(known, _)| *known == claim_type);
            answer.map_or_else(|| is_wanted(claim_type), |&(_, is_wanted)| is_wanted)
        };
        let worker = || {
            let _watch = turns.watch();
            let mut work = worker();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let users = number * portion..((number + 1) * portion).min(self.names.len());
                if users.is_empty() {
                    return;
                }
                let done = users.start;
                let met = self.portion(users, &is_wanted, &mut work);
                let met = met.map_err(|error| Interrupted { done, all: self.names.len(), error });
                if !turns.take(number, met) {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(worker);
            }
        });
        turns.finish()?;
        Ok(tally)
    }

    fn portion<T>(
        &self,
        users: Range<usize>,
        is_wanted: &dyn Fn(&str) -> bool,
        work: &mut impl FnMut(Person) -> Result<T, StoreError>,
    ) -> Result<Vec<Met<T>>, StoreError> {
        let mut met = Vec::with_capacity(users.len());
        for index in users {
            let Some(name) = self.names.get(index) else { break };
            met.push(match self.directory.account_in_part(name, self.now, is_wanted)? {
                None => Met::Vanished,
                Some((_, Some(refusal))) if refusal.is_lasting() && !self.all_accounts => Met::LeftOut(refusal),
                Some((account, _)) => {
                    Met::Ran(work(Person { user: UserId::from_index(index), claims: account.claims })?)
                }
            });
        }
        Ok(met)
    }
}

impl UserId {
    /// The id of an index. A directory of `u32::MAX` users would not fit into any memory.
    fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// `DOMAIN\` where all names begin with it.
fn common_domain(names: &[String]) -> &str {
    let Some((domain, _)) = names.first().and_then(|name| name.split_once('\\')) else { return "" };
    let prefix = names.first().and_then(|name| name.get(..=domain.len())).unwrap_or("");
    if names.iter().all(|name| name.starts_with(prefix)) { prefix } else { "" }
}
