//! The stores that rules ask by name, and those that there are.

use super::trust::{Flaw, LoadError, RuleSetKind, TrustFolder};
use crate::engine::{Program, store_key};
use crate::lang::{Diagnostic, Source};
use crate::store::built_in::{OPAQUE_ID_STORE, PASSWORD_EXPIRY_STORE, PROXY_CREDENTIAL_STORE};
pub use crate::store::directory::DIRECTORY_STORE;

/// The names of stores that AD FS brings along.
pub const BUILT_IN_STORES: [&str; 3] = [OPAQUE_ID_STORE, PASSWORD_EXPIRY_STORE, PROXY_CREDENTIAL_STORE];

/// The code of findings about stores.
const CODE: &str = "store";

/// Refuses a rule set that asks by a literal name a store that is not among `configured`, whether the rule ever runs
/// or not.
///
/// # Errors
///
/// Every such name, with its place in `source`.
pub fn check_rule_set(source: &Source, program: &Program, configured: &[&str]) -> Result<(), LoadError> {
    let found = unknown(program, configured);
    if found.is_empty() { Ok(()) } else { Err(LoadError::findings(source.clone(), found)) }
}

/// The same for all rule sets of a trust.
///
/// # Errors
///
/// Every such name, with its place in the rule set.
pub fn check_trust(folder: &TrustFolder, configured: &[&str]) -> Result<(), LoadError> {
    let flaws: Vec<Flaw> = folder
        .rule_sets
        .iter()
        .filter_map(|rules| check_rule_set(&rules.source, program(folder, rules.kind)?, configured).err())
        .flat_map(|error| error.flaws)
        .collect();
    if flaws.is_empty() { Ok(()) } else { Err(LoadError { flaws }) }
}

fn program(folder: &TrustFolder, kind: RuleSetKind) -> Option<&Program> {
    let pipeline = &folder.pipeline;
    match kind {
        RuleSetKind::Acceptance => Some(&pipeline.acceptance),
        RuleSetKind::Authorization => pipeline.authorization.as_ref(),
        RuleSetKind::AdditionalAuthentication => pipeline.additional_authentication.as_ref(),
        RuleSetKind::Issuance => Some(&pipeline.issuance),
    }
}

fn unknown(program: &Program, configured: &[&str]) -> Vec<Diagnostic> {
    // Those that somebody configured come first.
    let (built_in, mut named): (Vec<&str>, Vec<&str>) =
        configured.iter().partition(|name| BUILT_IN_STORES.iter().any(|known| store_key(known) == store_key(name)));
    named.extend(built_in);
    let known: Vec<String> = configured.iter().map(|name| store_key(name)).collect();
    let used = program.stores().filter(|used| !known.contains(&store_key(&used.name)));
    used.map(|used| {
        let message = format!("rule {} asks a store `{}` that is not configured", used.rule_number, used.name);
        let help = if store_key(&used.name) == store_key(OPAQUE_ID_STORE) {
            "its ids need a key: add `opaque_ids: { key_file: FILE }` to `claimsmith.yaml`; `openssl rand -base64 32` \
             makes one"
                .to_owned()
        } else {
            format!("configured are: {}", named.join(", "))
        };
        Diagnostic::error(CODE, used.span, message).with_help(help)
    })
    .collect()
}
