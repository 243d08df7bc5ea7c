//! What rules do to one person, without signing in.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::{self, Problem, Role};
use crate::config::rules::{self, Compiled};
use crate::config::stores::{self as config_stores, DIRECTORY_STORE};
use crate::config::trust::{self, LoadError, TrustFolder};
use crate::engine::trust::Profile;
use crate::engine::{self, AttributeStore, Claim, Decision, EvalError, Limits, Program, StoreError, Stores};
use crate::harness::nearest::nearest;
use crate::input;
use crate::lang::Source;
use crate::store::built_in::{self, Now, OpaqueIds};
use crate::store::directory::{Directory, Refusal};

/// Rules that can be tried out.
pub enum Rules {
    /// A trust folder: the whole pipeline.
    Trust(Box<TrustFolder>),
    /// One rule set by itself.
    RuleSet {
        /// Its text.
        source: Source,
        /// Ready to run.
        program: Box<Program>,
    },
}

impl Rules {
    /// Loads a trust folder, or a file with one rule set.
    ///
    /// # Errors
    ///
    /// Something in it is wrong.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        if path.is_dir() {
            return Ok(Self::Trust(Box::new(trust::load(path)?)));
        }
        if path.file_name().is_some_and(|name| name == trust::FILE_NAME) {
            return Ok(Self::Trust(Box::new(trust::load(path.parent().unwrap_or(Path::new(".")))?)));
        }
        Self::from_source(input::read_source(path)?)
    }

    /// Takes the text of one rule set.
    ///
    /// # Errors
    ///
    /// It does not parse or compile.
    pub fn from_source(source: Source) -> Result<Self, LoadError> {
        let Compiled { program, diagnostics } = rules::compile(&source);
        match program {
            Some(program) => Ok(Self::RuleSet { source, program: Box::new(program) }),
            None => Err(LoadError::findings(source, diagnostics)),
        }
    }

    /// Whether it can make a difference what claims of this type a user starts with.
    #[must_use]
    pub fn look_at(&self, claim_type: &str) -> bool {
        match self {
            // What the acceptance rules issue is all that the others see.
            Self::Trust(folder) => folder.pipeline.acceptance.looks_at(claim_type),
            Self::RuleSet { program, .. } => program.looks_at(claim_type),
        }
    }

    /// Refuses rules that name a store which is not among `stores`. Without a directory nothing is known about names.
    ///
    /// # Errors
    ///
    /// Every such name, with its place.
    pub fn check_stores(&self, stores: &Stores) -> Result<(), LoadError> {
        let configured: Vec<&str> = stores.names().collect();
        match self {
            _ if !stores.has(DIRECTORY_STORE) => Ok(()),
            Self::Trust(folder) => config_stores::check_trust(folder, &configured),
            Self::RuleSet { source, program } => config_stores::check_rule_set(source, program, &configured),
        }
    }
}

impl Rules {
    /// The stores as they answer for the relying party of these rules. A rule set by itself has none.
    #[must_use]
    pub fn narrow(&self, stores: Stores) -> Stores {
        match self {
            Self::Trust(folder) => stores.for_relying_party(&folder.relying_party.identifier),
            Self::RuleSet { .. } => stores,
        }
    }
}

/// What came out.
#[derive(Clone, Debug, PartialEq)]
pub struct DryRun {
    /// Whether the user may use the relying party. `None` for a single rule set, which does not decide it.
    pub permit: Option<bool>,
    /// Why not.
    pub denial: Option<String>,
    /// Whether a further authentication would be asked for.
    pub additional_authentication: bool,
    /// The issued claims, in order.
    pub claims: Vec<Claim>,
    /// The AWS roles among them.
    pub roles: Vec<Role>,
    /// What the trust's profile finds wrong with them.
    pub problems: Vec<Problem>,
}

impl DryRun {
    /// What a single rule set issued.
    pub(super) fn of_rule_set(claims: Vec<Claim>) -> Self {
        Self {
            permit: None,
            denial: None,
            additional_authentication: false,
            roles: aws::roles(&claims),
            claims,
            problems: Vec::new(),
        }
    }

    /// What the rule sets of a trust came to.
    pub(super) fn of_trust(
        folder: &TrustFolder,
        decision: &Decision,
        additional_authentication: bool,
        claims: Vec<Claim>,
    ) -> Self {
        let denial = match decision {
            Decision::Permit => None,
            Decision::Deny(reason) => Some(reason.to_string()),
        };
        let checked = denial.is_none() && folder.relying_party.profile == Some(Profile::Aws);
        Self {
            permit: Some(denial.is_none()),
            denial,
            additional_authentication,
            roles: aws::roles(&claims),
            problems: if checked { aws::check(&claims) } else { Vec::new() },
            claims,
        }
    }

