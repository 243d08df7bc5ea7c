//! The rules of an open document, tried out for somebody.

use std::path::Path;

use super::Files;
use super::files::TrustFiles;
use crate::config::trust::{self, LoadError};
use crate::engine::{Claim, Stage};
use crate::harness::dry_run::Rules;
use crate::harness::recording::{Recording, RuleSetRun};
use crate::lang::Source;

/// What a rule did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    /// Its number, from 1.
    pub number: usize,
    /// Its name.
    pub name: Option<String>,
    /// How often its action ran.
    pub hits: usize,
    /// The claims that it made and that were not there before, in order.
    pub made: Vec<Claim>,
}

/// The rules that a document belongs to: its trust, or the document by itself; with the stage of the document.
///
/// # Errors
///
/// Something in them is wrong.
pub fn rules(source: Source, path: Option<&Path>, files: &dyn Files) -> Result<(Rules, Option<Stage>), LoadError> {
    let name = path.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let folder = path.and_then(Path::parent);
    if let (Some(name), Some(folder)) = (name, folder)
        && files.has(&folder.join(trust::FILE_NAME))
    {
        let trust_files = TrustFiles { files, folder };
        let settings = trust::settings_from(&trust_files)?;
        if let Some((kind, _)) = settings.rule_files.iter().find(|(_, file)| *file == name) {
            let trust = trust::load_from(&trust_files)?;
            return Ok((Rules::Trust(Box::new(trust)), Some(kind.stage())));
        }
    }
    Ok((Rules::from_source(source)?, None))
}

/// What the rule with this number did. `None` if it is not there or did not run.
#[must_use]
pub fn rule_outcome(recording: &Recording<'_>, stage: Option<Stage>, number: usize) -> Option<RuleOutcome> {
    let set = recording.stage(stage)?;
    let index = number.checked_sub(1)?;
    let hits = *set.trace.hits().get(index)?;
    Some(RuleOutcome { number, name: set.rule_ref(index).name, hits, made: made(set, index) })
}

fn made(set: &RuleSetRun<'_>, index: usize) -> Vec<Claim> {
    let before = set.set_size(index);
    let after = if index + 1 < set.rules.rules.len() { set.set_size(index + 1) } else { set.claims.len() };
    set.claims.get(before..after).unwrap_or_default().to_vec()
}
