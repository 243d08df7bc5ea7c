//! Rules and whom to run them for, as a command line names them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::{ArgGroup, Args};

use super::clock::now;
use super::directory::{Opened, Sources};
use super::stdin;
use crate::cli::failure;
use crate::cli::output::Stream;
use crate::config::stores::DIRECTORY_STORE;
use crate::engine::{Claim, EvalCause, EvalError, StoreError, Stores, store_key};
use crate::harness::claims;
use crate::harness::dry_run::{self, Rules};
use crate::store::directory::{Directory, Refusal};

/// Rules, and one person or their claims.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("who").required(true).args(["user", "claims"]))]
pub(super) struct Subject {
    /// A trust folder, a .claims file, or `-` for one rule set on standard input
    #[arg(value_name = "RULES")]
    rules: PathBuf,
    /// A user of the directory: `DOMAIN\user`, `user@domain`, or `user`
    #[arg(long, value_name = "USER", requires = "sources")]
    user: Option<String>,
    /// A file with claims instead of a user, or `-` for standard input; a directory then only answers store rules
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    #[command(flatten)]
    sources: Sources,
}

/// Everything that a run for one person needs.
pub(super) struct Loaded {
    /// What runs.
    pub(super) rules: Rules,
    /// Whom rules ask.
    pub(super) stores: Stores,
    /// With what they start.
    pub(super) input: Vec<Claim>,
    directory: Option<Arc<dyn Directory>>,
}

impl Subject {
    /// Reads the rules, opens the directory, and finds the person.
    ///
    /// # Errors
    ///
    /// Any of these cannot be used.
    pub(super) fn load(&self) -> anyhow::Result<Loaded> {
        if stdin::is_stdin(&self.rules) && self.claims.as_deref().is_some_and(stdin::is_stdin) {
            bail!("rules and claims cannot both come from standard input");
        }
        let rules = rules(&self.rules)?;
        let Opened { directory, stores, .. } = self.sources.open()?;
        let stores = rules.narrow(stores);
        rules.check_stores(&stores)?;
        let input = self.input(directory.as_ref())?;
        Ok(Loaded { rules, stores, input, directory })
    }

    /// Whether rules or claims come from standard input.
    pub(super) fn reads_stdin(&self) -> bool {
        stdin::is_stdin(&self.rules) || self.claims.as_deref().is_some_and(stdin::is_stdin)
    }

    /// Who it is, unless it is about a file with claims.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref().filter(|_| self.claims.is_none())
    }

    /// Says that the rules failed, so that nothing is issued, and what the command line could have done about it.
    pub(super) fn failed(&self, error: EvalError) -> anyhow::Error {
        let context = format!("`{}` issues nothing{}", self.rules.display(), self.missing_store(&error));
        anyhow::Error::new(error).context(context)
    }

    /// Notes that the person could not sign in at all, whatever the rules say.
    pub(super) fn note_refusal(&self, loaded: &Loaded, messages: &mut Stream) -> anyhow::Result<()> {
        if let (Some(user), Some(refusal)) = (self.user(), self.refusal(loaded)) {
            failure::note(messages, &format!("`{user}` cannot sign in ({refusal}), so nothing is issued to them"))?;
        }
        Ok(())
    }

    /// Why the person could not sign in at all, whatever the rules say.
    pub(super) fn refusal(&self, loaded: &Loaded) -> Option<Refusal> {
        dry_run::cannot_sign_in(loaded.directory.as_deref()?, self.user()?, now())
    }

    /// What the command line could have done about a store that is not there.
    fn missing_store(&self, error: &EvalError) -> &'static str {
        match &error.cause {
            EvalCause::Store(StoreError::Unknown { .. }) if self.sources.knows_stores() => "",
            EvalCause::Store(StoreError::Unknown { name, .. }) if store_key(name) != store_key(DIRECTORY_STORE) => {
                ", because only the store `Active Directory` is known without `--config`"
            }
            EvalCause::Store(StoreError::Unknown { .. }) => " without a directory to ask (`--directory`)",
            _ => "",
        }
    }

    fn input(&self, directory: Option<&Arc<dyn Directory>>) -> anyhow::Result<Vec<Claim>> {
        match (&self.claims, &self.user, directory) {
            (Some(file), _, _) => Ok(claims::parse(&stdin::read_source(file)?)?),
            (None, Some(user), Some(directory)) => Ok(dry_run::claims_of(directory.as_ref(), user)?),
            _ => bail!("name a user and a directory, or a file with claims"),
        }
    }
}

/// The rules at `path`, or one rule set on standard input.
pub(super) fn rules(path: &Path) -> anyhow::Result<Rules> {
    if stdin::is_stdin(path) {
        return Ok(Rules::from_source(stdin::read_source(path)?)?);
    }
    Ok(Rules::load(path)?)
}