    /// The decision in words. `None` for a single rule set.
    #[must_use]
    pub fn decision(&self) -> Option<String> {
        let permit = self.permit?;
        Some(match &self.denial {
            Some(reason) if reason.starts_with("denied") => reason.clone(),
            Some(reason) => format!("denied: {reason}"),
            None => if permit { "permitted" } else { "denied" }.to_owned(),
        })
    }
}

/// Runs `rules` over `input`.
///
/// # Errors
///
/// A rule failed; nothing is issued then.
pub fn dry_run(rules: &Rules, input: Vec<Claim>, stores: &Stores) -> Result<DryRun, EvalError> {
    match rules {
        Rules::RuleSet { program, .. } => {
            Ok(DryRun::of_rule_set(engine::evaluate(program, input, stores, Limits::default())?.issued))
        }
        Rules::Trust(folder) => {
            let outcome = folder.pipeline.run(input, stores, Limits::default())?;
            Ok(DryRun::of_trust(folder, &outcome.decision, outcome.additional_authentication_required, outcome.issued))
        }
    }
}

/// The stores that rules may ask in a dry run without a server configuration: the directory, if there is one, and those
/// that are built in. Opaque ids are made with a key of zeros, and it is always the first day of 2000, when no password
/// is about to expire: the outcome depends on nothing else.
#[must_use]
pub fn stores(directory: Option<&Arc<dyn Directory>>) -> Stores {
    stores_at(directory, Arc::new(|| Timestamp::constant(946_684_800, 0)))
}

/// The same with a clock.
#[must_use]
pub fn stores_at(directory: Option<&Arc<dyn Directory>>, now: Now) -> Stores {
    let mut stores = Stores::default();
    built_in::add(&mut stores, Some(OpaqueIds::for_dry_runs()), now, None);
    if let Some(directory) = directory {
        let store: Arc<dyn AttributeStore> = Arc::clone(directory) as Arc<dyn AttributeStore>;
        stores.insert(DIRECTORY_STORE, store);
    }
    stores
}

/// Why there are no claims of a user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// The directory knows nobody of that name.
    #[error("the directory has no user `{name}`{}", did_you_mean(nearest))]
    Unknown {
        /// As asked for.
        name: String,
        /// Names that resemble it.
        nearest: Vec<String>,
    },
    /// The directory did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn did_you_mean(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => {
            format!("; did you mean {}?", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "))
        }
    }
}

/// The claims with which a user of the directory starts.
///
/// # Errors
///
/// There is no such user, or the directory did not answer.
pub fn claims_of(directory: &dyn Directory, user: &str) -> Result<Vec<Claim>, UserError> {
    if let Some(account) = directory.account(user)? {
        return Ok(account.claims);
    }
    // A directory that cannot list its users offers no names.
    let known = directory.user_names().unwrap_or_default();
    Err(UserError::Unknown { name: user.to_owned(), nearest: nearest_users(user, &known) })
}

/// Why a user could not sign in whatever the rules say: the account is switched off, locked, or its time is over.
/// `None` if nothing of that is known.
#[must_use]
pub fn cannot_sign_in(directory: &dyn Directory, user: &str, now: Timestamp) -> Option<Refusal> {
    directory.account_now(user, now).ok()??.1
}

/// The known users whose names resemble `user`, whatever the domain; at most three.
fn nearest_users(user: &str, known: &[String]) -> Vec<String> {
    let wanted = without_domain(user);
    let alike = nearest(wanted, known.iter().map(|name| without_domain(name)), 3);
    let same = known.iter().filter(|name| without_domain(name) == wanted);
    let others = alike.iter().flat_map(|alike| known.iter().filter(move |name| without_domain(name) == *alike));
    same.chain(others).take(3).cloned().collect()
}

fn without_domain(name: &str) -> &str {
    let name = name.rsplit_once('\\').map_or(name, |(_, user)| user);
    name.split_once('@').map_or(name, |(user, _)| user)
}

#[cfg(test)]
mod tests {
    use super::nearest_users;

    #[test]
    fn names_are_compared_without_their_domains() {
        let known = ["CORP\\alice", "CORP\\alisa", "CORP\\bob"].map(str::to_owned);
        assert_eq!(nearest_users("alise", &known), ["CORP\\alice", "CORP\\alisa"]);
        assert_eq!(nearest_users("alise@corp.example.com", &known), ["CORP\\alice", "CORP\\alisa"]);
        assert_eq!(nearest_users("OTHER\\bob", &known), ["CORP\\bob"]);
        assert!(nearest_users("zebediah", &known).is_empty());
    }
}
