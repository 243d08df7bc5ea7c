//! `rulecheck eval`: what rules make of one user's claims.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap::{ArgGroup, Args, ValueEnum};
use jiff::Timestamp;

use super::directory::{self, Ldap};
use super::stdin;
use crate::cli::{ExitCode, Output, failure};
use crate::config::stores::DIRECTORY_STORE;
use crate::engine::{Claim, EvalCause, EvalError, StoreError, store_key};
use crate::harness::claims;
use crate::harness::dry_run::{self, Rules};
use crate::report::eval as report;
use crate::store::directory::Directory;

const EXAMPLES: &str = "\
Examples:
  rulecheck eval rules/aws/groups --user alice --directory directory.yaml
  rulecheck eval issuance.claims --claims claims.yaml --format json
  rulecheck eval rules/aws/groups --user alice \\
    --directory ldaps://dc1.corp.example.com \\
    --bind-name svc-rulecheck@corp.example.com --bind-password-file bind.txt

A claims file is a list:
  - { type: http://schemas.xmlsoap.org/claims/Group, value: Engineering }
A claim may also have an `issuer` (AD AUTHORITY unless stated), an
`original_issuer`, a `value_type`, and `properties`.

A trust folder runs its acceptance, authorization and issuance rules. A .claims
file runs by itself, and decides nothing about who may sign in.

Exit codes:
  0  the rules ran, also if the user is denied
  2  they could not run";

/// Show what rules make of one user's claims, without signing in
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("who").required(true).args(["user", "claims"]))]
pub(super) struct Arguments {
    /// A trust folder, a .claims file, or `-` for one rule set on standard input
    #[arg(value_name = "RULES")]
    rules: PathBuf,
    /// A user of the directory: `DOMAIN\user`, `user@domain`, or `user`
    #[arg(long, value_name = "USER", requires = "directory")]
    user: Option<String>,
    /// A .yaml or .ldif file, an ldaps:// address, or an ldap:// one with StartTLS
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<String>,
    /// A file with claims instead of a user, or `-` for standard input; a directory then only answers store rules
    #[arg(long, value_name = "FILE")]
    claims: Option<PathBuf>,
    /// How to write the outcome
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    ldap: Ldap,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// A JSON object
    Json,
}

pub(super) fn run(arguments: &Arguments, output: &mut Output) -> anyhow::Result<ExitCode> {
    if stdin::is_stdin(&arguments.rules) && arguments.claims.as_deref().is_some_and(stdin::is_stdin) {
        bail!("rules and claims cannot both come from standard input");
    }
    let rules = load(&arguments.rules)?;
    let directory = match &arguments.directory {
        Some(location) => Some(directory::open(location, &arguments.ldap)?),
        None => None,
    };
    let stores = dry_run::stores(directory.as_ref());
    rules.check_stores(&stores)?;
    let input = claims(arguments, directory.as_ref())?;
    let run = dry_run::dry_run(&rules, input, &stores).map_err(|error| {
        let context = format!("`{}` issues nothing{}", arguments.rules.display(), missing_store(&error));
        anyhow::Error::new(error).context(context)
    })?;
    let user = arguments.user.as_deref();
    match arguments.format {
        Format::Human => report::human(&mut output.results, user, &run)?,
        Format::Json => report::json(&mut output.results, user, &run)?,
    }
    if let (Some(user), Some(directory), None) = (user, &directory, &arguments.claims)
        && let Some(refusal) = dry_run::cannot_sign_in(directory.as_ref(), user, now())
    {
        failure::note(
            &mut output.messages,
            &format!("`{user}` cannot sign in ({refusal}), so nothing is issued to them"),
        )?;
    }
    Ok(ExitCode::Clean)
}

/// What the command line could have done about a store that is not there.
fn missing_store(error: &EvalError) -> &'static str {
    match &error.cause {
        EvalCause::Store(StoreError::Unknown { name, .. }) if store_key(name) != store_key(DIRECTORY_STORE) => {
            ", because `rulecheck` can ask only the store `Active Directory`"
        }
        EvalCause::Store(StoreError::Unknown { .. }) => " without a directory to ask (`--directory`)",
        _ => "",
    }
}

fn load(path: &Path) -> anyhow::Result<Rules> {
    if stdin::is_stdin(path) {
        return Ok(Rules::from_source(stdin::read_source(path)?)?);
    }
    Ok(Rules::load(path)?)
}

#[expect(clippy::disallowed_methods, reason = "`idp::clock` is not there without the server")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// With what the rules start.
fn claims(arguments: &Arguments, directory: Option<&Arc<dyn Directory>>) -> anyhow::Result<Vec<Claim>> {
    match (&arguments.claims, &arguments.user, directory) {
        (Some(file), _, _) => Ok(claims::parse(&stdin::read_source(file)?)?),
        (None, Some(user), Some(directory)) => Ok(dry_run::claims_of(directory.as_ref(), user)?),
        _ => bail!("name a user and a directory, or a file with claims"),
    }
}
