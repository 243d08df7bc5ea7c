//! Everybody of a directory, as a command line names them.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use anyhow::bail;
use clap::Args;

use super::clock;
use super::directory::{self, Sources};
use crate::engine::Stores;
use crate::harness::dry_run::Rules;
use crate::harness::population::People;
use crate::store::directory::Directory;

/// A domain controller is asked by so many threads at a time: they mostly wait.
const LDAP_WORKERS: usize = 4;

/// A directory, and which of its accounts count.
#[derive(Debug, Args)]
#[command(mut_group("sources", |sources| sources.required(true)))]
pub(super) struct Everybody {
    /// Run the rules for accounts that are disabled or have expired, too
    #[arg(long)]
    pub(super) all_accounts: bool,
    #[command(flatten)]
    sources: Sources,
}

/// An open directory.
pub(super) struct Opened {
    directory: Arc<dyn Directory>,
    /// Whom rules ask.
    pub(super) stores: Stores,
    /// How many threads work.
    pub(super) workers: usize,
    all_accounts: bool,
    name: String,
}

impl Everybody {
    /// Opens the directory, for rules that ask no other store.
    ///
    /// # Errors
    ///
    /// It cannot be used, or the rules ask another.
    pub(super) fn open(&self, rules: &[&Rules]) -> anyhow::Result<Opened> {
        let directory::Opened { directory, stores, is_remote } = self.sources.open()?;
        let Some(directory) = directory else { bail!("name a directory, or a configuration that has one") };
        let stores = rules.first().map_or_else(|| stores.clone(), |rules| rules.narrow(stores.clone()));
        for rules in rules {
            rules.check_stores(&stores)?;
        }
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let workers = if is_remote { cores.max(LDAP_WORKERS) } else { cores };
        Ok(Opened { directory, stores, workers, all_accounts: self.all_accounts, name: self.sources.name() })
    }
}

impl Opened {
    /// All its users.
    ///
    /// # Errors
    ///
    /// The directory did not answer, or has no users: what is true of nobody says nothing about the rules.
    pub(super) fn people(&self) -> anyhow::Result<People<'_>> {
        let people = People::of(self.directory.as_ref(), self.all_accounts, clock::now())?;
        if people.count() == 0 {
            bail!(
                "the directory `{}` holds no users, so there is nothing to run the rules for: users of an LDIF export are \
                 entries of the class `user` or `person` with a `sAMAccountName`",
                self.name
            );
        }
        Ok(people)
    }
}
